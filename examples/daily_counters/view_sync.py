# Generated from view_async.py by tools/async_to_sync.py: do not edit.
"""What the projection and its users need of the view, whatever the database."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date

from eventsourcing.persistence import Tracking, TrackingRecorder
from examples.daily_counters.counting import Counts


class DailyCounters(TrackingRecorder):
    """A number for each day and name."""

    @abstractmethod
    def add(self, counts: Counts, tracking: Tracking) -> None:
        """Add to all the numbers, and record the position, or do neither."""

    @abstractmethod
    def select(self, first: date, last: date) -> Counts:
        """The numbers of the days from the first to the last; what never happened is missing."""
