# Generated from datastore_async.py by tools/async_to_sync.py: do not edit.
"""The datastore: connections, transactions, and what is known about a lost commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import psycopg
import psycopg_pool
from psycopg.rows import DictRow
from psycopg.sql import Identifier
from psycopg.types.composite import CompositeInfo, register_composite

from eventsourcing._concurrency.primitives_sync import CloseWhenCollected, Lock
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres.errors import translate
from eventsourcing.postgres.listener_sync import PostgresListener
from eventsourcing.postgres.pool_sync import ConnectionPool, PostgresConnection
from eventsourcing.postgres.startup_sync import Startup
from eventsourcing.postgres.transaction_sync import (
    CommitInDoubt,
    Transaction,
    end_lost_transaction,
    find_out_outcome,
)


class PostgresDatastore(CloseWhenCollected):
    """Gives connections and transactions to recorders.

    Nothing is connected before the first use. After `close()` it cannot be used again. May be
    used by many threads (or tasks) at once.
    """

    def __init__(
        self,
        dbname: str,
        host: str,
        port: str | int,
        user: str,
        password: str,
        *,
        connect_timeout: float = 5.0,
        idle_in_transaction_session_timeout: float = 0,
        pool_size: int = 1,
        max_overflow: int = 0,
        max_waiting: int = 0,
        conn_max_age: float = 3600.0,
        pre_ping: bool = False,
        lock_timeout: int = 0,
        schema: str = "",
        pool_open_timeout: float | None = None,
        get_password_func: Callable[[], str] | None = None,
        single_row_tracking: bool = True,
        originator_id_type: str = "uuid",
        enable_db_functions: bool = False,
        reconnect_timeout: float = 30.0,
    ) -> None:
        self._is_open = False
        self.is_closed: bool = False
        self._opening = Lock()
        if originator_id_type.lower() not in {"uuid", "text"}:
            raise ValueError(
                f"Invalid originator_id_type '{originator_id_type}', must be 'uuid' or 'text'"
            )
        self.originator_id_type: str = originator_id_type.lower()
        self.idle_in_transaction_session_timeout = idle_in_transaction_session_timeout
        self.pre_ping = pre_ping
        self.lock_timeout = lock_timeout
        self.schema: str = schema.strip() or "public"
        self.single_row_tracking = single_row_tracking
        self.enable_db_functions = enable_db_functions
        self.reconnect_timeout = reconnect_timeout
        self.db_type_names: set[str] = set()
        self.psycopg_type_adapters: dict[str, CompositeInfo] = {}
        self.psycopg_python_types: dict[str, Any] = {}
        self.startup: Startup = Startup()
        self.pool: ConnectionPool = ConnectionPool(
            get_password_func=get_password_func,
            open_timeout=pool_open_timeout,
            kwargs={
                "dbname": dbname,
                "host": host,
                "port": port,
                "user": user,
                "password": password,
            },
            min_size=pool_size,
            max_size=pool_size + max_overflow,
            timeout=connect_timeout,
            max_waiting=max_waiting,
            max_lifetime=conn_max_age,
            idle_in_transaction_session_timeout=idle_in_transaction_session_timeout,
            pre_ping=pre_ping,
        )
        self.listener: PostgresListener = PostgresListener(self.pool, reconnect_timeout)

    def open(self) -> None:
        """Open the pool and do what recorders have to do first; the first use does it too.

        With `pool_open_timeout` set, waits that long for the pool to have its connections.
        Raises `OperationalError` if the datastore was closed, or on that timeout.
        """
        if not self._is_open:
            try:
                self._open_pool()
            except psycopg.Error as error:
                raise translate(error) from error
        self.startup.finish()

    def close(self) -> None:
        """Close all connections, those in use when they are returned. May be repeated."""
        self._is_open = False
        self.is_closed = True
        try:
            self.listener.close()
        finally:
            self.pool.close()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def get_connection(self, timeout: float | None = None) -> Iterator[PostgresConnection]:
        """Lend a connection, in autocommit mode; waits for one at most `timeout` seconds.

        The default is the pool's timeout. Errors of the driver, also those raised in the `with`
        block, are translated to those of the library.
        """
        try:
            self.open()
            connection = self.pool.getconn(timeout)
            try:
                if self.db_type_names != connection.registered_types:
                    self._register_types(connection)
                yield connection
            finally:
                self.pool.putconn(connection)
        except psycopg.Error as error:
            raise translate(error) from error

    @contextmanager
    def cursor(self) -> Iterator[psycopg.Cursor[DictRow]]:
        """Lend a cursor of a connection in autocommit mode; rows are dicts."""
        with self.get_connection() as connection, connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def transaction(
        self,
        commit: bool = False,
        *,
        evidence: Callable[[psycopg.Cursor[DictRow]], bool] | None = None,
    ) -> Iterator[psycopg.Cursor[DictRow]]:
        """Lend a cursor inside a transaction, which ends with the `with` block.

        It is committed if `commit` is true and no exception leaves the block, otherwise it is
        rolled back. When the connection is lost while committing, the server is asked on a new
        connection what became of the transaction: if it was committed all is well; if not,
        `OperationalError` is raised as for any lost connection; if the server cannot be asked,
        `CommitOutcomeUnknownError`. `evidence` is asked in addition: it says, given a cursor,
        whether the changes are there. A crash of the server may have the number of a lost
        transaction given to another one.
        """
        transaction = Transaction(commit=commit)
        try:
            with (
                self.get_connection() as connection,
                connection.cursor() as cursor,
                transaction.on(cursor),
            ):
                yield cursor
        except CommitInDoubt as doubt:
            # The broken connection has been returned: the pool may have had no other.
            find_out_outcome(self, doubt, evidence)
        except (InterfaceError, OperationalError):
            if transaction.was_lost():
                end_lost_transaction(self, transaction)
            raise

    def _open_pool(self) -> None:
        with self._opening:  # the driver lets only one wait for the pool
            self._check_not_closed()
            if not self._is_open:
                self.pool.open_and_wait()
                self._is_open = True
        if self.is_closed:  # meanwhile: `close()` says so before it closes the pool
            self.close()
        self._check_not_closed()

    def _check_not_closed(self) -> None:
        if self.is_closed:
            raise psycopg_pool.PoolClosed("the datastore is closed, and cannot be opened again")

    def _register_types(self, connection: PostgresConnection) -> None:
        """Register the composite types; those that the database does not have are left out."""
        for name in self.db_type_names - connection.registered_types:
            info = self.psycopg_type_adapters.get(name)
            if info is None:
                identifier = Identifier(self.schema, name)
                info = CompositeInfo.fetch(connection, identifier)
            if info is None:
                continue
            register_composite(info, connection)
            self.psycopg_type_adapters[name] = info
            self.psycopg_python_types[name] = info.python_type
            connection.registered_types |= {name}
