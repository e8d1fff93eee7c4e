"""The tables of the SQLite engine: statements that create and migrate them (contract S6, Y6-Y8)."""

from __future__ import annotations

from eventsourcing.persistence import ProgrammingError

TRACKING_TABLE = "tracking"
OLD_TRACKING_TABLE = "old1_tracking"

MIGRATION_IDENTIFIER = "__migration__"
"""The name in the marker row by which a single-row tracking table is known."""

MIGRATION_VERSION = 1

FIND_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"

RENAME_TRACKING_TABLE = f"ALTER TABLE {TRACKING_TABLE} RENAME TO {OLD_TRACKING_TABLE}"

SELECT_OLD_TRACKING = (
    f"SELECT application_name, MAX(notification_id) FROM {OLD_TRACKING_TABLE} "  # noqa: S608
    "GROUP BY application_name"
)


def quote_name(name: str) -> str:
    """Return the name of a table as an identifier in SQL.

    Raises `ProgrammingError` if no table can have this name.
    """
    if "\0" in name:
        raise ProgrammingError(f"Invalid table name {name!r}: it must not contain NUL")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise ProgrammingError(f"Invalid table name {name!r}: {error}") from error
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def create_events_table(name: str, *, has_row_ids: bool) -> str:
    """Return the statement for a table of events; row IDs are the IDs of notifications."""
    return (
        f"CREATE TABLE IF NOT EXISTS {quote_name(name)} ("
        "originator_id TEXT, "
        "originator_version INTEGER, "
        "topic TEXT, "
        "state BLOB, "
        "PRIMARY KEY (originator_id, originator_version))"
        + ("" if has_row_ids else " WITHOUT ROWID")
    )


def create_tracking_table(*, is_single_row: bool) -> str:
    """Return the statement for the tracking table, with one row per name or per notification."""
    key = "application_name" if is_single_row else "application_name, notification_id"
    return (
        f"CREATE TABLE IF NOT EXISTS {TRACKING_TABLE} ("
        "application_name TEXT, "
        "notification_id INTEGER, "
        f"PRIMARY KEY ({key})) WITHOUT ROWID"
    )
