"""The ledger for PostgreSQL, and that of each engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg.sql import SQL, Identifier

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import AsyncPostgresDatastore, AsyncPostgresTrackingRecorder
from tests.integration.projection.ledgers import POPOLedger, SQLiteLedger


class AsyncPostgresLedger(AsyncPostgresTrackingRecorder):
    def __init__(self, datastore: AsyncPostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.table = Identifier(datastore.schema, f"{self.tracking_table_name}_ledger")
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {} (line bigserial PRIMARY KEY, id bigint)").format(
                self.table
            )
        )

    async def append(self, ids: Sequence[int], tracking: Tracking) -> None:
        statement = SQL("INSERT INTO {} (id) SELECT unnest(%s::bigint[])").format(self.table)
        async with self.datastore.transaction(commit=True) as curs:
            await self._insert_tracking(curs, tracking)
            await curs.execute(statement, [list(ids)])

    async def ids(self) -> list[int]:
        async with self.datastore.cursor() as curs:
            await curs.execute(SQL("SELECT id FROM {} ORDER BY line").format(self.table))
            return [row["id"] for row in await curs.fetchall()]


LEDGER_CLASSES: dict[str, type[Any]] = {
    "eventsourcing.popo": POPOLedger,
    "eventsourcing.sqlite": SQLiteLedger,
    "eventsourcing.postgres": AsyncPostgresLedger,
}
