"""Views that list the IDs of what was processed, as often as it was, for threads."""

from __future__ import annotations

from collections.abc import Sequence

from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.sqlite import SQLiteTrackingRecorder


class POPOLedger(POPOTrackingRecorder):
    def __init__(self) -> None:
        super().__init__()
        self._ids: list[int] = []

    def append(self, ids: Sequence[int], tracking: Tracking) -> None:
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self._ids += ids

    def ids(self) -> list[int]:
        with self._database_lock:
            return list(self._ids)


class SQLiteLedger(SQLiteTrackingRecorder):
    def construct_create_table_statements(self) -> list[str]:
        return [
            *super().construct_create_table_statements(),
            "CREATE TABLE IF NOT EXISTS ledger (line INTEGER PRIMARY KEY, id INTEGER)",
        ]

    def append(self, ids: Sequence[int], tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as c:
            c.executemany("INSERT INTO ledger (id) VALUES (?)", [(each,) for each in ids])
            self._insert_tracking(c, tracking)

    def ids(self) -> list[int]:
        return [row[0] for row in self.datastore.query("SELECT id FROM ledger ORDER BY line")]
