"""The statements that read and write rows, as bytes ready for the driver (contract 16.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString, TypeAlias

from psycopg.abc import AdaptContext
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

Query: TypeAlias = LiteralString | bytes | SQL | Composed

_CASTS = {"uuid": SQL("uuid"), "text": SQL("text")}
_ARRAYS = {
    "uuid": SQL("%b::uuid[], %b::bigint[], %b::text[], %b::bytea[]"),
    "text": SQL("%b::text[], %b::bigint[], %b::text[], %b::bytea[]"),
}


class Name(Identifier):
    """An identifier in a statement with parameters, where a `%` has to be doubled."""

    def as_bytes(self, context: AdaptContext | None = None) -> bytes:
        """Return the quoted name, with each `%` doubled."""
        return bytes(super().as_bytes(context)).replace(b"%", b"%%")


def _render(statement: Composable) -> bytes:
    # Bytes are what the driver caches best. All connections use UTF-8.
    return bytes(statement.as_bytes(None))


def insert_events(schema: str, table_name: str, id_type: str) -> bytes:
    """Return the statement that inserts events given as four arrays."""
    return _render(
        SQL(
            "INSERT INTO {} (originator_id, originator_version, topic, state) "
            "SELECT * FROM unnest({})"
        ).format(Name(schema, table_name), _ARRAYS[id_type])
    )


def insert_events_returning_ids(schema: str, table_name: str, id_type: str) -> bytes:
    """Return the statement that inserts events given as four arrays and returns their IDs."""
    return insert_events(schema, table_name, id_type) + b" RETURNING notification_id"


def call_insert_function(schema: str, function_name: str, id_type: str) -> bytes:
    """Return the statement that inserts events through the table's function."""
    return _render(
        SQL("SELECT notification_id FROM {}({}, %b::text)").format(
            Name(schema, function_name), _ARRAYS[id_type]
        )
    )


def lock_table(schema: str, table_name: str, lock_timeout: int) -> list[bytes]:
    """Return the statements by which writers wait for each other until the end of a transaction."""
    return [
        _render(SQL("SET LOCAL lock_timeout = {}").format(Literal(f"{lock_timeout}s"))),
        _render(SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(Identifier(schema, table_name))),
    ]


def notify(channel: str) -> bytes:
    """Return the statement that wakes the subscriptions at commit."""
    return _render(SQL("NOTIFY {}").format(Identifier(channel)))


def change_channels(old: set[str], new: set[str]) -> bytes:
    """Return the statements that end listening to the old channels and begin with the new ones."""
    unlisten = [SQL("UNLISTEN {}").format(Identifier(name)) for name in sorted(old - new)]
    listen = [SQL("LISTEN {}").format(Identifier(name)) for name in sorted(new - old)]
    return _render(SQL("; ").join([*unlisten, *listen]))


def select_events(schema: str, table_name: str, id_type: str) -> bytes:
    """Return the statement that selects the events of one aggregate, in no order."""
    return _render(
        SQL(
            "SELECT originator_id, originator_version, topic, state FROM {} "
            "WHERE originator_id = %b::{}"
        ).format(Name(schema, table_name), _CASTS[id_type])
    )


def qualified(schema: str, table_name: str) -> str:
    """Return the qualified and quoted name of a table or type, as text."""
    return Identifier(schema, table_name).as_string(None)


def select_events_range(
    gt: int | None, lte: int | None, limit: int | None, *, desc: bool
) -> tuple[bytes, list[Any]]:
    """Return what is appended to the statement of `select_events`, and its parameters."""
    clause = b""
    params: list[Any] = []
    if gt is not None:
        clause += b" AND originator_version > %b"
        params.append(gt)
    if lte is not None:
        clause += b" AND originator_version <= %b"
        params.append(lte)
    clause += b" ORDER BY originator_version" + (b" DESC" if desc else b" ASC")
    if limit is not None:
        clause += b" LIMIT %b"
        params.append(limit)
    return clause, params


def select_notifications(schema: str, table_name: str) -> bytes:
    """Return the statement that selects notifications, without conditions."""
    return _render(
        SQL(
            "SELECT originator_id, originator_version, topic, state, notification_id FROM {}"
        ).format(Name(schema, table_name))
    )


def select_notifications_range(
    start: int | None, limit: int, stop: int | None, topics: Sequence[str], *, inclusive: bool
) -> tuple[bytes, list[Any]]:
    """Return what is appended to the statement of `select_notifications`, and its parameters."""
    conditions: list[bytes] = []
    params: list[Any] = []
    if start is not None:
        conditions.append(b"notification_id >= %b" if inclusive else b"notification_id > %b")
        params.append(start)
    if stop is not None:
        conditions.append(b"notification_id <= %b")
        params.append(stop)
    if topics:
        conditions.append(b"topic = ANY(%b)")
        params.append(list(topics))
    params.append(limit)
    where = b" WHERE " + b" AND ".join(conditions) if conditions else b""
    return where + b" ORDER BY notification_id LIMIT %b", params


def max_notification_id(schema: str, table_name: str) -> bytes:
    """Return the statement that selects the greatest notification ID."""
    return _render(
        SQL("SELECT MAX(notification_id) FROM {}").format(Identifier(schema, table_name))
    )


def count_stored_events(schema: str, table_name: str, id_type: str) -> bytes:
    """Return the statement that counts those of the given events that are stored exactly so."""
    return _render(
        SQL(
            "SELECT count(*) FROM unnest({}) AS given (originator_id, originator_version, "
            "topic, state) JOIN {} USING (originator_id, originator_version, topic, state)"
        ).format(_ARRAYS[id_type], Name(schema, table_name))
    )


def insert_tracking(schema: str, table_name: str, *, single_row: bool) -> bytes:
    """Return the statement that records a tracking ID; it affects no row if that is refused.

    The name of the columns in the conflict clause makes the server refuse the statement when the
    table is of the other mode.
    """
    statement = (
        "INSERT INTO {table} AS tracking (application_name, notification_id) VALUES (%b, %b) "
        "ON CONFLICT (application_name) DO UPDATE SET notification_id = EXCLUDED.notification_id "
        "WHERE tracking.notification_id < EXCLUDED.notification_id"
        if single_row
        else "INSERT INTO {table} (application_name, notification_id) VALUES (%b, %b) "
        "ON CONFLICT (application_name, notification_id) DO NOTHING"
    )
    return _render(SQL(statement).format(table=Name(schema, table_name)))


def max_tracking_id(schema: str, table_name: str) -> bytes:
    """Return the statement that selects the greatest tracking ID of an application."""
    return _render(
        SQL("SELECT MAX(notification_id) FROM {} WHERE application_name = %b").format(
            Name(schema, table_name)
        )
    )


def extend(statement: Query, clause: bytes) -> bytes:
    """Append a clause to a statement, which an application may have replaced by any other."""
    if isinstance(statement, Composable):
        return _render(statement) + clause
    return (statement.encode() if isinstance(statement, str) else bytes(statement)) + clause


def join(statements: Iterable[Query]) -> bytes:
    """Join statements without parameters, so that they are sent at once."""
    return b"; ".join(extend(statement, b"") for statement in statements)
