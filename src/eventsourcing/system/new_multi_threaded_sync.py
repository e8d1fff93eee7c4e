# Generated from new_multi_threaded_async.py by tools/async_to_sync.py: do not edit.
"""The runner with workers for each stage, which passes on what leaders tell (Y52-Y57)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from eventsourcing._concurrency.primitives_sync import Event
from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.application import EnvType, RecordingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.system.jobs import ConvertingJob, ProcessingJob
from eventsourcing.system.receiver_sync import RecordingEventReceiver
from eventsourcing.system.stage_queue_sync import StageQueue
from eventsourcing.system.stages_sync import (
    ConvertingThread,
    ProcessingThread,
    PullingThread,
)
from eventsourcing.system.status import SystemStatus
from eventsourcing.system.system_sync import System
from eventsourcing.system.worker_sync import Worker
from eventsourcing.system.workers_runner_sync import WorkersRunner


class NewMultiThreadedRunner(WorkersRunner[TAggregateID], RecordingEventReceiver[TAggregateID]):
    """Hands the events that a leader has saved to its followers, in workers of their own.

    Each edge of the system has a worker that pulls and one that converts, each follower has one
    that processes. `QUEUE_MAX_SIZE` bounds the queues between them; 0 means that they have no
    bound.
    """

    QUEUE_MAX_SIZE: ClassVar[int] = 0

    def __init__(
        self,
        system: System,
        env: EnvType | None = None,
        *,
        on_progress: Callable[[SystemStatus], object] | None = None,
    ) -> None:
        self.pulling_threads: dict[str, list[PullingThread[Any]]] = {}
        self.processing_queues: dict[str, StageQueue[list[ProcessingJob] | None]] = {}
        self.all_threads: list[
            PullingThread[Any] | ConvertingThread[Any] | ProcessingThread[Any]
        ] = []
        super().__init__(system, env, on_progress=on_progress)

    @property
    def _workers(self) -> list[Worker[Any]]:
        return list(self.all_threads)

    def _add_workers(
        self, follower_name: str, has_errored: Event | Interruption
    ) -> list[Worker[Any]]:
        follower = self._follower(follower_name)
        processing_queue: StageQueue[list[ProcessingJob] | None] = StageQueue(self.QUEUE_MAX_SIZE)
        self.processing_queues[follower_name] = processing_queue
        threads: list[PullingThread[Any] | ConvertingThread[Any] | ProcessingThread[Any]] = [
            ProcessingThread(processing_queue, follower, has_errored)
        ]
        for leader_name in self.system.follows[follower_name]:
            queue: StageQueue[ConvertingJob] = StageQueue(self.QUEUE_MAX_SIZE)
            threads.append(
                ConvertingThread(queue, processing_queue, follower, leader_name, has_errored)
            )
            pulling: PullingThread[Any]
            pulling = PullingThread(queue, follower, leader_name, has_errored)
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

    def receive_recording_event(self, new_recording_event: RecordingEvent[TAggregateID]) -> None:
        """Hand the message to all who pull from that leader; does not wait for them."""
        for thread in self.pulling_threads.get(new_recording_event.application_name, ()):
            thread.receive_recording_event(new_recording_event)

    def _tell(self, message: RecordingEvent[Any]) -> None:
        self.receive_recording_event(message)

    def _prompt(self, leader_name: str) -> None:
        self.receive_recording_event(RecordingEvent(leader_name, [], None))

    def _begin(self) -> None:
        for leader in self._leaders:
            leader.lead(self)
        super()._begin()
