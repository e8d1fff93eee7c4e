"""The view in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from psycopg.sql import SQL, Identifier

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import AsyncPostgresDatastore, AsyncPostgresTrackingRecorder
from examples.daily_counters.counting import Counts
from examples.daily_counters.view_async import AsyncDailyCounters

CREATE_TABLE = SQL("""
    CREATE TABLE IF NOT EXISTS {table} (
        day date, name text, number bigint NOT NULL, PRIMARY KEY (day, name)
    )
""")
ADD = SQL("""
    INSERT INTO {table} AS stored SELECT * FROM unnest(%s::date[], %s::text[], %s::bigint[])
    ON CONFLICT (day, name) DO UPDATE SET number = stored.number + excluded.number
""")
SELECT = SQL("SELECT day, name, number FROM {table} WHERE day BETWEEN %s AND %s")


class AsyncPostgresDailyCounters(AsyncPostgresTrackingRecorder, AsyncDailyCounters):
    """Numbers in a table."""

    def __init__(self, datastore: AsyncPostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        table = Identifier(datastore.schema, f"{self.tracking_table_name}_days")
        self.sql_create_statements.append(CREATE_TABLE.format(table=table))
        self.add_statement = ADD.format(table=table)
        self.select_statement = SELECT.format(table=table)

    async def add(self, counts: Counts, tracking: Tracking) -> None:
        """Add in one transaction, with one statement however many numbers there are."""
        days, names = [day for day, _ in counts], [name for _, name in counts]
        async with self.datastore.transaction(commit=True) as curs:
            await self._insert_tracking(curs, tracking)
            await curs.execute(self.add_statement, [days, names, list(counts.values())])

    async def select(self, first: date, last: date) -> Counts:
        """Select with one query."""
        async with self.datastore.cursor() as curs:
            await curs.execute(self.select_statement, [first, last])
            rows = await curs.fetchall()
        return Counter({(row["day"], row["name"]): row["number"] for row in rows})
