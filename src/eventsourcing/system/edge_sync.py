# Generated from edge_async.py by tools/async_to_sync.py: do not edit.
"""Edges: what followers do with the events of each of their leaders, and what is known of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.projection.error_handling_sync import handle_errors, tell_failures
from eventsourcing.projection.error_policy import RetryInterruptedError
from eventsourcing.projection.processors_sync import (
    Processor,
    SkippingTracked,
    select_processor,
)
from eventsourcing.projection.status import Activity
from eventsourcing.system.jobs import ProcessingJob


class Edge(Activity):
    """Has a follower process events of a leader that nobody had processed when they were read.

    Somebody may have done so since; then they are skipped.
    """

    def __init__(self, follower: Any, leader_name: str, interruption: Interruption) -> None:
        super().__init__()
        self._follower = follower
        self._leader_name = leader_name
        self._observers: tuple[Callable[[], None], ...] = ()
        self.begin(interruption)

    def begin(self, interruption: Interruption) -> None:
        """Begin anew, knowing nothing of dead letters; the interruption ends pauses."""
        follower = self._follower
        handling = handle_errors(
            select_processor(follower),
            follower,
            follower.recorder,
            interruption,
            alternate=False,  # there is a lock in process_event()
        )
        tell_failures(handling, self.note_failure)
        self._processor: Processor = SkippingTracked(handling, follower.recorder, self._leader_name)

    def add_observer(self, observer: Callable[[], None]) -> None:
        """Have the function called each time that events have been processed; it must not raise."""
        self._observers = (*self._observers, observer)

    @property
    def batch_size(self) -> int:
        """The greatest number of events that can be processed at once."""
        return self._processor.batch_size

    def process(self, jobs: Sequence[ProcessingJob]) -> None:
        """Process the events, then tell those who wait for positions, and the observers."""
        try:
            self._processor.process(jobs)
        except RetryInterruptedError:
            raise
        except Exception as error:
            self.note_failure(error)
            raise
        self.note_processed(len(jobs), jobs[-1][1].notification_id)
        self._follower.recorder.tell_tracking_listeners()
        for observe in self._observers:
            observe()
