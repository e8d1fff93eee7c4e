"""Dead letters in PostgreSQL: the part of the tracking recorder that is about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow, tuple_row

from eventsourcing.persistence import DeadLetter, ProgrammingError, RetriedTracking
from eventsourcing.persistence.dead_letters import (
    format_id,
    make_row,
    read_id,
    read_row,
    refuse_retried,
    refuse_to_follow,
)
from eventsourcing.persistence.dead_letters_async import AsyncDeadLetterRecorder
from eventsourcing.postgres import names, statements
from eventsourcing.postgres.dead_letter_statements import (
    AFTER,
    IN_ORDER,
    OF_AGGREGATE,
    DeadLetterStatements,
    make_statements,
)
from eventsourcing.postgres.recorder_async import AsyncPostgresRecorder
from eventsourcing.postgres.retrying_async import retry


class AsyncPostgresDeadLetterRecorder(AsyncPostgresRecorder, AsyncDeadLetterRecorder):
    """Keeps dead letters in a table of its own, which is created when it is first needed."""

    _has_dead_letter_table = False

    def _define_dead_letters(self, tracking_table_name: str) -> None:
        """Name the table after that of the tracking records."""
        table_name = names.dead_letters_table_name(tracking_table_name)
        self.dead_letters_table_name: str = table_name
        self._dead_letter_statements: DeadLetterStatements = make_statements(
            self.datastore.schema,
            table_name,
            names.dead_letters_index_name(table_name),
        )

    async def prepare_dead_letters(self) -> None:
        """Create the table if it is missing.

        Raises `ProgrammingError` instead if the recorder does not create its tables.
        """
        if await self._find_dead_letter_table():
            return
        if not self.may_create_tables:
            raise ProgrammingError(
                f"The table '{self.dead_letters_table_name}' does not exist, and CREATE_TABLE "
                "forbids to create it: events cannot be put aside"
            )
        await self._create_safely(self._create_dead_letter_table)

    async def select_dead_letters(
        self,
        application_name: str,
        limit: int,
        *,
        gt: int | None = None,
        originator_id: UUID | str | None = None,
    ) -> Sequence[DeadLetter]:
        """Return at most `limit` dead letters in ascending order of their notification IDs."""
        statement = self._dead_letter_statements.select
        params: list[Any] = [application_name]
        if gt is not None:
            statement += AFTER
            params.append(gt)
        if originator_id is not None:
            statement += OF_AGGREGATE
            params.extend(format_id(originator_id))
        params.append(max(limit, 0))
        rows = await self._query_dead_letters(statement + IN_ORDER, params)
        return [read_row(row) for row in rows]

    async def select_blocked(
        self, application_name: str, limit: int, *, gt: int | None = None
    ) -> Mapping[UUID | str, int]:
        """Return the IDs of aggregates with dead letters, each with the ID of its first one."""
        params = [application_name, -1 if gt is None else gt, max(limit, 0)]
        rows = await self._query_dead_letters(self._dead_letter_statements.select_blocked, params)
        return {read_id(text, id_type): first_id for text, id_type, first_id in rows}

    async def count_dead_letters(self, application_name: str) -> int:
        """Return how many dead letters there are."""
        rows = await self._query_dead_letters(
            self._dead_letter_statements.select_count, [application_name]
        )
        return int(rows[0][0]) if rows else 0

    async def update_dead_letter(self, dead_letter: DeadLetter) -> bool:
        """Replace error, traceback, number of attempts and `follows`."""
        params = [
            dead_letter.error,
            dead_letter.traceback,
            dead_letter.attempts,
            dead_letter.follows,
            dead_letter.application_name,
            dead_letter.notification_id,
        ]
        return await self._change_dead_letters(self._dead_letter_statements.update, params) > 0

    async def drop_dead_letter(self, application_name: str, notification_id: int) -> bool:
        """Remove a dead letter, which is never processed then."""
        params = [application_name, notification_id]
        return await self._change_dead_letters(self._dead_letter_statements.delete_one, params) > 0

    async def drop_dead_letters(self, application_name: str, originator_id: UUID | str) -> int:
        """Remove all dead letters of an aggregate; return how many there were.

        Also one that a runner was just putting aside because of them.
        """
        params = [application_name, *format_id(originator_id)]
        num_dropped = 0
        while num := await self._change_dead_letters(
            self._dead_letter_statements.delete_all, params
        ):
            num_dropped += num
        return num_dropped

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
        async with self.datastore.transaction(commit=True) as curs:
            await self._lock_creation(curs)
            for statement in self._dead_letter_statements.create:
                await curs.execute(statement)

    async def _query_dead_letters(
        self, statement: bytes, params: Sequence[Any]
    ) -> list[tuple[Any, ...]]:
        """Return the rows; none if nothing was ever put aside by this recorder."""
        if not await self._find_dead_letter_table():
            return []

        async def select() -> list[tuple[Any, ...]]:
            async with (
                self.datastore.get_connection() as conn,
                conn.cursor(row_factory=tuple_row) as curs,
            ):
                await curs.execute(statement, params)
                return await curs.fetchall()

        return await retry(select)

    async def _change_dead_letters(self, statement: bytes, params: Sequence[Any]) -> int:
        if not await self._find_dead_letter_table():
            return 0
        async with self.datastore.transaction(commit=True) as curs:
            await curs.execute(statement, params)
            return curs.rowcount

    # What tracking recorders do within their transactions.

    async def _put_aside(self, curs: psycopg.AsyncCursor[DictRow], dead_letter: DeadLetter) -> None:
        """Store the dead letter; `NotBlockedError` if it is to follow one, and there is none."""
        if dead_letter.follows is not None:
            key = [dead_letter.application_name, *format_id(dead_letter.originator_id)]
            await curs.execute(self._dead_letter_statements.find_blocking, key)
            if not await curs.fetchall():
                raise refuse_to_follow(dead_letter)
        await curs.execute(self._dead_letter_statements.insert, make_row(dead_letter))

    async def _take_back(
        self, curs: psycopg.AsyncCursor[DictRow], tracking: RetriedTracking
    ) -> None:
        """Remove the dead letter; `IntegrityError` if it is not there."""
        if not self._has_dead_letter_table:
            self._has_dead_letter_table = await self._look_for_dead_letter_table(curs)
        if self._has_dead_letter_table:
            key = [tracking.application_name, tracking.notification_id]
            await curs.execute(self._dead_letter_statements.delete_one, key)
            if curs.rowcount:
                return
        raise refuse_retried(tracking)

    async def _is_taken_back(
        self, curs: psycopg.AsyncCursor[DictRow], tracking: RetriedTracking
    ) -> bool:
        key = [tracking.application_name, tracking.notification_id]
        await curs.execute(self._dead_letter_statements.find_one, key)
        return not await curs.fetchall()
