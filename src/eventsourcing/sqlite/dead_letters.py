"""Dead letters in SQLite: their table, and the part of the tracking recorder that is about them."""

# Only names of columns and tables that are stated here go into statements as they are.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import DeadLetter
from eventsourcing.persistence.dead_letter_rows import COLUMNS, DeadLetterStatements, make_row
from eventsourcing.persistence.sql_dead_letters_sync import SQLDeadLetterRecorder
from eventsourcing.sqlite import schema
from eventsourcing.sqlite.connections import SQLiteCursor
from eventsourcing.sqlite.recorders import SQLiteRecorder

TABLE = "dead_letters"

_CREATE = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} ("
    "application_name TEXT NOT NULL, "
    "notification_id INTEGER NOT NULL, "
    "originator_id TEXT, "
    "originator_id_type TEXT, "
    "originator_version INTEGER, "
    "topic TEXT NOT NULL, "
    "error TEXT NOT NULL, "
    "traceback TEXT NOT NULL, "
    "attempts INTEGER NOT NULL, "
    "put_aside_at TEXT NOT NULL, "
    "follows INTEGER, "
    "tags TEXT, "
    "PRIMARY KEY (application_name, notification_id))",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_originator_idx ON {TABLE} "
    "(application_name, originator_id, originator_id_type, notification_id)",
)
_OF_APPLICATION = f"FROM {TABLE} WHERE application_name = ?"
_OF_AGGREGATE = " AND originator_id = ? AND originator_id_type = ?"
_ONE = " AND notification_id = ?"
_STATEMENTS = DeadLetterStatements(
    insert=f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",
    select=f"SELECT {', '.join(COLUMNS)} {_OF_APPLICATION}",
    after=" AND notification_id > ?",
    of_aggregate=_OF_AGGREGATE,
    in_order=" ORDER BY notification_id LIMIT ?",
    select_blocked=(
        "SELECT originator_id, originator_id_type, MIN(notification_id) AS first_id "
        f"{_OF_APPLICATION} AND originator_id IS NOT NULL "
        "GROUP BY originator_id, originator_id_type "
        "HAVING first_id > ? ORDER BY first_id LIMIT ?"
    ),
    find_blocking=f"SELECT 1 {_OF_APPLICATION}{_OF_AGGREGATE} LIMIT 1",
    find_followed=f"SELECT 1 {_OF_APPLICATION}{_ONE}",
    count=f"SELECT COUNT(*) {_OF_APPLICATION}",
    update=(
        f"UPDATE {TABLE} SET error = ?, traceback = ?, attempts = ?, follows = ? "
        "WHERE application_name = ? AND notification_id = ?"
    ),
    delete_one=f"DELETE {_OF_APPLICATION}{_ONE}",
    delete_all=f"DELETE {_OF_APPLICATION}{_OF_AGGREGATE}",
)


class SQLiteDeadLetterRecorder(SQLiteRecorder, SQLDeadLetterRecorder):
    """Keeps dead letters in a table of its database."""

    dead_letters_table_name = TABLE
    _dead_letter_statements = _STATEMENTS

    def _find_dead_letter_table(self) -> bool:
        if not self._has_dead_letter_table:
            self._has_dead_letter_table = bool(self.datastore.query(schema.FIND_TABLE, (TABLE,)))
        return self._has_dead_letter_table

    def _look_for_dead_letter_table(self, curs: SQLiteCursor) -> bool:
        curs.execute(schema.FIND_TABLE, (TABLE,))
        return curs.fetchone() is not None

    def _create_dead_letter_table(self) -> None:
        with self.datastore.transaction(commit=True) as c:
            for statement in _CREATE:
                c.execute(statement)

    def _query_dead_letters(self, statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self.datastore.query(statement, params)

    def _execute_for_dead_letters(self, statement: str, params: Sequence[Any]) -> int:
        with self.datastore.transaction(commit=True) as c:
            c.execute(statement, params)
            return c.rowcount

    def _make_dead_letter_row(self, dead_letter: DeadLetter) -> Sequence[Any]:
        row = dict(zip(COLUMNS, make_row(dead_letter), strict=True))
        row["put_aside_at"] = dead_letter.put_aside_at.isoformat()
        return tuple(row.values())
