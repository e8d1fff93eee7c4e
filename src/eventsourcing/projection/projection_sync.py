# Generated from projection_async.py by tools/async_to_sync.py: do not edit.
"""Projections: what is to be done with each event of an application to keep a view (J9-J13)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic

from eventsourcing.persistence import Tracking
from eventsourcing.persistence.factory_sync import TTrackingRecorder
from eventsourcing.projection.error_policy import ErrorPolicy, Stop
from eventsourcing.projection.jobs import Job


class Projection(ABC, Generic[TTrackingRecorder]):
    """Processes the events of an application, one after the other, into a materialised view.

    `name` is the prefix of environment variables and, on some engines, part of the names of
    tables; by default that of the class. If `topics` is not empty, only events of these topics are
    processed.
    """

    name: str = ""
    topics: tuple[str, ...] = ()
    on_error: ErrorPolicy = Stop()
    """What is to happen when an event cannot be processed."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" not in vars(cls):
            cls.name = cls.__name__

    def __init__(self, view: TTrackingRecorder) -> None:
        self._view = view

    @property
    def view(self) -> TTrackingRecorder:
        """The materialised view."""
        return self._view

    @abstractmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Update the view, and record the position in the same transaction.

        An event that does not concern the view is tracked, too: `view.insert_tracking(tracking)`.
        May be a `singledispatchmethod`.
        """


class BatchProjection(Projection[TTrackingRecorder]):
    """Processes events in batches: as many as have been read, at most `batch_size`.

    Much faster than one by one while it is catching up, because a transaction costs more than what
    is done in it.
    """

    batch_size: int = 500

    @abstractmethod
    def process_events(self, batch: Sequence[Job[Any]]) -> None:
        """Update the view with all events, and record one position in the same transaction.

        That is the position of the last event, `batch[-1][1]`. It says also where the batch began:
        recording it raises `IntegrityError` if any of the events has been processed before.
        """

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Process a batch of one event."""
        self.process_events([(domain_event, tracking)])
