# Generated from tracking_recorder_async.py by tools/async_to_sync.py: do not edit.
"""The recorder of tracking records, and the migration of its table (contract section 9)."""

from __future__ import annotations

from functools import partial
from typing import Any

import psycopg
from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier

from eventsourcing.persistence import (
    BatchTracking,
    DeadLetter,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    RetriedTracking,
    Tracking,
)
from eventsourcing.persistence.recorders_sync import TrackingRecorder
from eventsourcing.postgres import names, schema, statements
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.dead_letters_sync import PostgresDeadLetterRecorder
from eventsourcing.postgres.retrying_sync import retry

_NOT_MULTI_ROW = "Can't do multi-row tracking with single-row tracking table"
_NOT_SINGLE_ROW = (
    "Can't do single-row tracking with multi-row tracking table: call create_table() to migrate it"
)
_MIGRATION = 1


class PostgresTrackingRecorder(PostgresDeadLetterRecorder, TrackingRecorder):
    """Records how far the notifications of upstream applications have been processed.

    By default one row for each application keeps the greatest ID; the legacy multi-row mode, which
    the datastore's `single_row_tracking` chooses when false, keeps a row for each ID.
    """

    table_migration_identifier = "__migration__"

    def __init__(
        self,
        datastore: PostgresDatastore,
        *,
        tracking_table_name: str = "notification_tracking",
        **kwargs: Any,
    ) -> None:
        super().__init__(datastore, **kwargs)
        self.tracking_table_name: str = names.unqualified(tracking_table_name, datastore.schema)
        self.check_identifier_length(self.tracking_table_name)
        self._define_dead_letters(self.tracking_table_name)
        self.single_row_tracking: bool = datastore.single_row_tracking
        self.tracking_table_exists: bool = False
        self.tracking_migration_previous: int | None = None
        self.tracking_migration_current: int | None = None
        where = (datastore.schema, self.tracking_table_name)
        self.insert_tracking_statement: statements.Query = statements.insert_tracking(
            *where, single_row=self.single_row_tracking
        )
        self.max_tracking_id_statement: statements.Query = statements.max_tracking_id(*where)
        self.sql_create_statements.append(
            schema.create_tracking_table(Identifier(*where), single_row=self.single_row_tracking)
        )

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record that a notification has been processed.

        Raises `IntegrityError` if that is recorded already, or a greater ID in single-row mode.
        """
        retry(partial(self._insert_tracking_in_transaction, tracking))

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the greatest processed notification ID of the application, `None` if none is."""

        def select() -> int | None:
            with self.datastore.cursor() as curs:
                return self._max_tracking_id(application_name, curs)

        return retry(select)

    def _insert_tracking_in_transaction(self, tracking: Tracking) -> None:
        evidence = partial(self._is_tracked, tracking=tracking)
        with self.datastore.transaction(commit=True, evidence=evidence) as curs:
            self._insert_tracking(curs, tracking)

    def _insert_tracking(self, curs: psycopg.Cursor[DictRow], tracking: Tracking) -> None:
        """Record that a notification has been processed, or put aside, within a transaction."""
        if isinstance(tracking, RetriedTracking):
            self._take_back(curs, tracking)
            return
        if isinstance(tracking, DeadLetter):
            self._put_aside(curs, tracking)
        name = tracking.application_name
        if name == self.table_migration_identifier:
            raise ProgrammingError(
                f"The application name '{name}' is reserved: it marks the tracking table"
            )
        if (
            isinstance(tracking, BatchTracking)
            and tracking.first_notification_id < tracking.notification_id
        ):
            # Refused if any notification of the batch has been processed, not only if the last has.
            self._insert_tracking(curs, Tracking(name, tracking.first_notification_id))
        try:
            curs.execute(
                self.insert_tracking_statement,
                [tracking.application_name, tracking.notification_id],
            )
        except psycopg.errors.InvalidColumnReference as error:
            text = _NOT_SINGLE_ROW if self.single_row_tracking else _NOT_MULTI_ROW
            raise ProgrammingError(text) from error
        if curs.rowcount == 0:
            raise IntegrityError(
                "Failed to record tracking for "
                f"{tracking.application_name} {tracking.notification_id}"
            )

    def _max_tracking_id(self, application_name: str, curs: psycopg.Cursor[DictRow]) -> int | None:
        curs.execute(self.max_tracking_id_statement, [application_name])
        max_id = curs.fetchall()[0]["max"]
        return None if max_id is None else int(max_id)

    def _is_tracked(self, curs: psycopg.Cursor[DictRow], tracking: Tracking) -> bool:
        """Say whether the tracking record is there, or one that has followed it."""
        if isinstance(tracking, RetriedTracking):
            return self._is_taken_back(curs, tracking)
        max_id = self._max_tracking_id(tracking.application_name, curs)
        return max_id is not None and max_id >= tracking.notification_id

    def _create_table(self, curs: psycopg.Cursor[DictRow]) -> None:
        """Create or migrate the tracking table, and create what else is missing."""
        self._examine_tracking_table(curs)
        positions: list[tuple[str, int]] = []
        if self.tracking_table_exists and self.tracking_migration_previous is None:
            positions = self._set_old_table_aside(curs)
        super()._create_table(curs)
        if self.single_row_tracking:
            self._fill_tracking_table(curs, positions)
            self.tracking_migration_current = self._max_tracking_id(
                self.table_migration_identifier, curs
            )

    def _examine_tracking_table(self, curs: psycopg.Cursor[DictRow]) -> None:
        self.tracking_migration_previous = None
        self.tracking_migration_current = None
        name = statements.qualified(self.datastore.schema, self.tracking_table_name)
        curs.execute("SELECT to_regclass(%s) IS NOT NULL AS found", [name])
        self.tracking_table_exists = bool(curs.fetchall()[0]["found"])
        if self.tracking_table_exists:
            # Rolling back gives back the lock on the table. Two processes that had it while each
            # waits for the exclusive one would wait for each other.
            curs.execute("SAVEPOINT examine")
            self._examine_marker(curs)
            curs.execute("ROLLBACK TO SAVEPOINT examine")

    def _examine_marker(self, curs: psycopg.Cursor[DictRow]) -> None:
        self.tracking_migration_previous = self._max_tracking_id(
            self.table_migration_identifier, curs
        )
        if self.tracking_migration_previous is not None and not self.single_row_tracking:
            raise OperationalError(_NOT_MULTI_ROW)

    def _set_old_table_aside(self, curs: psycopg.Cursor[DictRow]) -> list[tuple[str, int]]:
        """Rename a multi-row table, in single-row mode, and return the greatest ID of each name."""
        if not self.single_row_tracking:
            return []
        table = Identifier(self.datastore.schema, self.tracking_table_name)
        timeout = self.datastore.lock_timeout
        curs.execute("SELECT set_config('lock_timeout', %s, true)", [f"{timeout}s"])
        curs.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(table))
        self._examine_marker(curs)
        if self.tracking_migration_previous is not None:
            return []  # another process has migrated the table while this one waited
        curs.execute(
            SQL(
                "SELECT application_name, max(notification_id) AS max FROM {} "
                "GROUP BY application_name"
            ).format(table)
        )
        positions = [(row["application_name"], row["max"]) for row in curs.fetchall()]
        backup = names.backup_table_name(self.tracking_table_name)
        curs.execute(SQL("ALTER TABLE {} RENAME TO {}").format(table, Identifier(backup)))
        return positions

    def _fill_tracking_table(
        self, curs: psycopg.Cursor[DictRow], positions: list[tuple[str, int]]
    ) -> None:
        """Insert the marker of a single-row table, and the positions taken from the old table."""
        statement = SQL(
            "INSERT INTO {} (application_name, notification_id) VALUES (%s, %s) "
            "ON CONFLICT (application_name) DO NOTHING"
        ).format(statements.Name(self.datastore.schema, self.tracking_table_name))
        rows = [(self.table_migration_identifier, _MIGRATION), *positions]
        curs.executemany(statement, rows)
