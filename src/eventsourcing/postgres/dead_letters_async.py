"""Dead letters in PostgreSQL: the part of the tracking recorder that is about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import DictRow, tuple_row

from eventsourcing.persistence import RetriedTracking
from eventsourcing.persistence.sql_dead_letters_async import AsyncSQLDeadLetterRecorder
from eventsourcing.postgres import names, statements
from eventsourcing.postgres.dead_letter_statements import create_table, find_one, make_statements
from eventsourcing.postgres.recorder_async import AsyncPostgresRecorder
from eventsourcing.postgres.retrying_async import retry


class AsyncPostgresDeadLetterRecorder(AsyncPostgresRecorder, AsyncSQLDeadLetterRecorder):
    """Keeps dead letters in a table of its own."""

    def _define_dead_letters(self, tracking_table_name: str) -> None:
        """Name the table after that of the tracking records."""
        table_name = names.dead_letters_table_name(tracking_table_name)
        self.dead_letters_table_name: str = table_name
        self._dead_letter_statements = make_statements(self.datastore.schema, table_name)

    async def _find_dead_letter_table(self) -> bool:
        if not self._has_dead_letter_table:

            async def find() -> bool:
                async with self.datastore.cursor() as curs:
                    return await self._look_for_dead_letter_table(curs)

            self._has_dead_letter_table = await retry(find)
        return self._has_dead_letter_table

    async def _look_for_dead_letter_table(self, curs: psycopg.AsyncCursor[DictRow]) -> bool:
        name = statements.qualified(self.datastore.schema, self.dead_letters_table_name)
        await curs.execute("SELECT to_regclass(%s) IS NOT NULL AS found", [name])
        return bool((await curs.fetchall())[0]["found"])

    async def _create_dead_letter_table(self) -> None:
        table_name = self.dead_letters_table_name
        index_name = names.dead_letters_index_name(table_name)

        async def create() -> None:
            async with self.datastore.transaction(commit=True) as curs:
                await self._lock_creation(curs)
                for statement in create_table(self.datastore.schema, table_name, index_name):
                    await curs.execute(statement)

        await self._create_safely(create)

    async def _query_dead_letters(self, statement: bytes, params: Sequence[Any]) -> Sequence[Any]:
        async def select() -> list[tuple[Any, ...]]:
            async with (
                self.datastore.get_connection() as conn,
                conn.cursor(row_factory=tuple_row) as curs,
            ):
                await curs.execute(statement, params)
                return await curs.fetchall()

        return await retry(select)

    async def _execute_for_dead_letters(self, statement: bytes, params: Sequence[Any]) -> int:
        async with self.datastore.transaction(commit=True) as curs:
            await curs.execute(statement, params)
            return curs.rowcount

    async def _is_taken_back(
        self, curs: psycopg.AsyncCursor[DictRow], tracking: RetriedTracking
    ) -> bool:
        """Say, within a transaction, whether the dead letter is gone."""
        statement = find_one(self.datastore.schema, self.dead_letters_table_name)
        await curs.execute(statement, [tracking.application_name, tracking.notification_id])
        return not await curs.fetchall()
