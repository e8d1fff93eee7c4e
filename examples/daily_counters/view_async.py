"""What the projection and its users need of the view, whatever the database."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date

from eventsourcing.persistence import AsyncTrackingRecorder, Tracking
from examples.daily_counters.counting import Counts


class AsyncDailyCounters(AsyncTrackingRecorder):
    """A number for each day and name."""

    @abstractmethod
    async def add(self, counts: Counts, tracking: Tracking) -> None:
        """Add to all the numbers, and record the position, or do neither."""

    @abstractmethod
    async def select(self, first: date, last: date) -> Counts:
        """The numbers of the days from the first to the last; what never happened is missing."""
