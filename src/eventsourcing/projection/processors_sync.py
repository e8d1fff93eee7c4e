# Generated from processors_async.py by tools/async_to_sync.py: do not edit.
"""What is done with events: processors, which are put around each other (J19, J27)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from eventsourcing.persistence import BatchTracking, IntegrityError
from eventsourcing.persistence.closed_tracking import check_open
from eventsourcing.persistence.recorders_sync import TrackingRecorder
from eventsourcing.projection.checks import check_whole_number
from eventsourcing.projection.jobs import Job


class Processor(Protocol):
    """Processes events; behaviour such as retrying is added by processors around processors."""

    @property
    def batch_size(self) -> int:
        """The greatest number of events that can be processed at once."""
        ...

    def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Process the events, in this order; what is raised stops all processing."""


class OneByOne:
    """Has a projection process one event after the other, each with its position."""

    batch_size = 1

    def __init__(self, projection: Any) -> None:
        self._projection = projection

    def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Call `process_event()` for each event."""
        for domain_event, tracking in jobs:
            self._projection.process_event(domain_event, tracking)


class InBatches:
    """Has a projection process several events together, with one position."""

    def __init__(self, projection: Any) -> None:
        self._projection = projection
        self.batch_size: int = _batch_size_of(projection)

    def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Call `process_events()` once; the last position tells where the batch began."""
        domain_event, last = jobs[-1]
        tracking = BatchTracking(
            last.application_name, last.notification_id, jobs[0][1].notification_id
        )
        self._projection.process_events([*jobs[:-1], (domain_event, tracking)])


class SkippingTracked:
    """Leaves out events that somebody else has processed meanwhile.

    So several runners of one projection do not stop each other. An `IntegrityError` for any other
    reason is raised.
    """

    def __init__(
        self, processor: Processor, recorder: TrackingRecorder, application_name: str
    ) -> None:
        self._processor = processor
        self._recorder = recorder
        self._application_name = application_name
        self._position = 0

    @property
    def batch_size(self) -> int:
        """That of the other processor."""
        return self._processor.batch_size

    def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Process the events that are not tracked yet."""
        remaining = self._after_position(jobs)
        while remaining:
            try:
                self._processor.process(remaining)
            except IntegrityError:
                position = self._recorder.max_tracking_id(self._application_name)
                check_open(self._application_name, position)
                if position is None or position < remaining[0][1].notification_id:
                    raise
                self._position = position
                remaining = self._after_position(remaining)
            else:
                return

    def _after_position(self, jobs: Sequence[Job[Any]]) -> Sequence[Job[Any]]:
        if not self._position or jobs[0][1].notification_id > self._position:
            return jobs
        return [job for job in jobs if job[1].notification_id > self._position]


def select_processor(projection: Any) -> Processor:
    """Return a processor of batches if the projection can process those, else of single events."""
    if hasattr(type(projection), "process_events") and _batch_size_of(projection) > 1:
        return InBatches(projection)
    return OneByOne(projection)


def _batch_size_of(projection: Any) -> int:
    batch_size: int = getattr(projection, "batch_size", 500)
    check_whole_number(f"{type(projection).__qualname__}.batch_size", batch_size)
    return max(1, batch_size)
