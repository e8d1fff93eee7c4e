# ruff: noqa: ARG002 (hooks for subclasses get all there is)
"""The recorder of an application's events, in a table with a total order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import Identifier

from eventsourcing.persistence import Notification, ProgrammingError, StoredEvent
from eventsourcing.persistence.recorders_async import AsyncApplicationRecorder
from eventsourcing.postgres import names, schema, statements
from eventsourcing.postgres.aggregate_recorder_async import AsyncPostgresAggregateRecorder
from eventsourcing.postgres.datastore_async import AsyncPostgresDatastore
from eventsourcing.postgres.errors import has_cause
from eventsourcing.postgres.retrying_async import retry
from eventsourcing.postgres.rows import make_notification
from eventsourcing.postgres.subscription_async import AsyncPostgresSubscription


class AsyncPostgresApplicationRecorder(  # pyright: ignore[reportIncompatibleMethodOverride]
    AsyncPostgresAggregateRecorder, AsyncApplicationRecorder
):
    """Stores events also in one total order.

    Writers take turns: each holds a lock on the table from before its first notification ID is
    issued until it has committed, so that IDs become visible in their order.
    """

    def __init__(
        self,
        datastore: AsyncPostgresDatastore,
        events_table_name: str = "stored_events",
        **kwargs: Any,
    ) -> None:
        super().__init__(datastore, events_table_name, **kwargs)
        where = (datastore.schema, self.events_table_name)
        id_type = datastore.originator_id_type
        self.lock_table_statements: list[statements.Query] = [
            *statements.lock_table(*where, datastore.lock_timeout)
        ]
        self.notify_channel_statement: statements.Query = statements.notify(self.channel_name)
        self.insert_events_statement: statements.Query = statements.insert_events_returning_ids(
            *where, id_type
        )
        self.select_notifications_statement: statements.Query = statements.select_notifications(
            *where
        )
        self.max_notification_id_statement: statements.Query = statements.max_notification_id(
            *where
        )
        self._inserts_with_function = datastore.enable_db_functions and not self._has_own_hooks()
        self._call_function_statement = statements.call_insert_function(
            datastore.schema, names.insert_function_name(self.events_table_name), id_type
        )

    def _define_table(self) -> None:
        self.channel_name: str = names.channel_name(self.events_table_name)
        self.notification_id_index_name: str = names.notification_id_index_name(
            self.events_table_name
        )
        table = Identifier(self.datastore.schema, self.events_table_name)
        id_type = self.datastore.originator_id_type
        self.sql_create_statements.extend(
            [
                schema.create_application_table(table, id_type),
                schema.create_notification_id_index(self.notification_id_index_name, table),
            ]
        )
        if self.datastore.enable_db_functions:
            name = names.insert_function_name(self.events_table_name)
            function = Identifier(self.datastore.schema, name)
            self.sql_create_statements.append(
                schema.create_insert_function(function, table, self.channel_name, id_type)
            )

    async def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all the events atomically, or none, and return their notification IDs.

        Repeated when the connection is lost, but only if the events certainly were not stored.
        """
        try:
            return await self._insert_with_retries(stored_events, kwargs)
        except ProgrammingError as error:
            if not (
                self._inserts_with_function and has_cause(error, psycopg.errors.UndefinedFunction)
            ):
                raise
            # The table was created when the setting was off.
            self._inserts_with_function = False
            return await self._insert_with_retries(stored_events, kwargs)

    async def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs."""
        clause, params = statements.select_notifications_range(
            start, limit, stop, topics, inclusive=inclusive_of_start
        )
        statement = statements.extend(self.select_notifications_statement, clause)

        async def select() -> Sequence[Notification]:
            async with (
                self.datastore.get_connection() as conn,
                conn.cursor(row_factory=make_notification) as curs,
            ):
                await curs.execute(statement, params, binary=True)
                return await curs.fetchall()

        return await retry(select)

    async def max_notification_id(self) -> int | None:
        """Return the greatest notification ID, `None` if there are no events."""

        async def select() -> int | None:
            async with (
                self.datastore.get_connection() as conn,
                conn.cursor(row_factory=tuple_row) as curs,
            ):
                await curs.execute(self.max_notification_id_statement)
                (max_id,) = (await curs.fetchall())[0]
                return None if max_id is None else int(max_id)

        return await retry(select)

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> AsyncPostgresSubscription:
        """Return an iterator over notifications after `gt`, which waits for new ones at the end.

        All subscriptions of the datastore share one connection, beside those of the pool.
        """
        return AsyncPostgresSubscription(recorder=self, gt=gt, topics=topics)

    async def _insert_stored_events(
        self,
        curs: psycopg.AsyncCursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> None:
        """Lock the table, notify subscriptions and insert the events, within a transaction."""
        arrays = self._to_arrays(stored_events)
        if self._inserts_with_function:
            arguments = [*arrays, f"{self.datastore.lock_timeout}s"]
            await curs.execute(self._call_function_statement, arguments)
            return
        if self._has_own_hooks():
            await self._lock_table(curs)
            await self._notify_channel(curs)
        else:
            # What the two hooks do, at once.
            await curs.execute(
                statements.join([*self.lock_table_statements, self.notify_channel_statement])
            )
        await curs.execute(self.insert_events_statement, arrays)

    async def _lock_table(self, curs: psycopg.AsyncCursor[DictRow]) -> None:
        """Wait for other writers of the table, until the end of the transaction."""
        await curs.execute(statements.join(self.lock_table_statements))

    async def _notify_channel(self, curs: psycopg.AsyncCursor[DictRow]) -> None:
        """Have subscriptions notified when the transaction is committed."""
        await curs.execute(self.notify_channel_statement)

    async def _fetch_ids_after_insert_events(
        self,
        curs: psycopg.AsyncCursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> Sequence[int] | None:
        """Return the notification IDs of the events just inserted."""
        try:
            ids = [row["notification_id"] for row in await curs.fetchall()]
        except psycopg.ProgrammingError:  # the statement returned nothing
            ids = []
        if len(ids) != len(stored_events):
            raise ProgrammingError(
                f"Couldn't get all notification IDs (got {len(ids)}, expected {len(stored_events)})"
            )
        return ids

    @classmethod
    def _has_own_hooks(cls) -> bool:
        """Say whether a subclass locks or notifies in another way."""
        base = AsyncPostgresApplicationRecorder
        return (
            cls._lock_table is not base._lock_table
            or cls._notify_channel is not base._notify_channel
        )
