"""The runner with workers for each stage, which passes on what leaders tell (Y52-Y57)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from eventsourcing._concurrency.primitives_async import Event
from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.application import EnvType, RecordingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.system.jobs import ConvertingJob, ProcessingJob
from eventsourcing.system.receiver_async import AsyncRecordingEventReceiver
from eventsourcing.system.stage_queue_async import StageQueue
from eventsourcing.system.stages_async import (
    AsyncConvertingThread,
    AsyncProcessingThread,
    AsyncPullingThread,
)
from eventsourcing.system.status import SystemStatus
from eventsourcing.system.system_async import AsyncSystem
from eventsourcing.system.worker_async import AsyncWorker
from eventsourcing.system.workers_runner_async import AsyncWorkersRunner


class AsyncNewMultiThreadedRunner(
    AsyncWorkersRunner[TAggregateID], AsyncRecordingEventReceiver[TAggregateID]
):
    """Hands the events that a leader has saved to its followers, in workers of their own.

    Each edge of the system has a worker that pulls and one that converts, each follower has one
    that processes. `QUEUE_MAX_SIZE` bounds the queues between them; 0 means that they have no
    bound.
    """

    QUEUE_MAX_SIZE: ClassVar[int] = 0

    def __init__(
        self,
        system: AsyncSystem,
        env: EnvType | None = None,
        *,
        on_progress: Callable[[SystemStatus], object] | None = None,
    ) -> None:
        self.pulling_threads: dict[str, list[AsyncPullingThread[Any]]] = {}
        self.processing_queues: dict[str, StageQueue[list[ProcessingJob] | None]] = {}
        self.all_threads: list[
            AsyncPullingThread[Any] | AsyncConvertingThread[Any] | AsyncProcessingThread[Any]
        ] = []
        super().__init__(system, env, on_progress=on_progress)

    @property
    def _workers(self) -> list[AsyncWorker[Any]]:
        return list(self.all_threads)

    def _add_workers(
        self, follower_name: str, has_errored: Event | Interruption
    ) -> list[AsyncWorker[Any]]:
        follower = self._follower(follower_name)
        processing_queue: StageQueue[list[ProcessingJob] | None] = StageQueue(self.QUEUE_MAX_SIZE)
        self.processing_queues[follower_name] = processing_queue
        threads: list[
            AsyncPullingThread[Any] | AsyncConvertingThread[Any] | AsyncProcessingThread[Any]
        ] = [AsyncProcessingThread(processing_queue, follower, has_errored)]
        for leader_name in self.system.follows[follower_name]:
            queue: StageQueue[ConvertingJob] = StageQueue(self.QUEUE_MAX_SIZE)
            threads.append(
                AsyncConvertingThread(queue, processing_queue, follower, leader_name, has_errored)
            )
            pulling: AsyncPullingThread[Any]
            pulling = AsyncPullingThread(queue, follower, leader_name, has_errored)
            threads.append(pulling)
            others = self.pulling_threads.get(leader_name, [])
            self.pulling_threads[leader_name] = [*others, pulling]
        self.all_threads = [*self.all_threads, *threads]
        return list(threads)

    def _remove_workers(self, follower_name: str) -> None:
        # Leaders may be telling meanwhile, so lists are replaced, not changed.
        for leader_name in self.system.follows[follower_name]:
            self.pulling_threads[leader_name] = [
                each
                for each in self.pulling_threads[leader_name]
                if each.follower.name != follower_name
            ]
        self.all_threads = [
            each for each in self.all_threads if each.follower.name != follower_name
        ]
        del self.processing_queues[follower_name]

    async def receive_recording_event(
        self, new_recording_event: RecordingEvent[TAggregateID]
    ) -> None:
        """Hand the message to all who pull from that leader; does not wait for them."""
        for thread in self.pulling_threads.get(new_recording_event.application_name, ()):
            await thread.receive_recording_event(new_recording_event)

    async def _tell(self, message: RecordingEvent[Any]) -> None:
        await self.receive_recording_event(message)

    async def _prompt(self, leader_name: str) -> None:
        await self.receive_recording_event(RecordingEvent(leader_name, [], None))

    async def _begin(self) -> None:
        for leader in self._leaders:
            leader.lead(self)
        await super()._begin()
