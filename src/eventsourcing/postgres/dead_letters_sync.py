# Generated from dead_letters_async.py by tools/async_to_sync.py: do not edit.
"""Dead letters in PostgreSQL: the part of the tracking recorder that is about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import DictRow, tuple_row

from eventsourcing.persistence import RetriedTracking
from eventsourcing.persistence.sql_dead_letters_sync import SQLDeadLetterRecorder
from eventsourcing.postgres import names, statements
from eventsourcing.postgres.dead_letter_statements import create_table, find_one, make_statements
from eventsourcing.postgres.recorder_sync import PostgresRecorder
from eventsourcing.postgres.retrying_sync import retry


class PostgresDeadLetterRecorder(PostgresRecorder, SQLDeadLetterRecorder):
    """Keeps dead letters in a table of its own."""

    def _define_dead_letters(self, tracking_table_name: str) -> None:
        """Name the table after that of the tracking records."""
        table_name = names.dead_letters_table_name(tracking_table_name)
        self.dead_letters_table_name: str = table_name
        self._dead_letter_statements = make_statements(self.datastore.schema, table_name)

    def _find_dead_letter_table(self) -> bool:
        if not self._has_dead_letter_table:

            def find() -> bool:
                with self.datastore.cursor() as curs:
                    return self._look_for_dead_letter_table(curs)

            self._has_dead_letter_table = retry(find)
        return self._has_dead_letter_table

    def _look_for_dead_letter_table(self, curs: psycopg.Cursor[DictRow]) -> bool:
        name = statements.qualified(self.datastore.schema, self.dead_letters_table_name)
        curs.execute("SELECT to_regclass(%s) IS NOT NULL AS found", [name])
        return bool(curs.fetchall()[0]["found"])

    def _create_dead_letter_table(self) -> None:
        table_name = self.dead_letters_table_name
        index_name = names.dead_letters_index_name(table_name)

        def create() -> None:
            with self.datastore.transaction(commit=True) as curs:
                self._lock_creation(curs)
                for statement in create_table(self.datastore.schema, table_name, index_name):
                    curs.execute(statement)

        self._create_safely(create)

    def _query_dead_letters(self, statement: bytes, params: Sequence[Any]) -> Sequence[Any]:
        def select() -> list[tuple[Any, ...]]:
            with (
                self.datastore.get_connection() as conn,
                conn.cursor(row_factory=tuple_row) as curs,
            ):
                curs.execute(statement, params)
                return curs.fetchall()

        return retry(select)

    def _execute_for_dead_letters(self, statement: bytes, params: Sequence[Any]) -> int:
        with self.datastore.transaction(commit=True) as curs:
            curs.execute(statement, params)
            return curs.rowcount

    def _is_taken_back(self, curs: psycopg.Cursor[DictRow], tracking: RetriedTracking) -> bool:
        """Say, within a transaction, whether the dead letter is gone."""
        statement = find_one(self.datastore.schema, self.dead_letters_table_name)
        curs.execute(statement, [tracking.application_name, tracking.notification_id])
        return not curs.fetchall()
