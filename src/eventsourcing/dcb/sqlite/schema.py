"""The tables and the index in which SQLite keeps events with tags, and their names.

The events are in one table, in the order of their positions. A second table has a row for each tag
of each event; it is nothing but a tree that is ordered by tag and position.
"""

from __future__ import annotations

from typing import NamedTuple

from eventsourcing.sqlite.schema import quote_name


class Tables(NamedTuple):
    """Names as identifiers in SQL, ready to be used in statements."""

    events: str
    tags: str
    type_index: str


def name_tables(events_table_name: str, tags_table_name: str) -> Tables:
    """Return the quoted names; `ProgrammingError` if no table can have such a name."""
    return Tables(
        events=quote_name(events_table_name),
        tags=quote_name(tags_table_name),
        type_index=quote_name(f"{events_table_name}_idx_type"),
    )


def create_tables(tables: Tables) -> list[str]:
    """Return the statements that create what does not exist.

    An index has the row ID, which is the position, behind each key; so has the index of types.
    """
    return [
        f"CREATE TABLE IF NOT EXISTS {tables.events} ("
        "position INTEGER PRIMARY KEY, "
        "type TEXT NOT NULL, "
        "data BLOB NOT NULL, "
        "tags TEXT NOT NULL)",
        f"CREATE INDEX IF NOT EXISTS {tables.type_index} ON {tables.events} (type)",
        f"CREATE TABLE IF NOT EXISTS {tables.tags} ("
        "tag TEXT NOT NULL, "
        "position INTEGER NOT NULL, "
        "PRIMARY KEY (tag, position)) WITHOUT ROWID",
    ]
