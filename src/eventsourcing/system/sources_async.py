"""Where the common core of runners gets the events of systems from: logs, and queues.

The core is `eventsourcing.projection.processing_async`; here is what differs.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Sequence
from typing import Protocol

from eventsourcing._concurrency.primitives_async import Event, ShutDown
from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.persistence import Notification
from eventsourcing.projection.processing_async import AsyncProcessing, AsyncSource
from eventsourcing.projection.processors_async import AsyncProcessor
from eventsourcing.system.jobs import ProcessingJob
from eventsourcing.system.stage_queue_async import StageQueue


class Converter(Protocol):
    """The part of a follower that makes jobs of notifications."""

    def filter_received_notifications(
        self, notifications: Sequence[Notification]
    ) -> Sequence[Notification]:
        """Return those that are wanted."""
        ...

    def convert_notifications(
        self, leader_name: str, notifications: Iterable[Notification]
    ) -> list[ProcessingJob]:
        """Return events with their positions."""
        ...


def convert(
    follower: Converter, leader_name: str, notifications: Sequence[Notification]
) -> list[ProcessingJob]:
    """Return the jobs that a follower makes of what it has pulled from a leader."""
    wanted = follower.filter_received_notifications(notifications)
    return follower.convert_notifications(leader_name=leader_name, notifications=wanted)


class AsyncPulledJobs:
    """The events of a leader that a follower pulls, until there are no more."""

    def __init__(
        self,
        follower: Converter,
        leader_name: str,
        batches: AsyncIterable[Sequence[Notification]],
    ) -> None:
        self._follower = follower
        self._leader_name = leader_name
        self._batches = aiter(batches)

    async def next_batch(self, limit: int) -> Sequence[ProcessingJob]:  # noqa: ARG002
        """Return the events of the next batch; of all of it, whatever the limit."""
        while True:
            notifications = await anext(self._batches)
            jobs = convert(self._follower, self._leader_name, notifications)
            if jobs:
                return jobs

    def stop(self) -> None:
        """Do nothing: reading does not wait for events."""


class AsyncQueuedJobs:
    """The events that other workers put in a queue, until a stop marker."""

    def __init__(self, queue: StageQueue[list[ProcessingJob] | None]) -> None:
        self._queue = queue

    async def next_batch(self, limit: int) -> Sequence[ProcessingJob]:  # noqa: ARG002
        """Return what was put in the queue together, whatever the limit."""
        try:
            jobs = await self._queue.get()
        except ShutDown:
            raise StopAsyncIteration from None
        self._queue.task_done()
        if jobs is None:
            raise StopAsyncIteration
        return jobs

    def stop(self) -> None:
        """Do nothing: whoever stops the worker wakes it with a marker."""


async def process_all(
    source: AsyncSource, processor: AsyncProcessor, interruption: Interruption | Event
) -> None:
    """Process what the source has, until it ends or this is interrupted; raise the first error."""
    processing = AsyncProcessing(source, processor, interruption)
    await processing.run()
    error = processing.take_error()
    if error is not None:
        try:
            raise error
        finally:
            del error, processing  # the traceback refers to this frame
