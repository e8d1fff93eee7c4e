"""Keeping dead letters in a table: what the tracking recorders of engines with SQL share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence.dead_letter_rows import (
    DeadLetterStatements,
    blocked_params,
    format_id,
    make_row,
    plan_select,
    read_blocked,
    read_row,
    update_params,
)
from eventsourcing.persistence.dead_letters import (
    DeadLetter,
    RetriedTracking,
    refuse_retried,
    refuse_to_follow,
)
from eventsourcing.persistence.dead_letters_async import AsyncDeadLetterRecorder
from eventsourcing.persistence.errors import ProgrammingError


class AsyncSQLDeadLetterRecorder(AsyncDeadLetterRecorder):
    """Keeps dead letters in a table, which is created when it is first needed."""

    may_create_tables: bool
    dead_letters_table_name: str
    _dead_letter_statements: DeadLetterStatements
    _has_dead_letter_table = False

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
        await self._create_dead_letter_table()

    async def select_dead_letters(
        self,
        application_name: str,
        limit: int,
        *,
        gt: int | None = None,
        originator_id: UUID | str | None = None,
    ) -> Sequence[DeadLetter]:
        """Return at most `limit` dead letters in ascending order of their notification IDs."""
        statements = self._dead_letter_statements
        query = plan_select(statements, application_name, limit, gt, originator_id)
        return [read_row(row) for row in await self._select_dead_letters(*query)]

    async def select_blocked(
        self, application_name: str, limit: int, *, gt: int | None = None
    ) -> Mapping[UUID | str, int]:
        """Return the IDs of aggregates with dead letters, each with the ID of its first one."""
        params = blocked_params(application_name, limit, gt)
        statement = self._dead_letter_statements.select_blocked
        return read_blocked(await self._select_dead_letters(statement, params))

    async def count_dead_letters(self, application_name: str) -> int:
        """Return how many dead letters there are."""
        statement = self._dead_letter_statements.count
        rows = await self._select_dead_letters(statement, [application_name])
        return int(rows[0][0]) if rows else 0

    async def update_dead_letter(self, dead_letter: DeadLetter) -> bool:
        """Replace error, traceback, number of attempts and `follows`."""
        statement = self._dead_letter_statements.update
        return await self._change_dead_letters(statement, update_params(dead_letter)) > 0

    async def drop_dead_letter(self, application_name: str, notification_id: int) -> bool:
        """Remove a dead letter, which is never processed then."""
        statement = self._dead_letter_statements.delete_one
        return await self._change_dead_letters(statement, [application_name, notification_id]) > 0

    async def drop_dead_letters(self, application_name: str, originator_id: UUID | str) -> int:
        """Remove all dead letters of an aggregate; return how many there were.

        Also one that a runner was just putting aside because of them.
        """
        statement = self._dead_letter_statements.delete_all
        params = [application_name, *format_id(originator_id)]
        num_dropped = 0
        while num := await self._change_dead_letters(statement, params):
            num_dropped += num
        return num_dropped

    async def _select_dead_letters(self, statement: Any, params: Sequence[Any]) -> Sequence[Any]:
        """Return the rows; none if nothing was ever put aside by this recorder."""
        if not await self._find_dead_letter_table():
            return []
        return await self._query_dead_letters(statement, params)

    async def _change_dead_letters(self, statement: Any, params: Sequence[Any]) -> int:
        """Return how many rows were changed in one transaction."""
        if not await self._find_dead_letter_table():
            return 0
        return await self._execute_for_dead_letters(statement, params)

    @abstractmethod
    async def _find_dead_letter_table(self) -> bool:
        """Say whether the table is there; ask the database unless that is known."""

    @abstractmethod
    async def _create_dead_letter_table(self) -> None:
        """Create the table, unless somebody else has just done so."""

    @abstractmethod
    async def _query_dead_letters(self, statement: Any, params: Sequence[Any]) -> Sequence[Any]:
        """Return the rows of a query, as tuples."""

    @abstractmethod
    async def _execute_for_dead_letters(self, statement: Any, params: Sequence[Any]) -> int:
        """Execute a statement in a transaction; return how many rows it has changed."""

    # What tracking recorders do within their transactions.

    @abstractmethod
    async def _look_for_dead_letter_table(self, curs: Any) -> bool:
        """Say whether the table is there."""

    def _make_dead_letter_row(self, dead_letter: DeadLetter) -> Sequence[Any]:
        return make_row(dead_letter)

    async def _put_aside(self, curs: Any, dead_letter: DeadLetter) -> None:
        """Store the dead letter; `NotBlockedError` if it is to follow one, and there is none."""
        statements = self._dead_letter_statements
        if dead_letter.follows is not None:
            key: list[Any] = [dead_letter.application_name, dead_letter.follows]
            statement = statements.find_followed
            if dead_letter.originator_id is not None:
                key[1:] = format_id(dead_letter.originator_id)
                statement = statements.find_blocking
            await curs.execute(statement, key)
            if not await curs.fetchall():
                raise refuse_to_follow(dead_letter)
        await curs.execute(statements.insert, self._make_dead_letter_row(dead_letter))

    async def _take_back(self, curs: Any, tracking: RetriedTracking) -> None:
        """Remove the dead letter; `IntegrityError` if it is not there."""
        if not self._has_dead_letter_table:
            self._has_dead_letter_table = await self._look_for_dead_letter_table(curs)
        if self._has_dead_letter_table:
            key = [tracking.application_name, tracking.notification_id]
            await curs.execute(self._dead_letter_statements.delete_one, key)
            if curs.rowcount:
                return
        raise refuse_retried(tracking)
