"""The view in SQLite. Asynchronous runners call it through a bridge."""

from __future__ import annotations

from collections import Counter
from datetime import date

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteTrackingRecorder
from examples.daily_counters.counting import Counts
from examples.daily_counters.view_sync import DailyCounters

CREATE_TABLE = """
    CREATE TABLE IF NOT EXISTS daily_counters (
        day TEXT, name TEXT, number INTEGER NOT NULL, PRIMARY KEY (day, name)
    ) WITHOUT ROWID
"""
ADD = """
    INSERT INTO daily_counters VALUES (?, ?, ?)
    ON CONFLICT (day, name) DO UPDATE SET number = number + excluded.number
"""
SELECT = "SELECT day, name, number FROM daily_counters WHERE day BETWEEN ? AND ?"


class SQLiteDailyCounters(SQLiteTrackingRecorder, DailyCounters):
    """Numbers in a table; days are ISO 8601 texts, which sort by time."""

    def construct_create_table_statements(self) -> list[str]:
        """Add the table of numbers."""
        return [*super().construct_create_table_statements(), CREATE_TABLE]

    def add(self, counts: Counts, tracking: Tracking) -> None:
        """Add in one transaction."""
        rows = [(day.isoformat(), name, number) for (day, name), number in counts.items()]
        with self.datastore.transaction(commit=True) as c:
            self._insert_tracking(c, tracking)
            c.executemany(ADD, rows)

    def select(self, first: date, last: date) -> Counts:
        """Select with one query."""
        rows = self.datastore.query(SELECT, (first.isoformat(), last.isoformat()))
        return Counter({(date.fromisoformat(day), name): number for day, name, number in rows})
