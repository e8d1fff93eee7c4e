"""The view in PostgreSQL, with a column of type tsvector and a GIN index."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Identifier

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import AsyncPostgresDatastore, AsyncPostgresTrackingRecorder
from examples.search_view.texts import Hit, clean, find_words
from examples.search_view.view_async import AsyncSearchView

# The words of one text must fit into a megabyte, so those of a huge note are not all indexed.
CREATE_TABLE = SQL("""
    CREATE TABLE IF NOT EXISTS {table} (
        note_id uuid PRIMARY KEY,
        title text NOT NULL,
        body text NOT NULL,
        words tsvector NOT NULL GENERATED ALWAYS AS (
            setweight(to_tsvector('english', left(title, 1000)), 'A')
            || setweight(to_tsvector('english', left(body, 200000)), 'B')
        ) STORED
    )
""")
CREATE_INDEX = SQL("CREATE INDEX IF NOT EXISTS {index} ON {table} USING gin (words)")
PUT = SQL("""
    INSERT INTO {table} (note_id, title, body) VALUES (%s, %s, %s)
    ON CONFLICT (note_id) DO UPDATE SET title = excluded.title, body = excluded.body
""")
DROP = SQL("DELETE FROM {table} WHERE note_id = %s")
SEARCH = SQL("""
    SELECT note_id, title, ts_headline(
        'english', body, query, 'StartSel=[, StopSel=], MinWords=5, MaxWords=12'
    ) AS excerpt
    FROM {table}, plainto_tsquery('english', %s) AS query
    WHERE words @@ query
    ORDER BY ts_rank(words, query) DESC, note_id
    LIMIT %s
""")


class AsyncPostgresSearchView(AsyncPostgresTrackingRecorder, AsyncSearchView):
    """Notes in a table, their words in a generated column with an index."""

    def __init__(self, datastore: AsyncPostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        name = f"{self.tracking_table_name}_notes"
        table = Identifier(datastore.schema, name)
        self.sql_create_statements += [
            CREATE_TABLE.format(table=table),
            CREATE_INDEX.format(table=table, index=Identifier(f"{name}_words")),
        ]
        self.put_statement = PUT.format(table=table)
        self.drop_statement = DROP.format(table=table)
        self.search_statement = SEARCH.format(table=table)

    async def put_note(self, note_id: UUID, title: str, body: str, tracking: Tracking) -> None:
        """Add or replace a note."""
        async with self.datastore.transaction(commit=True) as curs:
            await self._insert_tracking(curs, tracking)
            await curs.execute(self.put_statement, [note_id, clean(title), clean(body)])

    async def drop_note(self, note_id: UUID, tracking: Tracking) -> None:
        """Forget a note."""
        async with self.datastore.transaction(commit=True) as curs:
            await self._insert_tracking(curs, tracking)
            await curs.execute(self.drop_statement, [note_id])

    async def search(self, text: str, limit: int = 10) -> list[Hit]:
        """Find all the words, or other forms of them."""
        words = " ".join(find_words(text))
        async with self.datastore.cursor() as curs:
            await curs.execute(self.search_statement, [words, limit])
            rows = await curs.fetchall()
        return [Hit(row["note_id"], row["title"], row["excerpt"]) for row in rows]
