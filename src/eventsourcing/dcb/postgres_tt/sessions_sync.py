# Generated from sessions_async.py by tools/async_to_sync.py: do not edit.
"""What a connection needs before it is used for the first time."""

from __future__ import annotations

from psycopg.rows import tuple_row

from eventsourcing.postgres.pool_sync import PostgresConnection

# The server compiles queries that it expects to take long. That takes longer than executing those
# that find their events through an index, of which it may expect the worst.
_PREPARE = (
    "SELECT pid, backend_start::text, set_config('jit', 'off', false) "
    "FROM pg_stat_get_activity(pg_backend_pid())"
)


def prepare(connection: PostgresConnection) -> None:
    """Prepare the connection unless that has been done; also find out what is at its other end."""
    if connection.backend is None:
        with connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(_PREPARE)
            pid, start, _ = cursor.fetchall()[0]
            connection.backend = pid, start
