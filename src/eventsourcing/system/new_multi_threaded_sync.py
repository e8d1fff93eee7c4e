# Generated from new_multi_threaded_async.py by tools/async_to_sync.py: do not edit.
"""The runner with workers for each stage, which passes on what leaders tell (Y52-Y57)."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from eventsourcing.application import EnvType, RecordingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.system.follower_sync import Follower
from eventsourcing.system.jobs import ConvertingJob, ProcessingJob
from eventsourcing.system.receiver_sync import RecordingEventReceiver
from eventsourcing.system.stage_queue_sync import StageQueue
from eventsourcing.system.stages_sync import (
    ConvertingThread,
    ProcessingThread,
    PullingThread,
)
from eventsourcing.system.system_sync import System
from eventsourcing.system.worker_sync import Worker, WorkersRunner


class NewMultiThreadedRunner(WorkersRunner[TAggregateID], RecordingEventReceiver[TAggregateID]):
    """Hands the events that a leader has saved to its followers, in workers of their own.

    Each edge of the system has a worker that pulls and one that converts, each follower has one
    that processes. `QUEUE_MAX_SIZE` bounds the queues between them; 0 means that they have no
    bound.
    """

    QUEUE_MAX_SIZE: ClassVar[int] = 0

    def __init__(self, system: System, env: EnvType | None = None) -> None:
        self.pulling_threads: dict[str, list[PullingThread[Any]]] = {}
        self.processing_queues: dict[str, StageQueue[list[ProcessingJob] | None]] = {}
        self.all_threads: list[
            PullingThread[Any] | ConvertingThread[Any] | ProcessingThread[Any]
        ] = []
        self._converting_queues: list[StageQueue[ConvertingJob]] = []
        super().__init__(system, env)
        for name in system.followers:
            self._add_processing(name)
        for leader_name, follower_name in system.edges:
            self._add_pulling(leader_name, follower_name)

    def _add_processing(self, follower_name: str) -> None:
        queue: StageQueue[list[ProcessingJob] | None] = StageQueue(self.QUEUE_MAX_SIZE)
        self.processing_queues[follower_name] = queue
        follower = cast("Follower[Any]", self.apps[follower_name])
        self.all_threads.append(ProcessingThread(queue, follower, self.has_errored))

    def _add_pulling(self, leader_name: str, follower_name: str) -> None:
        queue: StageQueue[ConvertingJob] = StageQueue(self.QUEUE_MAX_SIZE)
        self._converting_queues.append(queue)
        processing_queue = self.processing_queues[follower_name]
        follower = cast("Follower[Any]", self.apps[follower_name])
        converting: ConvertingThread[Any] = ConvertingThread(
            queue, processing_queue, follower, leader_name, self.has_errored
        )
        pulling: PullingThread[Any] = PullingThread(queue, follower, leader_name, self.has_errored)
        self.all_threads.extend((converting, pulling))
        self.pulling_threads.setdefault(leader_name, []).append(pulling)

    @property
    def _workers(self) -> list[Worker[Any]]:
        return list(self.all_threads)

    def receive_recording_event(self, new_recording_event: RecordingEvent[TAggregateID]) -> None:
        """Hand the message to all who pull from that leader; does not wait for them."""
        for thread in self.pulling_threads[new_recording_event.application_name]:
            thread.receive_recording_event(new_recording_event)

    def _prompt(self, leader_name: str) -> None:
        self.receive_recording_event(RecordingEvent(leader_name, [], None))

    def _begin(self) -> None:
        for leader in self._leaders:
            leader.lead(self)
        super()._begin()

    def _end(self) -> None:
        for worker in self._workers:
            worker.stop()
        # A worker that waits for a place in a queue, or for a job, does not do so any longer.
        for converting_queue in self._converting_queues:
            converting_queue.shutdown(immediate=True)
        for processing_queue in self.processing_queues.values():
            processing_queue.shutdown(immediate=True)
        super()._end()
