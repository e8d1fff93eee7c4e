"""The view in SQLite, with FTS5. Asynchronous runners call it through a bridge."""

from __future__ import annotations

from uuid import UUID

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteTrackingRecorder
from examples.search_view.texts import Hit, clean, find_words
from examples.search_view.view_sync import SearchView

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS notes (
        number INTEGER PRIMARY KEY,
        note_id TEXT UNIQUE NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL
    )
    """,
    # The index refers to the texts in the table instead of keeping copies; triggers maintain it.
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS notes_index USING fts5(
        title, body, content='notes', content_rowid='number', tokenize='porter unicode61'
    )
    """,
    """
    CREATE TRIGGER IF NOT EXISTS notes_inserted AFTER INSERT ON notes BEGIN
        INSERT INTO notes_index (rowid, title, body) VALUES (new.number, new.title, new.body);
    END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS notes_deleted AFTER DELETE ON notes BEGIN
        INSERT INTO notes_index (notes_index, rowid, title, body)
        VALUES ('delete', old.number, old.title, old.body);
    END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS notes_updated AFTER UPDATE ON notes BEGIN
        INSERT INTO notes_index (notes_index, rowid, title, body)
        VALUES ('delete', old.number, old.title, old.body);
        INSERT INTO notes_index (rowid, title, body) VALUES (new.number, new.title, new.body);
    END
    """,
)
PUT = """
    INSERT INTO notes (note_id, title, body) VALUES (?, ?, ?)
    ON CONFLICT (note_id) DO UPDATE SET title = excluded.title, body = excluded.body
"""
DROP = "DELETE FROM notes WHERE note_id = ?"
SEARCH = """
    SELECT note_id, notes.title, snippet(notes_index, 1, '[', ']', '…', 12)
    FROM notes_index JOIN notes ON notes.number = notes_index.rowid
    WHERE notes_index MATCH ?
    ORDER BY bm25(notes_index, 4.0, 1.0), notes.number
    LIMIT ?
"""


class SQLiteSearchView(SQLiteTrackingRecorder, SearchView):
    """Notes in a table, their words in an FTS5 index of it."""

    def construct_create_table_statements(self) -> list[str]:
        """Add the table of notes, its index, and the triggers that keep the index."""
        return [*super().construct_create_table_statements(), *TABLES]

    def put_note(self, note_id: UUID, title: str, body: str, tracking: Tracking) -> None:
        """Add or replace a note."""
        with self.datastore.transaction(commit=True) as c:
            self._insert_tracking(c, tracking)
            c.execute(PUT, (note_id.hex, clean(title), clean(body)))

    def drop_note(self, note_id: UUID, tracking: Tracking) -> None:
        """Forget a note."""
        with self.datastore.transaction(commit=True) as c:
            self._insert_tracking(c, tracking)
            c.execute(DROP, (note_id.hex,))

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """Find all the words, or other forms of them."""
        query = " ".join(f'"{word}"' for word in find_words(text))
        if not query:
            return []
        return [
            Hit(UUID(row[0]), row[1], row[2])
            for row in self.datastore.query(SEARCH, (query, limit))
        ]
