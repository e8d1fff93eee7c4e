"""Recorders that store events in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InternalError,
    Notification,
    Recorder,
    StoredEvent,
)
from eventsourcing.persistence.listening import Listener
from eventsourcing.sqlite import rows, schema, statements
from eventsourcing.sqlite.connections import SQLiteCursor
from eventsourcing.sqlite.datastore import SQLiteDatastore
from eventsourcing.sqlite.subscription import SQLiteSubscription


class SQLiteRecorder(Recorder):
    """Base of the recorders: has a datastore, and tables that it can create."""

    may_create_tables: bool = True
    """Whether what is only needed later may be created then; factories set it."""

    def __init__(self, datastore: SQLiteDatastore, **kwargs: Any) -> None:
        if not isinstance(datastore, SQLiteDatastore):
            raise AssertionError(f"Not a SQLiteDatastore: {datastore!r}")  # noqa: TRY004
        super().__init__(**kwargs)
        self.datastore = datastore
        self.create_table_statements: list[str] = self.construct_create_table_statements()

    def construct_create_table_statements(self) -> list[str]:
        """Return the statements of `create_table()`; subclasses append to those of `super()`."""
        return []

    def create_table(self) -> None:
        """Create the tables that do not exist, in one transaction. May be called concurrently."""
        with self.datastore.transaction(commit=True) as c:
            self._create_table(c)

    def _create_table(self, c: SQLiteCursor) -> None:
        for statement in self.create_table_statements:
            c.execute(statement)

    def convert_originator_id(self, originator_id: str) -> UUID | str:
        """Return the ID that a stored text stands for; `ValueError` if it should be a UUID."""
        if self.datastore.originator_id_type == "uuid":
            return UUID(originator_id)
        return originator_id


class SQLiteAggregateRecorder(SQLiteRecorder, AggregateRecorder):
    """Stores events of aggregates, or snapshots, in a table without row IDs."""

    _has_row_ids = False

    def __init__(
        self,
        datastore: SQLiteDatastore,
        events_table_name: str = "stored_events",
        **kwargs: Any,
    ) -> None:
        self.events_table_name = events_table_name
        self.insert_events_statement: str = statements.insert_events(events_table_name)
        self.select_events_statement: str = statements.select_events(events_table_name)
        super().__init__(datastore, **kwargs)

    def construct_create_table_statements(self) -> list[str]:
        """Add the table of events."""
        return [
            *super().construct_create_table_statements(),
            schema.create_events_table(self.events_table_name, has_row_ids=self._has_row_ids),
        ]

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all the events atomically, or none, and wait until that is durable."""
        with self.datastore.transaction(commit=True) as c:
            return self._insert_events(c, stored_events, **kwargs)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int] | None:
        c.executemany(self.insert_events_statement, rows.make_rows(stored_events))
        return None

    def select_events(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        originator_id: UUID | str,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return events of one aggregate in the order of their versions."""
        statement, params = statements.plan_select_events(
            self.select_events_statement,
            rows.format_originator_id(originator_id),
            gt,
            lte,
            desc,
            limit,
        )
        found = self.datastore.query(statement, params)
        return rows.make_stored_events(found, self.convert_originator_id)


class SQLiteApplicationRecorder(  # pyright: ignore[reportIncompatibleMethodOverride]
    SQLiteAggregateRecorder, ApplicationRecorder
):
    """Stores events in a table whose row IDs, 1, 2, 3, … without gaps, identify notifications."""

    _has_row_ids = True
    _row_ids_are_checked = False

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int] | None:
        values = rows.make_rows(stored_events)
        if not self._row_ids_are_checked:
            c.execute(statements.check_row_ids(self.events_table_name))
            self._row_ids_are_checked = True
        if not values:
            return []
        c.execute(self.insert_events_statement, values[0])
        first = last = c.lastrowid or 0
        if len(values) > 1:
            # Only execute() tells the ID of its row, so the last row is left to it, too.
            if len(values) > 2:
                c.executemany(self.insert_events_statement, values[1:-1])
            c.execute(self.insert_events_statement, values[-1])
            last = c.lastrowid or 0
        if last - first + 1 != len(values):
            # A new row gets the greatest ID plus one, and no other connection can write now, so
            # this can only be the work of a trigger that somebody has added.
            raise InternalError(
                f"Rows of {len(values)} events got IDs from {first} to {last}: not consecutive"
            )
        return list(range(first, last + 1))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs."""
        statement, params = statements.plan_select_notifications(
            self.events_table_name, start, limit, stop, topics, inclusive_of_start
        )
        found = self.datastore.query(statement, params)
        return rows.make_notifications(found, self.convert_originator_id)

    def max_notification_id(self) -> int | None:
        """Return the greatest notification ID, `None` if there are no events."""
        with self.datastore.transaction(commit=False) as c:
            return self._max_notification_id(c)

    def _max_notification_id(self, c: SQLiteCursor) -> int | None:
        c.execute(statements.select_max_row_id(self.events_table_name))
        (greatest,) = c.fetchone()
        return greatest  # type: ignore[no-any-return]

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> SQLiteSubscription:
        """Return an iterator over notifications after `gt`, which waits for new ones at the end."""
        return SQLiteSubscription(recorder=self, gt=gt, topics=topics)

    def listen(self, event: Listener) -> None:
        """Register an event that is set after each commit to the database, by any process."""
        self.datastore.listen(event)

    def unlisten(self, event: Listener) -> None:
        """Forget the event; harmless if it is not registered."""
        self.datastore.unlisten(event)
