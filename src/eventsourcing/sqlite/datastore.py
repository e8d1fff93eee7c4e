"""A SQLite database: its pool of connections, transactions on them, and signals of commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal, TypeAlias

from eventsourcing._concurrency.primitives_sync import CloseWhenCollected
from eventsourcing.persistence import ConnectionPoolClosedError
from eventsourcing.sqlite.commit_signals import Listener, find_commit_signal
from eventsourcing.sqlite.connection_pool import SQLiteConnectionPool
from eventsourcing.sqlite.connections import (
    SQLiteConnection,
    SQLiteCursor,
    SQLiteTransaction,
    Synchronous,
)
from eventsourcing.sqlite.database_names import is_private_memory
from eventsourcing.sqlite.errors import DRIVER_ERRORS, translate_error
from eventsourcing.sqlite.shared_memory import admitted, find_shared_admission

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
        self.pool = SQLiteConnectionPool(
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

    @contextmanager
    def transaction(self, commit: bool) -> Iterator[SQLiteCursor]:
        """Give a cursor in a transaction, which is then committed or rolled back.

        It is rolled back also when an exception is raised; errors of the driver are translated.
        """
        with (
            self.get_connection(commit) as connection,
            SQLiteTransaction(connection, commit) as cursor,
        ):
            yield cursor

    @contextmanager
    def get_connection(self, commit: bool) -> Iterator[SQLiteConnection]:
        """Give a connection from the pool, for writing if `commit`; translate errors."""
        with admitted(self._shared_admission, commit, self.pool.pool_timeout):
            connection = self.pool.get_connection(is_writer=commit)
            try:
                yield connection
            except DRIVER_ERRORS as error:
                raise translate_error(error) from error
            finally:
                self._put_back(connection)
        if commit:
            self._commit_signal.notify()

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
        for listener in tuple(self._listeners.values()):
            listener.set()  # so that who listens finds out
            self.unlisten(listener)

    def _put_back(self, connection: SQLiteConnection) -> None:
        if connection.in_transaction:  # it could not be rolled back
            connection.close()
        # When the pool was closed meanwhile, a commit is no less done.
        with suppress(ConnectionPoolClosedError):
            self.pool.put_connection(connection)


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
