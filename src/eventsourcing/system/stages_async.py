"""The three stages of pulling, converting and processing, each a worker of its own (Y52-Y57)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, ClassVar

from eventsourcing._concurrency.primitives_async import Empty, Event, Full, Lock, Queue, ShutDown
from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.application import RecordingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import Mapper, Tracking
from eventsourcing.projection.processors_async import select_processor
from eventsourcing.system.contiguity import Contiguity, Read, Take
from eventsourcing.system.errors import NotificationConvertingError, NotificationPullingError
from eventsourcing.system.follower_async import AsyncFollower
from eventsourcing.system.jobs import ConvertingJob, ProcessingJob
from eventsourcing.system.receiver_async import AsyncRecordingEventReceiver
from eventsourcing.system.sources_async import AsyncQueuedJobs, convert, process_all
from eventsourcing.system.stage_queue_async import StageQueue
from eventsourcing.system.worker_async import AsyncWorker

_MAX_MESSAGES = 100


class AsyncEdgeWorker(AsyncWorker[TAggregateID]):
    """A worker that has to do with the events of one leader."""

    def __init__(
        self,
        follower: AsyncFollower[TAggregateID],
        leader_name: str,
        has_errored: Event | Interruption,
    ) -> None:
        super().__init__(follower, has_errored)
        self.leader_name = leader_name

    @property
    def mapper(self) -> Mapper[Any]:
        """The mapper of the leader's events."""
        return self.follower.mappers[self.leader_name]

    def serves(self, leader_name: str) -> bool:
        """Say whether this has to do with the events of that leader."""
        return leader_name == self.leader_name

    def _note_failure(self, error: BaseException) -> None:
        self.follower._edge(self.leader_name).note_failure(error)


class AsyncPullingThread(AsyncRecordingEventReceiver[TAggregateID], AsyncEdgeWorker[TAggregateID]):
    """Passes on what a leader tells, and before it, what has to be pulled from the leader's log.

    Never makes the leader wait: a message for which there is no place is dropped, and what it told
    of is pulled.
    """

    ERROR_CLASS: ClassVar[type[Exception]] = NotificationPullingError

    def __init__(
        self,
        converting_queue: StageQueue[ConvertingJob],
        follower: AsyncFollower[TAggregateID],
        leader_name: str,
        has_errored: Event | Interruption,
    ) -> None:
        super().__init__(follower, leader_name, has_errored)
        self.converting_queue = converting_queue
        self.recording_event_queue: Queue[RecordingEvent[Any] | None] = Queue(_MAX_MESSAGES)
        self.overflow_event: Event = Event()
        self.receive_lock: Lock = Lock()
        self._contiguity = Contiguity()
        self._was_started = False
        self._was_stopped_first = False

    @property
    def previous_max_notification_id(self) -> int | None:
        """The greatest notification ID up to which all is passed on, or was processed before."""
        return self._contiguity.covered or None

    def start(self) -> None:
        """Start working, unless this was stopped already."""
        self._was_started = True
        super().start()

    async def receive_recording_event(
        self, new_recording_event: RecordingEvent[TAggregateID]
    ) -> None:
        """Queue the message; set `overflow_event` if there is no place for it. Does not block."""
        # The lock keeps messages in order. It is held for no longer than putting takes.
        async with self.receive_lock:
            try:
                self.recording_event_queue.put_nowait(new_recording_event)
            except Full:
                self.overflow_event.set()

    def stop(self) -> None:
        """Have the work end soon; what is queued is not passed on. Does not wait."""
        self._was_stopped_first |= not self._was_started
        super().stop()
        with suppress(Full):  # then this does not wait for messages, and looks up by itself
            self.recording_event_queue.put_nowait(None)

    async def _work(self) -> None:
        if self._was_stopped_first:
            return
        position = await self.follower._recorded_position(self.leader_name)
        self._contiguity = Contiguity(position)
        try:
            while not self.is_stopping.is_set():
                message = await self.recording_event_queue.get()
                if message is not None and not self.is_stopping.is_set():
                    await self._pass_on(message)
                    await self._make_up_for_overflow()
        finally:
            if self.is_stopping.is_set():
                self._drop_messages()

    async def _make_up_for_overflow(self) -> None:
        # The queue was full then, so this is reached after each overflow. The event is cleared
        # first: a message dropped from now on sets it again, and others are in the log already.
        if self.overflow_event.is_set():
            self.overflow_event.clear()
            await self._read(None)

    async def _pass_on(self, message: RecordingEvent[Any]) -> None:
        for step in self._contiguity.plan(message):
            if isinstance(step, Take):
                await self.converting_queue.put(
                    RecordingEvent(
                        message.application_name,
                        step.recordings,
                        self.previous_max_notification_id,
                    )
                )
                self._contiguity.covered = step.last_id
            elif await self._can_be_read(step):
                await self._read(step.stop)
                self._contiguity.covered = step.stop or self._contiguity.covered
            else:
                await self._read(None)
                return

    async def _can_be_read(self, step: Read) -> bool:
        return step.visible is None or await self.follower._can_be_read(
            self.leader_name, step.visible
        )

    async def _read(self, stop: int | None) -> None:
        async for notifications in self.follower.pull_notifications(
            self.leader_name,
            start=self.previous_max_notification_id,
            stop=stop,
            inclusive_of_start=False,
        ):
            if self.is_stopping.is_set():
                return
            await self.converting_queue.put(notifications)
            self._contiguity.covered = notifications[-1].id

    def _drop_messages(self) -> None:
        with suppress(Empty, ShutDown):
            while True:
                self.recording_event_queue.get_nowait()


class AsyncConvertingThread(AsyncEdgeWorker[TAggregateID]):
    """Makes processing jobs of notifications and of messages."""

    ERROR_CLASS: ClassVar[type[Exception]] = NotificationConvertingError

    def __init__(
        self,
        converting_queue: StageQueue[ConvertingJob],
        processing_queue: StageQueue[list[ProcessingJob] | None],
        follower: AsyncFollower[TAggregateID],
        leader_name: str,
        has_errored: Event | Interruption,
    ) -> None:
        super().__init__(follower, leader_name, has_errored)
        self.converting_queue = converting_queue
        self.processing_queue = processing_queue

    def stop(self) -> None:
        """Have the work end soon; what is queued is not converted. Does not wait."""
        super().stop()
        with suppress(Full, ShutDown):
            self.converting_queue.put_nowait(None)

    def shut_down_queues(self) -> None:
        """Have nobody put anything into the queue before this, or wait for a place there."""
        self.converting_queue.shutdown(immediate=True)

    async def _work(self) -> None:
        while not self.is_stopping.is_set():
            job = await self.converting_queue.get()
            self.converting_queue.task_done()
            if job is None or self.is_stopping.is_set():
                continue
            if isinstance(job, RecordingEvent):
                jobs = self._take(job)
            else:
                jobs = convert(self.follower, self.leader_name, job)
            if jobs:
                await self.processing_queue.put(jobs)

    def _take(self, message: RecordingEvent[Any]) -> list[ProcessingJob]:
        topics = self.follower.topics
        return [
            (each.domain_event, Tracking(message.application_name, each.notification.id))
            for each in message.recordings
            if not topics or each.notification.topic in topics
        ]


class AsyncProcessingThread(AsyncWorker[TAggregateID]):
    """Has its follower process the jobs."""

    def __init__(
        self,
        processing_queue: StageQueue[list[ProcessingJob] | None],
        follower: AsyncFollower[TAggregateID],
        has_errored: Event | Interruption,
    ) -> None:
        super().__init__(follower, has_errored)
        self.processing_queue = processing_queue

    def stop(self) -> None:
        """Have the work end soon, after the event in progress; does not wait."""
        super().stop()
        self.follower._pulling_interruption.set()  # also ends pauses before another try
        with suppress(Full, ShutDown):
            self.processing_queue.put_nowait(None)

    def shut_down_queues(self) -> None:
        """Have nobody put anything into the queue before this, or wait for a place there."""
        self.processing_queue.shutdown(immediate=True)

    async def _work(self) -> None:
        source = AsyncQueuedJobs(self.processing_queue)
        await process_all(source, _AsyncByLeader(self.follower), self.is_stopping)


class _AsyncByLeader:
    """Has a follower process events of several leaders."""

    def __init__(self, follower: AsyncFollower[Any]) -> None:
        self._follower = follower
        self.batch_size: int = select_processor(follower).batch_size

    async def process(self, jobs: Sequence[ProcessingJob]) -> None:
        """Process events, all of one leader."""
        leader_name = jobs[0][1].application_name
        await self._follower._edge(leader_name).process(jobs)
