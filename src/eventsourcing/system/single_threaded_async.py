"""The runners without threads of their own: events are processed by those who save (Y38-Y46)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eventsourcing.application import EnvType, RecordingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import Tracking
from eventsourcing.system.contiguity import Contiguity, Read, Take
from eventsourcing.system.mailbox_async import AsyncMailbox
from eventsourcing.system.receiver_async import AsyncRecordingEventReceiver
from eventsourcing.system.runner_async import AsyncLocalRunner
from eventsourcing.system.status import SystemStatus
from eventsourcing.system.system_async import AsyncSystem


class AsyncSingleThreadedRunner(
    AsyncLocalRunner[TAggregateID], AsyncRecordingEventReceiver[TAggregateID]
):
    """Prompts followers to pull whenever a leader has saved, before that `save()` returns.

    What followers record in turn is processed as well. When several save at the same time, one of
    them does all the processing, and the others return. If processing fails, the `save()` that is
    doing it raises the error; the next save of the same leader tries again.
    """

    def __init__(
        self,
        system: AsyncSystem,
        env: EnvType | None = None,
        *,
        on_progress: Callable[[SystemStatus], object] | None = None,
    ) -> None:
        super().__init__(system, env, on_progress=on_progress)
        self._prompts: AsyncMailbox[str] = AsyncMailbox()

    async def _begin(self) -> None:
        for leader in self._leaders:
            leader.lead(self)
        self._prompts.items.extend(self.system.leaders)
        await self._prompts.drain(self._pull)

    async def _end(self) -> None:
        self._followers_of = {}

    async def receive_recording_event(
        self, new_recording_event: RecordingEvent[TAggregateID]
    ) -> None:
        """Have the followers of the leader pull."""
        leader_name = new_recording_event.application_name
        if leader_name not in self._prompts.items:
            self._prompts.items.append(leader_name)
        await self._prompts.drain(self._pull)

    async def _pull(self, leader_name: str) -> None:
        for follower in self._followers_of.get(leader_name, ()):
            await follower.pull_and_process(leader_name)


class AsyncNewSingleThreadedRunner(
    AsyncLocalRunner[TAggregateID], AsyncRecordingEventReceiver[TAggregateID]
):
    """Hands the events that a leader has saved to its followers, before that `save()` returns.

    Events that the leader has not told of, such as those of other processes, are pulled before.
    Otherwise this does what `AsyncSingleThreadedRunner` does.
    """

    def __init__(
        self,
        system: AsyncSystem,
        env: EnvType | None = None,
        *,
        on_progress: Callable[[SystemStatus], object] | None = None,
    ) -> None:
        super().__init__(system, env, on_progress=on_progress)
        self._mailbox: AsyncMailbox[RecordingEvent[Any]] = AsyncMailbox()
        self._processing_lock = self._mailbox.lock
        self._recording_events_received = self._mailbox.items
        self._contiguities: dict[str, Contiguity] = {}

    async def _begin(self) -> None:
        for leader in self._leaders:
            leader.lead(self)
            self._mailbox.items.append(RecordingEvent(leader.name, [], None))
        await self._mailbox.drain(self._deliver)

    async def _end(self) -> None:
        self._followers_of = {}

    async def receive_recording_event(
        self, new_recording_event: RecordingEvent[TAggregateID]
    ) -> None:
        """Have the followers of the leader process the events."""
        self._mailbox.items.append(new_recording_event)
        await self._mailbox.drain(self._deliver)

    async def _deliver(self, message: RecordingEvent[Any]) -> None:
        leader_name = message.application_name
        if leader_name not in self._followers_of:
            return
        contiguity = self._contiguities.setdefault(leader_name, Contiguity())
        for step in contiguity.plan(message):
            if isinstance(step, Take):
                await self._process(leader_name, step)
                contiguity.covered = step.last_id
            elif await self._can_be_read(leader_name, step):
                await self._pull(leader_name, step.stop)
                contiguity.covered = step.stop or contiguity.covered
            else:
                await self._pull(leader_name, None)
                return

    async def _process(self, leader_name: str, step: Take) -> None:
        for recording in step.recordings:
            notification = recording.notification
            tracking = Tracking(leader_name, notification.id)
            for follower in self._followers_of.get(leader_name, ()):
                if not follower.topics or notification.topic in follower.topics:
                    job = (recording.domain_event, tracking)
                    await follower._edge(leader_name).process([job])

    async def _pull(self, leader_name: str, stop: int | None) -> None:
        for follower in self._followers_of.get(leader_name, ()):
            await follower.pull_and_process(leader_name, stop=stop)

    async def _can_be_read(self, leader_name: str, step: Read) -> bool:
        follower = self._followers_of[leader_name][0]
        return step.visible is None or await follower._can_be_read(leader_name, step.visible)
