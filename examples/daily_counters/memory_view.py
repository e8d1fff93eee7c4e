"""The view in memory. Asynchronous runners call it through a bridge."""

from __future__ import annotations

from collections import Counter
from datetime import date

from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from examples.daily_counters.counting import Counts
from examples.daily_counters.view_sync import DailyCounters


class POPODailyCounters(POPOTrackingRecorder, DailyCounters):
    """Numbers in a `Counter`."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: Counts = Counter()

    def add(self, counts: Counts, tracking: Tracking) -> None:
        """Add under the lock of the recorder, after the check of the position."""
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self._counts.update(counts)

    def select(self, first: date, last: date) -> Counts:
        """Select under the lock of the recorder."""
        with self._database_lock:
            return Counter({k: n for k, n in self._counts.items() if first <= k[0] <= last})
