# Generated from ledgers_async.py by tools/async_to_sync.py: do not edit.
"""The ledger for PostgreSQL, and that of each engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg.sql import SQL, Identifier

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from tests.integration.projection.ledgers import POPOLedger, SQLiteLedger


class PostgresLedger(PostgresTrackingRecorder):
    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.table = Identifier(datastore.schema, f"{self.tracking_table_name}_ledger")
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {} (line bigserial PRIMARY KEY, id bigint)").format(
                self.table
            )
        )

    def append(self, ids: Sequence[int], tracking: Tracking) -> None:
        statement = SQL("INSERT INTO {} (id) SELECT unnest(%s::bigint[])").format(self.table)
        with self.datastore.transaction(commit=True) as curs:
            self._insert_tracking(curs, tracking)
            curs.execute(statement, [list(ids)])

    def ids(self) -> list[int]:
        with self.datastore.cursor() as curs:
            curs.execute(SQL("SELECT id FROM {} ORDER BY line").format(self.table))
            return [row["id"] for row in curs.fetchall()]


LEDGER_CLASSES: dict[str, type[Any]] = {
    "eventsourcing.popo": POPOLedger,
    "eventsourcing.sqlite": SQLiteLedger,
    "eventsourcing.postgres": PostgresLedger,
}
