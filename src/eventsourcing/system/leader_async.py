"""Leaders: applications that tell others what they have recorded (contract Y7-Y12)."""

from __future__ import annotations

from typing import Any

from eventsourcing._concurrency.primitives_async import Lock
from eventsourcing.application import (
    AsyncApplication,
    EnvType,
    ProcessingEvent,
    RecordingEvent,
)
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import Recording
from eventsourcing.projection.checks import check_topics
from eventsourcing.system.mailbox_async import AsyncMailbox
from eventsourcing.system.receiver_async import AsyncRecordingEventReceiver


class AsyncLeader(AsyncApplication[TAggregateID]):
    """An application that sends a `RecordingEvent` to its receivers after each commit.

    If `notify_topics` is not empty, it tells of events of these topics only. When several save at
    the same time, messages are sent one after the other, by one of those who save, so a message
    never overtakes an earlier one. Receivers must not rely on messages alone to know of all
    events: other processes may save, too.
    """

    def __init__(self, env: EnvType | None = None) -> None:
        check_topics(f"{type(self).__qualname__}.notify_topics", self.notify_topics)
        super().__init__(env)
        self.followers: list[AsyncRecordingEventReceiver[Any]] = []
        self.previous_max_notification_id: int | None = None
        self._is_position_known = False
        self._position_lock = Lock()
        self._messages: AsyncMailbox[RecordingEvent[Any]] = AsyncMailbox()

    def lead(self, follower: AsyncRecordingEventReceiver[Any]) -> None:
        """Tell this receiver, too, after those that were added before."""
        self.followers.append(follower)

    async def _record(
        self, processing_event: ProcessingEvent[TAggregateID]
    ) -> list[Recording[Any]]:
        if not self._is_position_known:
            await self._read_position()
        return await super()._record(processing_event)

    async def _read_position(self) -> None:
        async with self._position_lock:
            if not self._is_position_known:
                self.previous_max_notification_id = await self.recorder.max_notification_id()
                self._is_position_known = True

    async def _notify(self, recordings: list[Recording[Any]]) -> None:
        """Tell the receivers; what they raise is raised here, although the events are stored."""
        await super()._notify(recordings)
        topics = self.notify_topics
        if topics:
            recordings = [each for each in recordings if each.notification.topic in topics]
        if not recordings:
            return
        async with self._position_lock:
            previous = self.previous_max_notification_id
            message: RecordingEvent[Any] = RecordingEvent(self.name, recordings, previous)
            self.previous_max_notification_id = max(previous or 0, recordings[-1].notification.id)
            self._messages.items.append(message)
        await self._messages.drain(self._send)

    async def _send(self, message: RecordingEvent[Any]) -> None:
        for receiver in self.followers:
            await receiver.receive_recording_event(message)
