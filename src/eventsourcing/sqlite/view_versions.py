"""Versions of a view in SQLite: each in a file of its own, beside the file that lists them."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from eventsourcing._concurrency.primitives_sync import sleep
from eventsourcing.persistence import OperationalError, PlacedView, ViewVersion, ViewVersionRecorder
from eventsourcing.persistence.closed_tracking import read_position
from eventsourcing.persistence.view_versions import (
    FIRST_VERSION,
    as_view_versions,
    check_droppable,
    check_version,
    refuse_taken_place,
    refuse_to_drop_live,
)
from eventsourcing.sqlite import schema, settings
from eventsourcing.sqlite.connections import SQLiteCursor
from eventsourcing.sqlite.database_names import identify, is_memory, make_absolute, split_uri
from eventsourcing.sqlite.datastore import SQLiteDatastore
from eventsourcing.sqlite.tracking_recorders import SQLiteTrackingRecorder
from eventsourcing.sqlite.view_version_places import version_db_name

_TABLE = "view_versions"
_CREATE = (
    f"CREATE TABLE IF NOT EXISTS {_TABLE} ("
    "view_name TEXT, version INTEGER, state TEXT NOT NULL, "
    "PRIMARY KEY (view_name, version)) WITHOUT ROWID",
    f"CREATE UNIQUE INDEX IF NOT EXISTS {_TABLE}_live_idx ON {_TABLE} (view_name) "
    "WHERE state = 'live'",
)
_SELECT = (
    f"SELECT version, state FROM {_TABLE} "  # noqa: S608
    "WHERE view_name = ? AND state <> 'dropping' ORDER BY version"
)
_SELECT_STATE = f"SELECT state FROM {_TABLE} WHERE view_name = ? AND version = ?"  # noqa: S608
_COUNT = f"SELECT COUNT(*) FROM {_TABLE} WHERE view_name = ?"  # noqa: S608
_INSERT = f"INSERT INTO {_TABLE} (view_name, version, state) VALUES (?, ?, ?)"  # noqa: S608
_UPDATE = f"UPDATE {_TABLE} SET state = ? WHERE view_name = ? AND version = ?"  # noqa: S608
_DELETE = f"DELETE FROM {_TABLE} WHERE view_name = ? AND version = ?"  # noqa: S608

_PAUSE_SECONDS = 0.002


class SQLiteViewVersionRecorder(ViewVersionRecorder):
    """Records versions of a view in the table `view_versions`.

    Version 1 is in the same database, each other one in one of its own.
    """

    may_create_tables: bool = True
    """Whether the table is created by adding the first version; factories set it."""

    def __init__(self, datastore: SQLiteDatastore, name: str) -> None:
        super().__init__(name.lower())
        self.datastore = datastore
        self._base_name = make_absolute(str(datastore.pool.db_name))
        self._has_table = False

    def select_versions(self) -> Sequence[ViewVersion]:
        """Return all versions by their numbers; version 1, live, if none has been added."""
        if not self._has_table:
            self._has_table = bool(self.datastore.query(schema.FIND_TABLE, (_TABLE,)))
        rows = self.datastore.query(_SELECT, (self.name,)) if self._has_table else []
        return as_view_versions(rows)

    def add_version(self, version: int) -> None:
        """Record a version that is to be built; its file is made when it is opened.

        Raises `ProgrammingError` if there is such a file, which may be left from another database.
        """
        check_version(version)
        with self.datastore.transaction(commit=True) as c:
            if self.may_create_tables:
                for statement in _CREATE:
                    c.execute(statement)
            c.execute(_COUNT, (self.name,))
            if c.fetchone()[0] == 0:
                c.execute(_INSERT, (self.name, FIRST_VERSION, "live"))
            state = self._find_state(c, version)
            if state == "dropping":  # and whoever did that has died
                self._remove_files(version)
                c.execute(_UPDATE, ("building", self.name, version))
            elif state is None:
                self._check_place_is_free(version)
                c.execute(_INSERT, (self.name, version, "building"))

    def switch(
        self, old: PlacedView, new: PlacedView, application_name: str, patience: float
    ) -> bool:
        """Have the new version take the place of the old one, and return whether it has.

        Meanwhile nobody else can write into the database of the old one.
        """
        recorder: SQLiteTrackingRecorder = old.recorder
        if is_memory(self._base_name):
            patience = 0.0  # writers and readers exclude each other
        with recorder.datastore.transaction(commit=True) as c:
            position = _read_position(recorder, application_name, c)
            if not _has_arrived(new.recorder, application_name, position, patience):
                return False
            if self._is_here(recorder.datastore):
                return self._move(c, old.version, new.version)
            with self.datastore.transaction(commit=True) as own:
                return self._move(own, old.version, new.version)

    def drop_version(self, version: int) -> None:
        """Remove a version, and its files. A runner that still uses them fails, or writes in vain.

        If that is interrupted, it has to be repeated, or is when the version is added again.
        """
        check_droppable(self.name, version)
        self.select_versions()
        if not self._has_table:
            return
        with self.datastore.transaction(commit=True) as c:
            if self._find_state(c, version) == "live":
                raise refuse_to_drop_live(self.name, version)
            c.execute(_UPDATE, ("dropping", self.name, version))
        with self.datastore.transaction(commit=True) as c:
            if self._find_state(c, version) == "dropping":
                self._remove_files(version)
                c.execute(_DELETE, (self.name, version))

    def settings(self, version: int) -> dict[str, str]:
        """Return the name of the version's database."""
        check_version(version)
        if version == FIRST_VERSION:
            return {}
        return {settings.SQLITE_DBNAME: self._db_name(version)}

    def _db_name(self, version: int) -> str:
        return version_db_name(self._base_name, self.name, version)

    def _is_here(self, datastore: SQLiteDatastore) -> bool:
        """Say whether that is the database with the list, where a second writer would wait."""
        if datastore is self.datastore:
            return True
        here = identify(self._base_name)
        return here is not None and here == identify(datastore.pool.db_name)

    def _find_state(self, c: SQLiteCursor, version: int) -> str | None:
        c.execute(_SELECT_STATE, (self.name, version))
        row = c.fetchone()
        return None if row is None else str(row[0])

    def _move(self, c: SQLiteCursor, old: int, new: int) -> bool:
        if self._find_state(c, old) != "live":
            return False
        if self._find_state(c, new) not in ("building", "retired"):
            return False
        c.execute(_UPDATE, ("retired", self.name, old))
        c.execute(_UPDATE, ("live", self.name, new))
        return True

    def _check_place_is_free(self, version: int) -> None:
        db_name = self._db_name(version)
        if version == FIRST_VERSION or is_memory(db_name):
            return
        path, _ = split_uri(db_name)
        if os.path.exists(path) and os.path.getsize(path):
            raise refuse_taken_place(self.name, version, path)

    def _remove_files(self, version: int) -> None:
        db_name = self._db_name(version)
        if is_memory(db_name):
            return
        path, _ = split_uri(db_name)
        # The database first: it is what the others belong to.
        leases = glob.glob(f"{glob.escape(path)}.*.lease")
        for each in (path, f"{path}-wal", f"{path}-shm", f"{path}-journal", *leases):
            with suppress(FileNotFoundError):
                try:
                    os.unlink(each)
                except PermissionError as error:  # on some systems, while somebody has it open
                    raise OperationalError(f"unable to remove '{each}': {error}") from error


def _read_position(recorder: SQLiteTrackingRecorder, application_name: str, c: SQLiteCursor) -> int:
    c.execute(schema.FIND_TABLE, (schema.TRACKING_TABLE,))
    if c.fetchone() is None:
        return 0
    return read_position(recorder._max_tracking_id(application_name, c))


def _has_arrived(
    recorder: SQLiteTrackingRecorder, application_name: str, position: int, patience: float
) -> bool:
    """Wait, for a limited time, until the position is reached; return whether it is."""
    deadline = monotonic() + patience
    while read_position(recorder.max_tracking_id(application_name)) < position:
        if monotonic() >= deadline:
            return False
        sleep(_PAUSE_SECONDS)
    return True
