"""Times building a new version of a view of many events: `python -m benchmarks.rebuild`.

The view has one row for each aggregate: the number of its events, and when the last one was. Each
event is read, decoded, and processed in batches; the version takes the place of the first one at
the end, which is part of the time. Progress is written to the standard error stream.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from psycopg.sql import SQL, Identifier

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import BatchProjection, ProgressBar, Rebuild, ViewVersions
from eventsourcing.sqlite import SQLiteTrackingRecorder
from tools.postgres_server import PostgresServer

ENGINES = ("sqlite", "postgres")
EVENTS = 1_000_000
EVENTS_EACH = 10
_AT_ONCE = 500  # aggregates that are saved together
_START = datetime(2024, 1, 1, tzinfo=UTC)

Row = tuple[str, int, datetime]


class SQLiteActivity(SQLiteTrackingRecorder):
    """The view in SQLite."""

    def construct_create_table_statements(self) -> list[str]:
        """Add the table."""
        return [
            *super().construct_create_table_statements(),
            "CREATE TABLE IF NOT EXISTS activity "
            "(id TEXT PRIMARY KEY, events INTEGER, latest TEXT) WITHOUT ROWID",
        ]

    def add(self, rows: Sequence[Row], tracking: Tracking) -> None:
        """Add numbers of events of aggregates."""
        with self.datastore.transaction(commit=True) as c:
            c.executemany(
                "INSERT INTO activity VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE "
                "SET events = events + excluded.events, latest = excluded.latest",
                [(each, number, latest.isoformat()) for each, number, latest in rows],
            )
            self._insert_tracking(c, tracking)

    def total(self) -> int:
        """Return the number of all events."""
        return int(self.datastore.query("SELECT SUM(events) FROM activity")[0][0])


class PostgresActivity(PostgresTrackingRecorder):
    """The view in PostgreSQL."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.table = Identifier(datastore.schema, "activity")
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {} "
                "(id uuid PRIMARY KEY, events bigint, latest timestamptz)"
            ).format(self.table)
        )

    def add(self, rows: Sequence[Row], tracking: Tracking) -> None:
        """Add numbers of events of aggregates."""
        statement = SQL(
            "INSERT INTO {} AS a SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::timestamptz[]) "
            "ON CONFLICT (id) DO UPDATE "
            "SET events = a.events + excluded.events, latest = excluded.latest"
        ).format(self.table)
        with self.datastore.transaction(commit=True) as curs:
            self._insert_tracking(curs, tracking)
            curs.execute(statement, [list(column) for column in zip(*rows, strict=True)])

    def total(self) -> int:
        """Return the number of all events."""
        with self.datastore.cursor() as curs:
            curs.execute(SQL("SELECT sum(events) AS total FROM {}").format(self.table))
            return int(curs.fetchall()[0]["total"])


class Activity(BatchProjection[Any]):
    """Counts the events of each aggregate."""

    name = "Activity"

    def process_events(self, batch: Sequence[tuple[Any, Tracking]]) -> None:
        """Add what is in the batch, one row for each aggregate."""
        found: dict[str, Row] = {}
        for event, _ in batch:
            key = str(event.originator_id)
            number = found[key][1] if key in found else 0
            found[key] = (key, number + 1, event.timestamp)
        self.view.add(list(found.values()), batch[-1][1])


VIEWS: dict[str, Any] = {"sqlite": SQLiteActivity, "postgres": PostgresActivity}


def main(arguments: Sequence[str] | None = None) -> int:
    """Time the engines, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rebuild", description=__doc__)
    parser.add_argument("engines", nargs="*", default=ENGINES, help="sqlite, postgres")
    parser.add_argument("--events", type=int, default=EVENTS, help="default: 1,000,000")
    options = parser.parse_args(arguments)
    print("| rebuild | events | seconds | events per second |")
    print("|---|---|---|---|")
    for engine in options.engines:
        with tempfile.TemporaryDirectory() as folder, settings(engine, Path(folder)) as env:
            number, seconds = time_rebuild(engine, options.events, env)
        print(f"| {engine} | {number:,} | {seconds:.1f} | {number / seconds:,.0f} |", flush=True)
    return 0


@contextmanager
def settings(engine: str, folder: Path) -> Iterator[dict[str, str]]:
    """Lend the settings of an empty database, which is durable."""
    if engine == "sqlite":
        module = {"PERSISTENCE_MODULE": "eventsourcing.sqlite"}
        yield {
            **module,
            "SQLITE_DBNAME": str(folder / "events.db"),
            "ACTIVITY_SQLITE_DBNAME": str(folder / "views.db"),
        }
        return
    with PostgresServer(durable=True) as server:
        yield {"PERSISTENCE_MODULE": "eventsourcing.postgres", **server.environ()}


def time_rebuild(engine: str, number: int, env: dict[str, str]) -> tuple[int, float]:
    """Return the number of events, and the seconds from the beginning until they can be read."""
    with Application[UUID](env) as app, ViewVersions("Activity", VIEWS[engine], env) as versions:
        number = write_events(app, number)
        began = perf_counter()
        hook = ProgressBar()
        with Rebuild(versions, 2, app=app, projection_class=Activity, on_progress=hook) as rebuild:
            rebuild.wait_until_live()
            rebuild.wait(app.recorder.max_notification_id(), 60)
        seconds = perf_counter() - began
        found = versions.live_view().total()
    if found != number:
        raise SystemExit(f"The view has {found} events instead of {number}")
    return number, seconds


def write_events(app: Application[UUID], number: int) -> int:
    """Store events of many aggregates, interleaved, past the application; return their number."""
    written = 0
    print(f"writing {number:,} events", file=sys.stderr)
    while written < number:
        ids = [uuid4() for _ in range(_AT_ONCE)]
        events = [
            Aggregate.Event(each, version, timestamp=_START + timedelta(seconds=written + version))
            for version in range(1, EVENTS_EACH + 1)
            for each in ids
        ]
        app.recorder.insert_events([app.mapper.to_stored_event(event) for event in events])
        written += len(events)
    return written


if __name__ == "__main__":
    sys.exit(main())
