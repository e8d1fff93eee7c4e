# Generated from transaction_async.py by tools/async_to_sync.py: do not edit.
"""Transactions, and finding out what became of one whose connection was lost while committing."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, tuple_row

from eventsourcing._concurrency.primitives_sync import sleep
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres.errors import CommitOutcomeUnknownError

if TYPE_CHECKING:
    from eventsourcing.postgres.datastore_sync import PostgresDatastore

_ROLL_BACK = b"ROLLBACK"
_COMMIT = b"COMMIT"
_BEGIN = b"BEGIN"
# The number is what the server is asked for when the connection is lost while committing.
_BEGIN_NUMBERED = b"BEGIN; SELECT pg_current_xact_id()::text"
_PAUSE_SECONDS = 0.05

Evidence = Callable[[psycopg.Cursor[DictRow]], bool]


class CommitInDoubt(Exception):
    """The connection was lost after COMMIT was sent and before it was answered."""

    def __init__(self, number: str, backend_pid: int, error: psycopg.Error) -> None:
        super().__init__(str(error))
        self.number = number
        self.backend_pid = backend_pid
        self.error = error


class Transaction:
    """A transaction on a connection that is in autocommit mode."""

    def __init__(self, connection: psycopg.Connection[Any], *, commit: bool) -> None:
        self._connection = connection
        self._commit = commit
        self._number = ""

    def __enter__(self) -> Self:
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            if self._commit:
                cursor.execute(_BEGIN_NUMBERED)
                cursor.nextset()
                self._number = cursor.fetchall()[0][0]
            else:
                cursor.execute(_BEGIN)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc is not None:
            self._roll_back_quietly()
        elif not self._commit:
            self._connection.execute(_ROLL_BACK)
        else:
            self._send_commit()

    def _send_commit(self) -> None:
        status = self._connection.info.transaction_status
        if status == TransactionStatus.INERROR:
            # COMMIT would roll back, and not say so.
            self._connection.execute(_ROLL_BACK)
            raise psycopg.errors.InFailedSqlTransaction(
                "the transaction cannot be committed, because a statement in it has failed"
            )
        pid = self._connection.info.backend_pid
        try:
            self._connection.execute(_COMMIT)
        except psycopg.Error as error:
            if self._connection.closed:
                raise CommitInDoubt(self._number, pid, error) from error
            raise

    def _roll_back_quietly(self) -> None:
        """Roll back; the error that is on its way is more telling than one met here."""
        if self._connection.info.transaction_status in (
            TransactionStatus.INTRANS,
            TransactionStatus.INERROR,
        ):
            try:
                self._connection.execute(_ROLL_BACK)
            except psycopg.Error:
                self._connection.close()


def find_out_outcome(
    datastore: PostgresDatastore, doubt: CommitInDoubt, evidence: Evidence | None
) -> None:
    """Return if the transaction was committed, raise `OperationalError` if it was not.

    Asks for as long as the datastore may try to reconnect, then raises
    `CommitOutcomeUnknownError`.
    """
    deadline = monotonic() + datastore.reconnect_timeout
    while True:
        try:
            committed = _ask(datastore, doubt, evidence)
            problem = "the transaction is still in progress"
        except (InterfaceError, OperationalError) as error:
            committed = None
            problem = str(error)
        if committed:
            return
        if committed is False:
            raise OperationalError(str(doubt)) from doubt.error
        if monotonic() >= deadline or datastore.is_closed:
            raise CommitOutcomeUnknownError(
                f"It is not known whether the transaction was committed: {doubt} ({problem})"
            ) from doubt.error
        sleep(_PAUSE_SECONDS)


def _ask(
    datastore: PostgresDatastore, doubt: CommitInDoubt, evidence: Evidence | None
) -> bool | None:
    """Say whether the transaction was committed, `None` while it is in progress."""
    with datastore.cursor() as cursor:
        try:
            cursor.execute("SELECT pg_xact_status(%s::xid8) AS status", [doubt.number])
        except psycopg.DataError:
            # The number is "in the future": the server has crashed, and forgotten that it gave it.
            return False
        status = cursor.fetchall()[0]["status"]
        if status == "in progress":
            # Its backend may not have noticed that nobody is there any more.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid = %s AND backend_xid::text::bigint = %s::bigint %% 4294967296",
                [doubt.backend_pid, doubt.number],
            )
            return None
        if status == "aborted":
            return False
        return evidence is None or evidence(cursor)
