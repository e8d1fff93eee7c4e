# Generated from transaction_async.py by tools/async_to_sync.py: do not edit.
"""Transactions, and finding out what became of one whose connection was lost while committing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow

from eventsourcing._concurrency.primitives_sync import sleep
from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError
from eventsourcing.postgres.errors import CommitOutcomeUnknownError

logger: logging.Logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    from eventsourcing.postgres.datastore_sync import PostgresDatastore

_BEGIN = b"BEGIN"
# The number is what the server is asked for when the connection is lost while committing.
_BEGIN_NUMBERED = b"BEGIN; SELECT pg_current_xact_id()::text AS number"
_STATUS = "SELECT pg_xact_status(%s::xid8) AS status"
# Process IDs are used again; that it has the transaction makes it the right one.
_END_BACKEND = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid = %s AND backend_xid::text::bigint = %s::bigint %% 4294967296"
)
_PAUSE_SECONDS = 0.05
_PATIENCE_SECONDS = 1.0

Evidence = Callable[[psycopg.Cursor[DictRow]], bool]
Ask = Callable[[], bool | None]


class Numbered(Protocol):
    """A transaction, as the server knows it."""

    @property
    def number(self) -> str:
        """The number that the server gave it."""
        ...

    @property
    def backend_pid(self) -> int:
        """The process ID of the server's process that had it."""
        ...


class CommitInDoubt(Exception):
    """The connection was lost after COMMIT was sent and before it was answered."""

    def __init__(self, transaction: Numbered, error: psycopg.Error) -> None:
        super().__init__(str(error))
        self.transaction = transaction
        self.error = error


class Transaction:
    """A transaction, on a connection that is in autocommit mode."""

    def __init__(self, *, commit: bool) -> None:
        self.number: str = ""
        self.backend_pid: int = 0
        self._commit = commit
        self._cursor: psycopg.Cursor[DictRow]
        self._connection: psycopg.Connection[Any]

    def on(self, cursor: psycopg.Cursor[DictRow]) -> Self:
        """Return this object, which is to be entered, for the given cursor."""
        self._cursor = cursor
        self._connection = cursor.connection
        self.backend_pid = self._connection.info.backend_pid
        return self

    def was_lost(self) -> bool:
        """Say whether the connection was lost after the server had numbered the transaction."""
        return bool(self.number) and self._connection.closed

    def __enter__(self) -> Self:
        if self._commit:
            self._cursor.execute(_BEGIN_NUMBERED)
            self._cursor.nextset()
            self.number = self._cursor.fetchall()[0]["number"]
        else:
            self._cursor.execute(_BEGIN)
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
            self._connection.rollback()
        else:
            self._send_commit()

    def _send_commit(self) -> None:
        status = self._connection.info.transaction_status
        if status == TransactionStatus.INERROR:
            # COMMIT would roll back, and not say so.
            self._connection.rollback()
            raise psycopg.errors.InFailedSqlTransaction(
                "the transaction cannot be committed, because a statement in it has failed"
            )
        try:
            self._connection.commit()
        except psycopg.Error as error:
            if self._connection.closed:
                raise CommitInDoubt(self, error) from error
            raise

    def _roll_back_quietly(self) -> None:
        """Roll back; the error that is on its way is more telling than one met here."""
        if self._connection.info.transaction_status in (
            TransactionStatus.INTRANS,
            TransactionStatus.INERROR,
        ):
            try:
                self._connection.rollback()
            except psycopg.Error:
                self._connection.close()


def find_out_outcome(
    datastore: PostgresDatastore, doubt: CommitInDoubt, evidence: Evidence | None
) -> None:
    """Return if the transaction was committed, raise `OperationalError` if it was not.

    Asks for as long as the datastore may try to reconnect, then raises
    `CommitOutcomeUnknownError`.
    """
    if not find_out(datastore, doubt.error, partial(_ask, datastore, doubt, evidence)):
        raise OperationalError(str(doubt)) from doubt.error


def find_out(datastore: PostgresDatastore, lost: psycopg.Error, ask: Ask) -> bool:
    """Say whether a transaction was committed whose connection was lost, with this error.

    `ask` asks the server, and returns `None` while the transaction is in progress. It is repeated
    for as long as the datastore may try to reconnect; then `CommitOutcomeUnknownError` is raised.
    """
    deadline = monotonic() + datastore.reconnect_timeout
    while True:
        try:
            committed = ask()
            problem = "the transaction is still in progress"
        except CommitOutcomeUnknownError:
            raise
        except (InterfaceError, OperationalError) as error:
            committed = None
            problem = str(error)
        if committed is not None:
            return committed
        if monotonic() >= deadline or datastore.is_closed:
            raise CommitOutcomeUnknownError(
                f"It is not known whether the transaction was committed: {lost} ({problem})"
            ) from lost
        sleep(_PAUSE_SECONDS)


def end_lost_transaction(datastore: PostgresDatastore, transaction: Transaction) -> None:
    """Have the server end a transaction whose client is gone, if it has not noticed that itself.

    It may hold the lock for which the next attempt will wait. Errors are ignored.
    """
    try:
        with datastore.get_connection(_PATIENCE_SECONDS) as connection:
            _end_backend(connection, transaction)
    except PersistenceError:
        logger.debug("transaction %s could not be ended", transaction.number, exc_info=True)


def _ask(
    datastore: PostgresDatastore, doubt: CommitInDoubt, evidence: Evidence | None
) -> bool | None:
    """Say whether the transaction was committed, `None` while it is in progress."""
    with datastore.get_connection() as connection, connection.cursor() as cursor:
        try:
            cursor.execute(_STATUS, [doubt.transaction.number])
        except psycopg.DataError:
            # The number is "in the future": the server has crashed, and forgotten that it gave it.
            return False
        status = cursor.fetchall()[0]["status"]
        if status == "in progress":
            # Its backend may not have noticed that nobody is there any more.
            _end_backend(connection, doubt.transaction)
            return None
        if status == "aborted":
            return False
        return evidence is None or evidence(cursor)


def _end_backend(connection: psycopg.Connection[Any], transaction: Numbered) -> None:
    connection.execute(_END_BACKEND, [transaction.backend_pid, transaction.number])
