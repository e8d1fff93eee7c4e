"""Names of the database objects: how they follow from the application's name (contract G9)."""

from __future__ import annotations

from hashlib import sha256

from eventsourcing.persistence import ProgrammingError

MAX_IDENTIFIER_LENGTH = 63  # bytes; the server cuts longer names, silently


def check_identifier(name: str) -> None:
    """Raise `ProgrammingError` for a name that the server would cut or cannot store."""
    try:
        encoded = name.encode()
    except UnicodeEncodeError as error:
        raise ProgrammingError(f"Identifier cannot be encoded as UTF-8: {name!r}") from error
    if len(encoded) > MAX_IDENTIFIER_LENGTH:
        raise ProgrammingError(f"Identifier too long: {name}")
    if b"\0" in encoded:
        raise ProgrammingError(f"Identifier contains NUL: {name!r}")


def events_table_name(application_name: str, purpose: str = "events") -> str:
    """Return the name of the table for events, snapshots, or another purpose."""
    return f"{application_name.lower() or 'stored'}_{purpose}"


def tracking_table_name(application_name: str) -> str:
    """Return the name of the table for tracking records."""
    return f"{application_name.lower() or 'notification'}_tracking"


def dead_letters_table_name(tracking_table_name: str) -> str:
    """Return the name of the table for dead letters, beside the tracking records of this table."""
    return _derived(tracking_table_name, "_dead_letters")


def dead_letters_index_name(table_name: str) -> str:
    """Return the name of the index on the aggregates in a table of dead letters."""
    return _derived(table_name, "_originator_idx")


def notification_id_index_name(table_name: str) -> str:
    """Return the name of the unique index on notification IDs.

    A long one is what the server made of it for older releases, so that their index is found; but
    for a table with the longest name that would be the table's own.
    """
    name = _cut(f"{table_name}_notification_id_idx", MAX_IDENTIFIER_LENGTH)
    return _derived(table_name, "_notification_id_idx") if name == table_name else name


def view_version_schema_name(schema: str, view_name: str, version: int) -> str:
    """Return the name of the schema for a version of a view whose first one is in `schema`."""
    return _derived(f"{schema}_{view_name.lower()}", f"_v{version}")


def insert_function_name(table_name: str) -> str:
    """Return the name of the function that inserts events into this table."""
    return _derived(table_name, "_es_insert")


def backup_table_name(table_name: str) -> str:
    """Return the name that a migrated tracking table gets."""
    return _cut(f"bkup1_{table_name}", MAX_IDENTIFIER_LENGTH)


def channel_name(table_name: str) -> str:
    """Return the channel on which writers of the table notify its readers."""
    return table_name.replace(".", "_")


def unqualified(table_name: str, schema: str) -> str:
    """Remove the schema from the front of a table name, where 9.2 had it."""
    return table_name.removeprefix(f"{schema}.")


def _derived(table_name: str, suffix: str) -> str:
    """Append the suffix; a name that would be too long is cut, and made distinct by a digest."""
    name = table_name + suffix
    if len(name.encode()) <= MAX_IDENTIFIER_LENGTH:
        return name
    ending = f"_{sha256(table_name.encode()).hexdigest()[:8]}{suffix}"
    return _cut(table_name, MAX_IDENTIFIER_LENGTH - len(ending)) + ending


def _cut(name: str, length: int) -> str:
    return name.encode()[:length].decode(errors="ignore")
