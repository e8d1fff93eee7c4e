"""Statements for the table of dead letters: creating it, reading and changing its rows."""

from __future__ import annotations

from psycopg.sql import SQL, Composed, Identifier

from eventsourcing.persistence.dead_letter_rows import COLUMNS, DeadLetterStatements
from eventsourcing.postgres.statements import Name

_COLUMNS = ", ".join(COLUMNS).encode()
_VALUES = b", ".join([b"%b"] * len(COLUMNS))
_OF_APPLICATION = b" FROM {table} WHERE application_name = %b"
_OF_AGGREGATE = b" AND originator_id = %b AND originator_id_type = %b"
_ONE = b" AND notification_id = %b"

_STATEMENTS = DeadLetterStatements(
    insert=b"INSERT INTO {table} (" + _COLUMNS + b") VALUES (" + _VALUES + b")",
    select=b"SELECT " + _COLUMNS + _OF_APPLICATION,
    after=b" AND notification_id > %b",
    of_aggregate=_OF_AGGREGATE,
    in_order=b" ORDER BY notification_id LIMIT %b",
    select_blocked=(
        b"SELECT originator_id, originator_id_type, min(notification_id) AS first_id"
        + _OF_APPLICATION
        + b" AND originator_id IS NOT NULL"
        b" GROUP BY originator_id, originator_id_type HAVING min(notification_id) > %b "
        b"ORDER BY first_id LIMIT %b"
    ),
    # Waits for one who is retrying the dead letter, and has others who would wait for this one.
    find_blocking=(
        b"SELECT notification_id"
        + _OF_APPLICATION
        + _OF_AGGREGATE
        + b" ORDER BY notification_id LIMIT 1 FOR SHARE"
    ),
    find_followed=b"SELECT notification_id" + _OF_APPLICATION + _ONE + b" FOR SHARE",
    count=b"SELECT count(*)" + _OF_APPLICATION,
    update=(
        b"UPDATE {table} SET error = %b, traceback = %b, attempts = %b, follows = %b "
        b"WHERE application_name = %b AND notification_id = %b"
    ),
    delete_one=b"DELETE" + _OF_APPLICATION + _ONE,
    delete_all=b"DELETE" + _OF_APPLICATION + _OF_AGGREGATE,
)
_FIND_ONE = b"SELECT notification_id" + _OF_APPLICATION + _ONE


def make_statements(schema: str, table_name: str) -> DeadLetterStatements:
    """Return the statements for the table."""
    return DeadLetterStatements(*[_render(each, schema, table_name) for each in _STATEMENTS])


def find_one(schema: str, table_name: str) -> bytes:
    """Return the statement that looks for one dead letter."""
    return _render(_FIND_ONE, schema, table_name)


def _render(statement: bytes, schema: str, table_name: str) -> bytes:
    return statement.replace(b"{table}", Name(schema, table_name).as_bytes(None))


def create_table(schema: str, table_name: str, index_name: str) -> tuple[Composed, Composed]:
    """Return the statements that create the table and its index."""
    table, index = Identifier(schema, table_name), Identifier(index_name)
    return (
        SQL(
            "CREATE TABLE IF NOT EXISTS {} ("
            "application_name text NOT NULL, "
            "notification_id bigint NOT NULL, "
            "originator_id text, "
            "originator_id_type text, "
            "originator_version bigint, "
            "topic text NOT NULL, "
            "error text NOT NULL, "
            "traceback text NOT NULL, "
            "attempts bigint NOT NULL, "
            "put_aside_at timestamptz NOT NULL, "
            "follows bigint, "
            "tags text, "
            "PRIMARY KEY (application_name, notification_id))"
        ).format(table),
        SQL(
            "CREATE INDEX IF NOT EXISTS {} ON {} "
            "(application_name, originator_id, originator_id_type, notification_id)"
        ).format(index, table),
    )
