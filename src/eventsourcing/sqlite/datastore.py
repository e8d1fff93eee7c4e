"""A SQLite database: its pool of connections, transactions on them, and signals of commits."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Literal, TypeAlias

from eventsourcing._concurrency.primitives_sync import CloseWhenCollected
from eventsourcing.persistence import ConnectionPoolClosedError, Params
from eventsourcing.persistence.listening import Listener
from eventsourcing.sqlite.commit_signals import find_commit_signal
from eventsourcing.sqlite.connection_pool import SQLiteConnectionPool
from eventsourcing.sqlite.connections import (
    SQLiteConnection,
    SQLiteCursor,
    SQLiteTransaction,
    Synchronous,
)
from eventsourcing.sqlite.database_names import is_private_memory
from eventsourcing.sqlite.errors import DRIVER_ERRORS, spoils_connection, translate_error
from eventsourcing.sqlite.shared_memory import enter_shared, find_shared_admission

OriginatorIDType: TypeAlias = Literal["uuid", "text"]

_DEFAULT_POOL_SIZE = 5
_DEFAULT_MAX_OVERFLOW = 10


class SQLiteDatastore(CloseWhenCollected):
    """A SQLite database in a file or in memory, used by any number of recorders and threads.

    `synchronous` says when a commit to a file is durable: with `FULL` when it returns, with
    `NORMAL` only some time later, in case the machine (not the process) fails. A private
    in-memory database is used by one connection, in turn, because each one has its own.
    """

    def __init__(
        self,
        db_name: str,
        lock_timeout: int | None = None,
        pool_size: int = _DEFAULT_POOL_SIZE,
        max_overflow: int = _DEFAULT_MAX_OVERFLOW,
        pool_timeout: float = 5.0,
        max_age: float | None = None,
        pre_ping: bool = False,
        single_row_tracking: bool = True,
        originator_id_type: OriginatorIDType = "uuid",
        synchronous: Synchronous = "FULL",
    ) -> None:
        self.single_row_tracking = single_row_tracking
        self.originator_id_type = _check_originator_id_type(originator_id_type)
        if is_private_memory(db_name) and (pool_size, max_overflow) == (
            _DEFAULT_POOL_SIZE,
            _DEFAULT_MAX_OVERFLOW,
        ):
            pool_size, max_overflow = 1, 0
        self.pool: SQLiteConnectionPool = SQLiteConnectionPool(
            db_name=db_name,
            lock_timeout=lock_timeout,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=pool_timeout,
            # What is in memory is lost with the connection.
            max_age=None if SQLiteConnectionPool.detect_memory_mode(db_name) else max_age,
            pre_ping=pre_ping,
            synchronous=_check_synchronous(synchronous),
        )
        self._shared_admission = find_shared_admission(db_name)
        self._commit_signal = find_commit_signal(db_name)
        self._listeners: dict[int, Listener] = {}

    def transaction(self, commit: bool) -> AbstractContextManager[SQLiteCursor]:
        """Give a cursor in a transaction, which is then committed or rolled back.

        It is rolled back also when an exception is raised; errors of the driver are translated.
        """
        return _BorrowedTransaction(self, commit)

    def get_connection(self, commit: bool) -> AbstractContextManager[SQLiteConnection]:
        """Give a connection from the pool, for writing if `commit`; translate errors."""
        return _BorrowedConnection(self, commit)

    def query(self, statement: str, params: Params = ()) -> list[tuple[Any, ...]]:
        """Return all rows of one query, which needs no transaction, as plain tuples."""
        with _BorrowedConnection(self, commit=False) as connection:
            return connection.query(statement, params)

    def listen(self, listener: Listener) -> None:
        """Register an event that is set after each commit to the database, by whomever."""
        self._listeners[id(listener)] = listener
        self._commit_signal.listen(listener)

    def unlisten(self, listener: Listener) -> None:
        """Forget the event; harmless if it is not registered."""
        self._commit_signal.unlisten(listener)
        self._listeners.pop(id(listener), None)

    def close(self) -> None:
        """Close all connections. Statements that are being executed are finished before.

        May be called repeatedly; the datastore cannot be used any more.
        """
        self.pool.close()
        for listener in list(self._listeners.values()):
            listener.set()  # so that who listens finds out
            self.unlisten(listener)

    def borrow(self, commit: bool) -> SQLiteConnection:
        """Return a connection from the pool, for writing if `commit`, to be given back."""
        if self._shared_admission is None:
            return self.pool.get_connection(is_writer=commit)
        enter_shared(self._shared_admission, commit, self.pool.pool_timeout)
        try:
            return self.pool.get_connection(is_writer=commit)
        except BaseException:
            self._shared_admission.leave(commit)
            raise

    def give_back(
        self, connection: SQLiteConnection, commit: bool, error: BaseException | None = None
    ) -> None:
        """Put the connection back after use; if it was for writing, tell who listens to commits.

        It is closed, and replaced when another one is needed, if the error was of that kind.
        """
        is_spoilt = (
            error is not None
            and spoils_connection(error)
            and not self.pool.is_sqlite_memory_mode  # what is in memory would be lost
        )
        if is_spoilt or connection.in_transaction:  # it could not be rolled back
            connection.close()
        try:
            self.pool.put_connection(connection)
        except ConnectionPoolClosedError:
            connection.close()  # a commit is no less done
        finally:
            if self._shared_admission is not None:
                self._shared_admission.leave(commit)
        if commit:
            self._commit_signal.notify()


class _BorrowedConnection:
    """A context manager that borrows a connection."""

    __slots__ = ("_commit", "_connection", "_datastore")

    def __init__(self, datastore: SQLiteDatastore, commit: bool) -> None:
        self._datastore = datastore
        self._commit = commit

    def __enter__(self) -> SQLiteConnection:
        self._connection = self._datastore.borrow(self._commit)
        return self._connection

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._datastore.give_back(self._connection, self._commit, exc_value)
        if isinstance(exc_value, DRIVER_ERRORS):
            raise translate_error(exc_value) from exc_value


class _BorrowedTransaction:
    """A context manager that borrows a connection for a transaction."""

    __slots__ = ("_commit", "_connection", "_datastore", "_transaction")

    def __init__(self, datastore: SQLiteDatastore, commit: bool) -> None:
        self._datastore = datastore
        self._commit = commit

    def __enter__(self) -> SQLiteCursor:
        self._connection = self._datastore.borrow(self._commit)
        try:
            self._transaction = SQLiteTransaction(self._connection, self._commit)
            return self._transaction.__enter__()
        except BaseException as error:
            self._datastore.give_back(self._connection, self._commit, error)
            raise

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        error = exc_value
        try:
            self._transaction.__exit__(exc_type, exc_value, traceback)
        except BaseException as translated:
            error = translated
            raise
        finally:
            self._datastore.give_back(self._connection, self._commit, error)


def _check_originator_id_type(value: str) -> OriginatorIDType:
    match value.lower():
        case "uuid":
            return "uuid"
        case "text":
            return "text"
    raise ValueError(f"Invalid originator_id_type '{value}', must be 'uuid' or 'text'")


def _check_synchronous(value: str) -> Synchronous:
    match value.upper():
        case "FULL":
            return "FULL"
        case "NORMAL":
            return "NORMAL"
    raise ValueError(f"Invalid synchronous '{value}', must be 'FULL' or 'NORMAL'")
