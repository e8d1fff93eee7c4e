"""Views that count events, as the shipped test cases need them, on each engine."""

from __future__ import annotations

from typing import Any

from psycopg.sql import SQL, Identifier

from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.sqlite import SQLiteTrackingRecorder
from eventsourcing.tests.projection import EventCountersView


class POPOEventCounters(POPOTrackingRecorder, EventCountersView):
    def __init__(self) -> None:
        super().__init__()
        self._counts = {"created": 0, "subsequent": 0}

    def get_created_event_counter(self) -> int:
        return self._counts["created"]

    def get_subsequent_event_counter(self) -> int:
        return self._counts["subsequent"]

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self._incr("created", tracking)

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self._incr("subsequent", tracking)

    def _incr(self, name: str, tracking: Tracking) -> None:
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self._counts[name] += 1


class SQLiteEventCounters(SQLiteTrackingRecorder, EventCountersView):
    def construct_create_table_statements(self) -> list[str]:
        return [
            *super().construct_create_table_statements(),
            "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID",
        ]

    def get_created_event_counter(self) -> int:
        return self._get("created")

    def get_subsequent_event_counter(self) -> int:
        return self._get("subsequent")

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self._incr("created", tracking)

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self._incr("subsequent", tracking)

    def _get(self, name: str) -> int:
        rows = self.datastore.query("SELECT n FROM counters WHERE name = ?", (name,))
        return rows[0][0] if rows else 0

    def _incr(self, name: str, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1",
                (name,),
            )
            self._insert_tracking(c, tracking)


class PostgresEventCounters(PostgresTrackingRecorder, EventCountersView):
    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.counters = Identifier(
            datastore.schema, self.tracking_table_name.replace("_tracking", "_counters")
        )
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {} (name text PRIMARY KEY, n bigint)").format(
                self.counters
            )
        )

    def get_created_event_counter(self) -> int:
        return self._get("created")

    def get_subsequent_event_counter(self) -> int:
        return self._get("subsequent")

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self._incr("created", tracking)

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self._incr("subsequent", tracking)

    def _get(self, name: str) -> int:
        with self.datastore.cursor() as curs:
            curs.execute(SQL("SELECT n FROM {} WHERE name = %s").format(self.counters), [name])
            row = curs.fetchone()
            return row["n"] if row else 0

    def _incr(self, name: str, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as curs:
            self._insert_tracking(curs, tracking)
            curs.execute(
                SQL(
                    "INSERT INTO {0} AS c VALUES (%s, 1) ON CONFLICT (name) DO UPDATE SET n = c.n+1"
                ).format(self.counters),
                [name],
            )


VIEW_CLASSES: dict[str, type[EventCountersView]] = {
    "eventsourcing.popo": POPOEventCounters,
    "eventsourcing.sqlite": SQLiteEventCounters,
    "eventsourcing.postgres": PostgresEventCounters,
}
