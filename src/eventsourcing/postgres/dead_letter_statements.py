"""Statements for the table of dead letters: creating it, reading and changing its rows."""

from __future__ import annotations

from typing import NamedTuple

from psycopg.sql import SQL, Composed, Identifier

from eventsourcing.persistence.dead_letters import COLUMNS
from eventsourcing.postgres.statements import Name

_COLUMNS = SQL(", ").join([SQL(column) for column in COLUMNS])
_VALUES = SQL(", ").join([SQL("%b")] * len(COLUMNS))

OF_AGGREGATE = b" AND originator_id = %b AND originator_id_type = %b"
AFTER = b" AND notification_id > %b"
IN_ORDER = b" ORDER BY notification_id LIMIT %b"


class DeadLetterStatements(NamedTuple):
    """The statements for one table."""

    create: tuple[Composed, Composed]
    insert: bytes
    select: bytes
    select_blocked: bytes
    find_blocking: bytes
    select_count: bytes
    update: bytes
    find_one: bytes
    delete_one: bytes
    delete_all: bytes


def make_statements(schema: str, table_name: str, index_name: str) -> DeadLetterStatements:
    """Return the statements for the table."""

    def render(text: bytes) -> bytes:
        return text.replace(b"{table}", Name(schema, table_name).as_bytes(None))

    where = b" FROM {table} WHERE application_name = %b"
    return DeadLetterStatements(
        create=_create(Identifier(schema, table_name), Identifier(index_name)),
        insert=render(
            b"INSERT INTO {table} ("
            + _COLUMNS.as_bytes(None)
            + b") VALUES ("
            + _VALUES.as_bytes(None)
            + b")"
        ),
        select=render(b"SELECT " + _COLUMNS.as_bytes(None) + where),
        select_blocked=render(
            b"SELECT originator_id, originator_id_type, min(notification_id) AS first_id"
            + where
            + b" GROUP BY originator_id, originator_id_type HAVING min(notification_id) > %b "
            b"ORDER BY first_id LIMIT %b"
        ),
        # Waits for one who is retrying the dead letter, and has others who would wait for this one.
        find_blocking=render(
            b"SELECT notification_id"
            + where
            + OF_AGGREGATE
            + b" ORDER BY notification_id LIMIT 1 FOR SHARE"
        ),
        select_count=render(b"SELECT count(*) AS count" + where),
        update=render(
            b"UPDATE {table} SET error = %b, traceback = %b, attempts = %b, follows = %b "
            b"WHERE application_name = %b AND notification_id = %b"
        ),
        find_one=render(b"SELECT notification_id" + where + b" AND notification_id = %b"),
        delete_one=render(b"DELETE" + where + b" AND notification_id = %b"),
        delete_all=render(b"DELETE" + where + OF_AGGREGATE),
    )


def _create(table: Identifier, index: Identifier) -> tuple[Composed, Composed]:
    return (
        SQL(
            "CREATE TABLE IF NOT EXISTS {} ("
            "application_name text NOT NULL, "
            "notification_id bigint NOT NULL, "
            "originator_id text NOT NULL, "
            "originator_id_type text NOT NULL, "
            "originator_version bigint NOT NULL, "
            "topic text NOT NULL, "
            "error text NOT NULL, "
            "traceback text NOT NULL, "
            "attempts bigint NOT NULL, "
            "put_aside_at timestamptz NOT NULL, "
            "follows bigint, "
            "PRIMARY KEY (application_name, notification_id))"
        ).format(table),
        SQL(
            "CREATE INDEX IF NOT EXISTS {} ON {} "
            "(application_name, originator_id, originator_id_type, notification_id)"
        ).format(index, table),
    )
