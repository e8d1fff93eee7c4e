"""Dead letters in SQLite: their table, and the part of the tracking recorder that is about them."""

# Only names of columns and tables that are stated here go into statements as they are.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    DeadLetter,
    DeadLetterRecorder,
    ProgrammingError,
    RetriedTracking,
)
from eventsourcing.persistence.dead_letters import (
    COLUMNS,
    format_id,
    make_row,
    read_id,
    read_row,
    refuse_retried,
    refuse_to_follow,
)
from eventsourcing.sqlite import schema
from eventsourcing.sqlite.connections import SQLiteCursor
from eventsourcing.sqlite.recorders import SQLiteRecorder

TABLE = "dead_letters"

_CREATE = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} ("
    "application_name TEXT NOT NULL, "
    "notification_id INTEGER NOT NULL, "
    "originator_id TEXT NOT NULL, "
    "originator_id_type TEXT NOT NULL, "
    "originator_version INTEGER NOT NULL, "
    "topic TEXT NOT NULL, "
    "error TEXT NOT NULL, "
    "traceback TEXT NOT NULL, "
    "attempts INTEGER NOT NULL, "
    "put_aside_at TEXT NOT NULL, "
    "follows INTEGER, "
    "PRIMARY KEY (application_name, notification_id))",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_originator_idx ON {TABLE} "
    "(application_name, originator_id, originator_id_type, notification_id)",
)
_INSERT = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE application_name = ?"
_SELECT_BLOCKED = (
    "SELECT originator_id, originator_id_type, MIN(notification_id) AS first_id "
    f"FROM {TABLE} WHERE application_name = ? GROUP BY originator_id, originator_id_type "
    "HAVING first_id > ? ORDER BY first_id LIMIT ?"
)
_COUNT = f"SELECT COUNT(*) FROM {TABLE} WHERE application_name = ?"
_UPDATE = (
    f"UPDATE {TABLE} SET error = ?, traceback = ?, attempts = ?, follows = ? "
    "WHERE application_name = ? AND notification_id = ?"
)
_OF_AGGREGATE = "application_name = ? AND originator_id = ? AND originator_id_type = ?"
_FIND_BLOCKING = f"SELECT 1 FROM {TABLE} WHERE {_OF_AGGREGATE} LIMIT 1"
_DELETE_ONE = f"DELETE FROM {TABLE} WHERE application_name = ? AND notification_id = ?"
_DELETE_ALL = f"DELETE FROM {TABLE} WHERE {_OF_AGGREGATE}"


class SQLiteDeadLetterRecorder(SQLiteRecorder, DeadLetterRecorder):
    """Keeps dead letters in a table, which is created when it is first needed."""

    _has_dead_letter_table = False

    def prepare_dead_letters(self) -> None:
        """Create the table if it is missing.

        Raises `ProgrammingError` instead if the recorder does not create its tables.
        """
        if self._find_dead_letter_table():
            return
        if not self.may_create_tables:
            raise ProgrammingError(
                f"The table '{TABLE}' does not exist, and CREATE_TABLE forbids to create it: "
                "events cannot be put aside"
            )
        with self.datastore.transaction(commit=True) as c:
            for statement in _CREATE:
                c.execute(statement)

    def select_dead_letters(
        self,
        application_name: str,
        limit: int,
        *,
        gt: int | None = None,
        originator_id: UUID | str | None = None,
    ) -> Sequence[DeadLetter]:
        """Return at most `limit` dead letters in ascending order of their notification IDs."""
        statement = _SELECT
        params: list[Any] = [application_name]
        if gt is not None:
            statement += " AND notification_id > ?"
            params.append(gt)
        if originator_id is not None:
            statement += " AND originator_id = ? AND originator_id_type = ?"
            params.extend(format_id(originator_id))
        statement += " ORDER BY notification_id LIMIT ?"
        params.append(max(limit, 0))
        return [read_row(row) for row in self._query_dead_letters(statement, params)]

    def select_blocked(
        self, application_name: str, limit: int, *, gt: int | None = None
    ) -> Mapping[UUID | str, int]:
        """Return the IDs of aggregates with dead letters, each with the ID of its first one."""
        params = [application_name, -1 if gt is None else gt, max(limit, 0)]
        rows = self._query_dead_letters(_SELECT_BLOCKED, params)
        return {read_id(text, id_type): first_id for text, id_type, first_id in rows}

    def count_dead_letters(self, application_name: str) -> int:
        """Return how many dead letters there are."""
        rows = self._query_dead_letters(_COUNT, [application_name])
        return int(rows[0][0]) if rows else 0

    def update_dead_letter(self, dead_letter: DeadLetter) -> bool:
        """Replace error, traceback, number of attempts and `follows`."""
        changed = (
            dead_letter.error,
            dead_letter.traceback,
            dead_letter.attempts,
            dead_letter.follows,
        )
        key = (dead_letter.application_name, dead_letter.notification_id)
        return self._change_dead_letters(_UPDATE, (*changed, *key)) > 0

    def drop_dead_letter(self, application_name: str, notification_id: int) -> bool:
        """Remove a dead letter, which is never processed then."""
        return self._change_dead_letters(_DELETE_ONE, (application_name, notification_id)) > 0

    def drop_dead_letters(self, application_name: str, originator_id: UUID | str) -> int:
        """Remove all dead letters of an aggregate; return how many there were."""
        return self._change_dead_letters(_DELETE_ALL, (application_name, *format_id(originator_id)))

    def _find_dead_letter_table(self) -> bool:
        if not self._has_dead_letter_table:
            self._has_dead_letter_table = bool(self.datastore.query(schema.FIND_TABLE, (TABLE,)))
        return self._has_dead_letter_table

    def _query_dead_letters(self, statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows; none if nothing was ever put aside in this database."""
        return self.datastore.query(statement, params) if self._find_dead_letter_table() else []

    def _change_dead_letters(self, statement: str, params: Sequence[Any]) -> int:
        if not self._find_dead_letter_table():
            return 0
        with self.datastore.transaction(commit=True) as c:
            c.execute(statement, params)
            return c.rowcount

    # What tracking recorders do within their transactions.

    def _put_aside(self, c: SQLiteCursor, dead_letter: DeadLetter) -> None:
        """Store the dead letter; `NotBlockedError` if it is to follow one, and there is none."""
        if dead_letter.follows is not None:
            key = (dead_letter.application_name, *format_id(dead_letter.originator_id))
            c.execute(_FIND_BLOCKING, key)
            if c.fetchone() is None:
                raise refuse_to_follow(dead_letter)
        row = dict(zip(COLUMNS, make_row(dead_letter), strict=True))
        row["put_aside_at"] = dead_letter.put_aside_at.isoformat()
        c.execute(_INSERT, tuple(row.values()))

    def _take_back(self, c: SQLiteCursor, tracking: RetriedTracking) -> None:
        """Remove the dead letter; `IntegrityError` if it is not there."""
        if not self._has_dead_letter_table:
            c.execute(schema.FIND_TABLE, (TABLE,))
            self._has_dead_letter_table = c.fetchone() is not None
        if self._has_dead_letter_table:
            c.execute(_DELETE_ONE, (tracking.application_name, tracking.notification_id))
            if c.rowcount:
                return
        raise refuse_retried(tracking)
