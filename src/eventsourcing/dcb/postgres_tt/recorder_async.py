"""The recorder of dynamic consistency boundaries in PostgreSQL, with two tables (C20-C34)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, cast

import psycopg
from psycopg.rows import DictRow, tuple_row

from eventsourcing.dcb.api import (
    AsyncDCBReadResponse,
    AsyncDCBRecorder,
    AsyncSimpleDCBReadResponse,
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    Selection,
    check_events,
    plan_condition,
    plan_selection,
    refuse_append,
)
from eventsourcing.dcb.postgres_tt import names, schema, statements
from eventsourcing.dcb.postgres_tt.append_call_async import AsyncAppendCall
from eventsourcing.dcb.postgres_tt.appending_async import AsyncAppender
from eventsourcing.dcb.postgres_tt.batches import Append
from eventsourcing.dcb.postgres_tt.read_response_async import PAGE_SIZE, AsyncPagedReadResponse
from eventsourcing.dcb.postgres_tt.rows import Row, last_position, make_event, take_head
from eventsourcing.dcb.postgres_tt.sessions_async import prepare
from eventsourcing.dcb.postgres_tt.subscription_async import AsyncPostgresDCBSubscription
from eventsourcing.postgres.datastore_async import AsyncPostgresDatastore
from eventsourcing.postgres.recorder_async import AsyncPostgresRecorder
from eventsourcing.postgres.retrying_async import retry
from eventsourcing.postgres.statements import qualified as qualify


class AsyncPostgresDCBRecorderTT(AsyncPostgresRecorder, AsyncDCBRecorder):
    """Keeps events in one table, and their tags in another.

    Appends of all processes take turns. Those of the threads (or tasks) of this recorder that wait
    for their turn are done together, in one transaction.
    """

    def __init__(
        self,
        datastore: AsyncPostgresDatastore,
        *,
        events_table_name: str = "dcb_events",
        **kwargs: Any,
    ) -> None:
        super().__init__(datastore, **kwargs)
        self._names = names.derive_names(datastore.schema, events_table_name)
        self.events_table_name: str = self._names.main_table
        self.tags_table_name: str = self._names.tag_table
        self.channel_name: str = self._names.channel
        self.sql_create_statements.extend(
            [
                *schema.create_tables(self._names),
                schema.create_append_function(self._names, datastore.schema),
            ]
        )
        datastore.db_type_names |= {names.EVENT_TYPE, names.QUERY_ITEM_TYPE}
        self._max_position = statements.max_position(self._names)
        self._appender = AsyncAppender(AsyncAppendCall(datastore, self._names))

    async def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> AsyncDCBReadResponse:
        """Select events that match, with positions greater than `after`; at most `limit`.

        Without a limit, events are read while the response is iterated, a thousand at a time. No
        connection is kept meanwhile.
        """
        selection = plan_selection(query, after, limit)
        if limit is not None:
            rows = await self._select(selection)
            return AsyncSimpleDCBReadResponse(map(make_event, rows), last_position(rows))
        page_selection = selection._replace(limit=PAGE_SIZE)
        rows = await self._select(page_selection, with_head=True)
        head = take_head(rows)
        return AsyncPagedReadResponse(
            rows, head, lambda after: self._select(page_selection._replace(after=after))
        )

    async def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """Store all the events atomically, in this order, and return the position of the last.

        Repeated when the connection is lost, but only if the events certainly were not stored.
        """
        check_events(events)
        selection = None if condition is None else plan_condition(condition)
        position = await self._appender.append(Append(events, selection))
        if condition is not None and position is None:
            raise refuse_append(condition)
        return cast("int", position)

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> AsyncPostgresDCBSubscription[Self]:
        """Return an iterator over the events that match, which waits for new ones at the end."""
        return AsyncPostgresDCBSubscription(self, query, after)

    async def head(self) -> int | None:
        """Return the last position, `None` if there are no events."""

        async def select() -> int | None:
            async with self.datastore.cursor() as curs:
                await curs.execute(self._max_position)
                head: int | None = (await curs.fetchall())[0]["head"]
                return head

        return await retry(select)

    async def _create_table(self, curs: psycopg.AsyncCursor[DictRow]) -> None:
        for name, statement in schema.create_types(self.datastore.schema).items():
            qualified = qualify(self.datastore.schema, name)
            await curs.execute("SELECT to_regtype(%s) IS NULL AS is_missing", [qualified])
            if (await curs.fetchall())[0]["is_missing"]:
                await curs.execute(statement)
        await super()._create_table(curs)

    async def _select(self, selection: Selection, *, with_head: bool = False) -> list[Row]:
        statement, params = statements.select_events(self._names, selection, with_head=with_head)

        async def select() -> list[Row]:
            async with self.datastore.get_connection() as conn:
                await prepare(conn)
                async with conn.cursor(row_factory=tuple_row) as curs:
                    await curs.execute(statement, params, binary=True)
                    return await curs.fetchall()

        return await retry(select)
