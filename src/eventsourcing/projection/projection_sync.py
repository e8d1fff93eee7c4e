# Generated from projection_async.py by tools/async_to_sync.py: do not edit.
"""Projections: what is to be done with each event of an application to keep a view (J9-J13)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic

from eventsourcing.persistence import Tracking, TTrackingRecorder


class Projection(ABC, Generic[TTrackingRecorder]):
    """Processes the events of an application, one after the other, into a materialised view.

    `name` is the prefix of environment variables and, on some engines, part of the names of
    tables; by default that of the class. If `topics` is not empty, only events of these topics are
    processed.
    """

    name: str = ""
    topics: tuple[str, ...] = ()

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
