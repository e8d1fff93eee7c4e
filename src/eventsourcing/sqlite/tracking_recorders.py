"""Recorders that keep in SQLite how far notifications have been processed (contract Y1-Y10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing._concurrency.listeners import Settable
from eventsourcing.persistence import (
    BatchTracking,
    DeadLetter,
    IntegrityError,
    OperationalError,
    ProcessRecorder,
    ProgrammingError,
    RetriedTracking,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.sqlite import schema, statements
from eventsourcing.sqlite.connections import SQLiteCursor
from eventsourcing.sqlite.datastore import SQLiteDatastore
from eventsourcing.sqlite.dead_letters import SQLiteDeadLetterRecorder
from eventsourcing.sqlite.errors import DRIVER_ERRORS
from eventsourcing.sqlite.recorders import SQLiteApplicationRecorder


class SQLiteTrackingRecorder(SQLiteDeadLetterRecorder, TrackingRecorder):
    """Records in the table `tracking` what has been processed; base of views in SQLite.

    With `datastore.single_row_tracking` there is one row for each upstream application, else one
    for each notification. A table of the other kind is migrated, or refused, by `create_table()`.
    After that, `tracking_table_exists` and `tracking_migration_previous` say what was found, and
    `tracking_migration_current` what is there now.
    """

    table_migration_identifier = schema.MIGRATION_IDENTIFIER

    def __init__(self, datastore: SQLiteDatastore, **kwargs: Any) -> None:
        self.tracking_table_exists: bool = False
        self.tracking_migration_previous: int | None = None
        self.tracking_migration_current: int | None = None
        super().__init__(datastore, **kwargs)

    def construct_create_table_statements(self) -> list[str]:
        """Add the tracking table."""
        return [
            *super().construct_create_table_statements(),
            schema.create_tracking_table(is_single_row=self.datastore.single_row_tracking),
        ]

    def _create_table(self, c: SQLiteCursor) -> None:
        # The transaction has the lock of the writer, so what is found here stays so.
        c.execute(schema.FIND_TABLE, (schema.TRACKING_TABLE,))
        self.tracking_table_exists = c.fetchone() is not None
        self.tracking_migration_previous = (
            self._find_marker(c) if self.tracking_table_exists else None
        )
        if not self.datastore.single_row_tracking:
            self._refuse_single_row_table(self.tracking_migration_previous)
            super()._create_table(c)
        elif self.tracking_migration_previous is None:
            if self.tracking_table_exists:
                c.execute(schema.RENAME_TRACKING_TABLE)
            super()._create_table(c)
            self._fill_single_row_table(c)
        else:
            super()._create_table(c)
        self.tracking_migration_current = self._find_marker(c)

    def _fill_single_row_table(self, c: SQLiteCursor) -> None:
        marker = (self.table_migration_identifier, schema.MIGRATION_VERSION)
        c.execute(statements.INSERT_TRACKING, marker)
        if self.tracking_table_exists:
            c.execute(schema.SELECT_OLD_TRACKING)
            c.executemany(statements.INSERT_TRACKING, [tuple(row) for row in c.fetchall()])

    def _find_marker(self, c: SQLiteCursor) -> int | None:
        return self._max_tracking_id(self.table_migration_identifier, c)

    def _refuse_single_row_table(self, marker: int | None) -> None:
        if marker is not None:
            raise OperationalError("Can't do multi-row tracking with single-row tracking table")

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record that a notification has been processed, and wait until that is durable."""
        with self.datastore.transaction(commit=True) as c:
            self._insert_tracking(c, tracking)

    def _insert_tracking(self, c: SQLiteCursor, tracking: Tracking) -> None:
        """Record within a transaction that a notification has been processed, or put aside."""
        if isinstance(tracking, RetriedTracking):
            self._take_back(c, tracking)
            return
        if isinstance(tracking, DeadLetter):
            self._put_aside(c, tracking)
        name, notification_id = tracking.application_name, tracking.notification_id
        if isinstance(tracking, BatchTracking) and tracking.first_notification_id < notification_id:
            # Refused if any notification of the batch has been processed, not only if the last has.
            self._insert_tracking(c, Tracking(name, tracking.first_notification_id))
        if name == self.table_migration_identifier:
            raise ProgrammingError(
                f"The application name '{name}' is reserved: it marks the tracking table"
            )
        if not self.datastore.single_row_tracking:
            # Another process may migrate the table at any time.
            self._refuse_single_row_table(self._find_marker(c))
            c.execute(statements.INSERT_TRACKING, (name, notification_id))
            return
        try:
            c.execute(statements.UPSERT_TRACKING, (name, notification_id))
        except DRIVER_ERRORS as error:
            if "ON CONFLICT" in str(error):  # there is no such key
                raise OperationalError(
                    "Can't do single-row tracking with multi-row tracking table: "
                    "create_table() migrates it"
                ) from error
            raise
        if c.rowcount == 0:
            raise IntegrityError(f"Failed to record tracking for {name} {notification_id}")

    def listen_for_tracking(self, listener: Settable) -> None:
        """Have the event set after each commit to the database, by any process."""
        super().listen_for_tracking(listener)
        self.datastore.listen(listener)

    def unlisten_for_tracking(self, listener: Settable) -> None:
        """Leave the event alone from now on; harmless when repeated."""
        super().unlisten_for_tracking(listener)
        self.datastore.unlisten(listener)

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the greatest processed notification ID of the application, `None` if none is."""
        with self.datastore.transaction(commit=False) as c:
            return self._max_tracking_id(application_name, c)

    def _max_tracking_id(self, application_name: str, c: SQLiteCursor) -> int | None:
        c.execute(statements.SELECT_MAX_TRACKING_ID, (application_name,))
        (greatest,) = c.fetchone()
        return greatest  # type: ignore[no-any-return]


class SQLiteProcessRecorder(  # pyright: ignore[reportIncompatibleMethodOverride]
    SQLiteApplicationRecorder, SQLiteTrackingRecorder, ProcessRecorder
):
    """Stores events and then, in the same transaction, the tracking record given as `tracking=`."""

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        notification_ids = super()._insert_events(c, stored_events, **kwargs)
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is not None:
            self._insert_tracking(c, tracking)
        return notification_ids
