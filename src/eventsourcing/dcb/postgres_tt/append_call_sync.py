# Generated from append_call_async.py by tools/async_to_sync.py: do not edit.
"""Calling the function that appends, and finding out what became of a call that was not answered.

The function is called in a transaction of its own, in one round trip. Before it is committed, the
server announces the number of the transaction and its result: so there is something to ask for,
should the connection be lost before the answer comes.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import psycopg
from psycopg.rows import DictRow, tuple_row

from eventsourcing.dcb.postgres_tt import schema, statements
from eventsourcing.dcb.postgres_tt.announcements import Announcement, Announcements
from eventsourcing.dcb.postgres_tt.batches import AppendBatch, Positions
from eventsourcing.dcb.postgres_tt.names import Names
from eventsourcing.dcb.postgres_tt.sessions_sync import prepare
from eventsourcing.persistence import OperationalError
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.errors import CommitOutcomeUnknownError
from eventsourcing.postgres.pool_sync import PostgresConnection
from eventsourcing.postgres.transaction_sync import CommitInDoubt, find_out, find_out_outcome

_END_BACKEND = (
    "SELECT pg_terminate_backend(pid, 1000) AS has_ended "
    "FROM pg_stat_activity WHERE pid = %s AND backend_start = %s::timestamptz"
)

# The server has said that it ends the connection, because it was told to or has crashed. What it
# has not announced until then, it has rolled back.
_GOODBYE = frozenset({"57P01", "57P02", "57P03", "57P05"})


class LostCall(Exception):
    """The connection was lost, and the server may have appended the events nevertheless."""

    def __init__(
        self,
        connection: PostgresConnection,
        announcement: Announcement | None,
        error: psycopg.Error,
    ) -> None:
        super().__init__(str(error))
        self.backend: tuple[int, str] | None = connection.backend
        self.announcement = announcement
        self.error = error


class AppendCall:
    """Calls the append function of a table; one object for all calls."""

    def __init__(self, datastore: PostgresDatastore, names: Names) -> None:
        self._datastore = datastore
        self._names = names
        self._call = statements.call_append_function(names.schema, names.append_function)
        self._count_positions = statements.count_positions(names)
        self._has_equal_events = statements.has_equal_events(names)
        self._known_position = 0

    def call(self, batch: AppendBatch) -> Positions:
        """Append what the conditions allow; return the positions.

        Raises `OperationalError` if the connection was lost and nothing was appended, and
        `CommitOutcomeUnknownError` if that is not known.
        """
        try:
            with self._datastore.get_connection() as connection:
                positions = self._call_on(connection, batch)
        except LostCall as lost:
            # The broken connection has been returned: the pool may have had no other.
            positions = self._find_out(lost, batch)
        self._known_position = max(self._known_position, *(each or 0 for each in positions))
        return positions

    def _call_on(self, connection: PostgresConnection, batch: AppendBatch) -> Positions:
        prepare(connection)
        # A connection that is lost already is noticed before the events are sent over it.
        connection.pgconn.consume_input()
        params = batch.parameters(self._datastore.lock_timeout)
        try:
            return self._execute(connection, params)
        except (psycopg.errors.UndefinedFunction, psycopg.errors.InvalidSchemaName):
            # The tables were created by another release, or by an administrator. A schema is
            # missing for as long as the connection has no temporary object.
            connection.execute(schema.create_append_function(self._names, "pg_temp"))
            self._call = statements.call_append_function("pg_temp", self._names.append_function)
            return self._execute(connection, params)

    def _execute(self, connection: PostgresConnection, params: dict[str, Any]) -> Positions:
        announcements = Announcements()
        connection.add_notice_handler(announcements.take)
        try:
            with connection.cursor(row_factory=tuple_row) as cursor:
                cursor.execute(self._call, params, binary=True)
                return list(cursor.fetchall()[0][0])
        except psycopg.Error as error:
            announcement = announcements.read()
            if not connection.closed or (not announcement and error.sqlstate in _GOODBYE):
                raise
            raise LostCall(connection, announcement, error) from error
        finally:
            connection.remove_notice_handler(announcements.take)

    def _find_out(self, lost: LostCall, batch: AppendBatch) -> Positions:
        """Return the positions if the events were appended, raise `OperationalError` if not."""
        if lost.announcement is None:
            find_out(self._datastore, lost.error, partial(self._ask, lost, batch))
            raise OperationalError(str(lost)) from lost.error
        positions = lost.announcement.positions
        if any(positions):
            doubt = CommitInDoubt(lost.announcement, lost.error)
            evidence = partial(self._are_stored, positions=positions)
            find_out_outcome(self._datastore, doubt, evidence)
        return positions

    def _are_stored(self, cursor: psycopg.Cursor[DictRow], positions: Positions) -> bool:
        wanted = [each for each in positions if each is not None]
        cursor.execute(self._count_positions, [wanted])
        return bool(cursor.fetchall()[0]["count"] == len(wanted))

    def _ask(self, lost: LostCall, batch: AppendBatch) -> bool | None:
        """Say that nothing was appended, or `None` for as long as that may still happen.

        Raises `CommitOutcomeUnknownError` if there are events like those that were to be appended.
        Without the number of the transaction, nobody can tell whose they are.
        """
        with self._datastore.get_connection() as connection, connection.cursor() as cursor:
            cursor.execute(_END_BACKEND, lost.backend)
            if not all(row["has_ended"] for row in cursor.fetchall()):
                return None
            params = {**batch.first_events(), "after": self._known_position}
            cursor.execute(self._has_equal_events, params, binary=True)
            if cursor.fetchall()[0]["found"]:
                raise CommitOutcomeUnknownError(
                    f"It is not known whether the events were appended: {lost} (equal events are "
                    f"recorded after position {self._known_position}, perhaps by others)"
                ) from lost.error
        return False
