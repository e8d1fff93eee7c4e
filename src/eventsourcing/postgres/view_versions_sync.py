# Generated from view_versions_async.py by tools/async_to_sync.py: do not edit.
"""Versions of a view in PostgreSQL: each in a schema of its own, in one database."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import Any

import psycopg
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composable, Identifier

from eventsourcing._concurrency.primitives_sync import sleep
from eventsourcing.persistence import PlacedView, ProgrammingError, ViewVersion
from eventsourcing.persistence.closed_tracking import read_position
from eventsourcing.persistence.view_version_recorder_sync import ViewVersionRecorder
from eventsourcing.persistence.view_versions import (
    FIRST_VERSION,
    as_view_versions,
    check_droppable,
    check_version,
    refuse_taken_place,
    refuse_to_drop_live,
)
from eventsourcing.postgres import names, statements
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.recorder_sync import PostgresRecorder
from eventsourcing.postgres.retrying_sync import retry
from eventsourcing.postgres.tracking_recorder_sync import PostgresTrackingRecorder

_TABLE = "view_versions"
_CREATE_TABLE = (
    "CREATE TABLE IF NOT EXISTS {} ("
    "view_name text, version bigint, state text NOT NULL, PRIMARY KEY (view_name, version))"
)
_CREATE_INDEX = (
    "CREATE UNIQUE INDEX IF NOT EXISTS {} ON {} (view_name) WHERE state = 'live'"  # never two
)
_SELECT = "SELECT version, state FROM {} WHERE view_name = %s ORDER BY version"
_INSERT = (
    "INSERT INTO {} (view_name, version, state) VALUES (%s, %s, %s) "
    "ON CONFLICT (view_name, version) DO NOTHING"
)
# Waits for others that change the row, and finds what they have made of it.
_MOVE = "UPDATE {} SET state = %s WHERE view_name = %s AND version = %s AND state = ANY(%s)"
_DELETE = "DELETE FROM {} WHERE view_name = %s AND version = %s AND state <> 'live'"
_HAS_TABLE = "SELECT to_regclass(%s) IS NOT NULL AS found"
_COUNT_TABLES = (
    "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid) AS number "
    "FROM pg_namespace AS n WHERE nspname = %s"
)
_SET_LOCK_TIMEOUT = "SELECT set_config('lock_timeout', %s, true)"
# Those who write positions wait for the transaction; those who read do not.
_STOP_TRACKING = "LOCK TABLE {} IN SHARE MODE"

_PAUSE_SECONDS = 0.002


class PostgresViewVersionRecorder(PostgresRecorder, ViewVersionRecorder):
    """Records versions of a view in the table `view_versions` of the schema.

    Version 1 is in the same schema, each other one in one of its own, which is made here.
    """

    def __init__(self, datastore: PostgresDatastore, *, name: str) -> None:
        super().__init__(datastore, name=name.lower())
        self._table = Identifier(datastore.schema, _TABLE)
        self._has_table = False
        self.sql_create_statements.extend(
            [
                SQL(_CREATE_TABLE).format(self._table),
                SQL(_CREATE_INDEX).format(Identifier(f"{_TABLE}_live_idx"), self._table),
            ]
        )

    def select_versions(self) -> Sequence[ViewVersion]:
        """Return all versions by their numbers; version 1, live, if none has been added."""
        return as_view_versions(retry(self._select_rows))

    def add_version(self, version: int) -> None:
        """Record a version that is to be built, and make its schema, in one transaction.

        Raises `ProgrammingError` if that is forbidden (the privilege `CREATE` on the database), or
        if there is such a schema with tables in it, which may be left from an earlier time.
        """
        check_version(version)
        if version in [number for number, _ in retry(self._select_rows)]:
            return
        if self.may_create_tables:
            retry(self.create_table)
        retry(partial(self._create_safely, partial(self._add_in_transaction, version)))

    def switch(
        self, old: PlacedView, new: PlacedView, application_name: str, patience: float
    ) -> bool:
        """Have the new version take the place of the old one, and return whether it has."""
        evidence = partial(self._is_live, version=new.version)
        try:
            with self.datastore.transaction(commit=True, evidence=evidence) as curs:
                curs.execute(_SET_LOCK_TIMEOUT, [f"{max(1, round(patience * 1000))}ms"])
                self._stop_tracking(curs, old.recorder)
                self._check_arrival(curs, old, new, application_name, patience)
                self._move(curs, old.version, "retired", ["live"])
                self._move(curs, new.version, "live", ["building", "retired"])
        except _NotNow:
            return False
        return True

    def drop_version(self, version: int) -> None:
        """Remove a version, and its schema, in one transaction. A runner that still uses it fails.

        Raises `ProgrammingError` for the live version, and for version 1.
        """
        check_droppable(self.name, version)
        retry(partial(self._drop_in_transaction, version))

    def settings(self, version: int) -> dict[str, str]:
        """Return the name of the version's schema."""
        check_version(version)
        if version == FIRST_VERSION:
            return {}
        return {"POSTGRES_SCHEMA": self._schema_name(version)}

    def check_place(self, view: Any) -> None:
        """Raise `ProgrammingError` if the view would create something outside of its schema."""
        schema = Identifier(view.datastore.schema).as_string(None)
        for statement in view.sql_create_statements:
            text = statement.as_string(None) if isinstance(statement, Composable) else statement
            if schema not in str(text):
                raise ProgrammingError(
                    f"{type(view).__qualname__} cannot have versions, because this does not name "
                    f"its schema: {text}. Use Identifier(datastore.schema, table_name)"
                )

    def _schema_name(self, version: int) -> str:
        return names.view_version_schema_name(self.datastore.schema, self.name, version)

    def _select_rows(self) -> list[tuple[int, str]]:
        with self.datastore.cursor() as curs:
            if not self._find_table(curs):
                return []
            curs.execute(SQL(_SELECT).format(self._table), [self.name])
            return [(row["version"], row["state"]) for row in curs.fetchall()]

    def _find_table(self, curs: psycopg.Cursor[DictRow]) -> bool:
        if not self._has_table:
            self._has_table = _exists(curs, self.datastore.schema, _TABLE)
        return self._has_table

    def _add_in_transaction(self, version: int) -> None:
        with self.datastore.transaction(commit=True) as curs:
            self._lock_creation(curs)
            insert = SQL(_INSERT).format(self._table)
            curs.execute(SQL(_SELECT).format(self._table), [self.name])
            if not curs.fetchall():
                curs.execute(insert, [self.name, FIRST_VERSION, "live"])
            curs.execute(insert, [self.name, version, "building"])
            if curs.rowcount and version != FIRST_VERSION and self.may_create_tables:
                self._create_schema(curs, version)

    def _create_schema(self, curs: psycopg.Cursor[DictRow], version: int) -> None:
        schema = self._schema_name(version)
        # "IF NOT EXISTS" asks for the privilege also when there is nothing to do.
        curs.execute(_COUNT_TABLES, [schema])
        found = curs.fetchall()
        if found and found[0]["number"]:
            raise refuse_taken_place(self.name, version, f"schema {schema}")
        if not found:
            try:
                curs.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
            except psycopg.errors.InsufficientPrivilege as error:
                raise ProgrammingError(
                    f"Version {version} of the view '{self.name}' needs the schema {schema}, which "
                    f"this user may not create: {error}. Grant it CREATE on the database, or have "
                    "somebody create the schema for it"
                ) from error

    def _stop_tracking(
        self, curs: psycopg.Cursor[DictRow], recorder: PostgresTrackingRecorder
    ) -> None:
        """Have those who write positions wait until the transaction ends."""
        schema, table = recorder.datastore.schema, recorder.tracking_table_name
        if _exists(curs, schema, table):
            try:
                curs.execute(SQL(_STOP_TRACKING).format(Identifier(schema, table)))
            except psycopg.errors.LockNotAvailable as error:
                raise _NotNow from error

    def _check_arrival(
        self,
        curs: psycopg.Cursor[DictRow],
        old: PlacedView,
        new: PlacedView,
        application_name: str,
        patience: float,
    ) -> None:
        """Wait until the new version is where the old one is; `_NotNow` if it takes too long."""
        recorder: PostgresTrackingRecorder = old.recorder
        if not _exists(curs, recorder.datastore.schema, recorder.tracking_table_name):
            return
        position = read_position(recorder._max_tracking_id(application_name, curs))
        deadline = monotonic() + patience
        while read_position(new.recorder.max_tracking_id(application_name)) < position:
            if monotonic() >= deadline:
                raise _NotNow
            sleep(_PAUSE_SECONDS)

    def _move(
        self, curs: psycopg.Cursor[DictRow], version: int, state: str, previous: list[str]
    ) -> None:
        statement = SQL(_MOVE).format(self._table)
        try:
            curs.execute(statement, [state, self.name, version, previous])
        except psycopg.errors.LockNotAvailable as error:
            raise _NotNow from error
        if curs.rowcount != 1:
            raise _NotNow

    def _is_live(self, curs: psycopg.Cursor[DictRow], version: int) -> bool:
        curs.execute(SQL(_SELECT).format(self._table), [self.name])
        return (version, "live") in [(row["version"], row["state"]) for row in curs.fetchall()]

    def _drop_in_transaction(self, version: int) -> None:
        with self.datastore.transaction(commit=True) as curs:
            if not self._find_table(curs):
                return
            curs.execute(SQL(_DELETE).format(self._table), [self.name, version])
            if curs.rowcount:
                schema = Identifier(self._schema_name(version))
                curs.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
            elif self._is_live(curs, version):
                raise refuse_to_drop_live(self.name, version)


class _NotNow(Exception):
    """The versions cannot be switched now: the transaction is to be rolled back."""


def _exists(curs: psycopg.Cursor[DictRow], schema: str, table: str) -> bool:
    curs.execute(_HAS_TABLE, [statements.qualified(schema, table)])
    return bool(curs.fetchall()[0]["found"])
