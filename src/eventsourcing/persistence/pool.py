"""The connection pool of engines whose driver has none (contract C1-C10); SQLite's is one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass
from typing import Any, Generic

from eventsourcing._concurrency.reentrant_lock import RLock
from eventsourcing.persistence.admission import Admission
from eventsourcing.persistence.connections import Connection, TConnection
from eventsourcing.persistence.errors import (
    ConnectionNotFromPoolError,
    ConnectionPoolClosedError,
)


@dataclass(frozen=True)
class _SemaphoreView:
    """Shows in the shape of a semaphore whether requests wait: `_value` is 0 then, else 1."""

    _value: int


class ConnectionPool(ABC, Generic[TConnection]):
    """Hands out connections: at most `pool_size + max_overflow` at a time, made on demand.

    At most `pool_size` are kept when they come back, and used again in the order of their return.
    Requests are served in the order made; a request waits `pool_timeout` seconds at most.
    One writer has a connection at a time; with `mutually_exclusive_read_write` no reader has one
    meanwhile. With `pre_ping`, connections are tested before they are handed out. Connections are
    not used longer than `max_age` seconds. Thread-safe.
    """

    def __init__(
        self,
        pool_size: int = 5,
        max_overflow: int = 10,
        pool_timeout: float = 30.0,
        max_age: float | None = None,
        pre_ping: bool = False,
        mutually_exclusive_read_write: bool = False,
    ) -> None:
        self.pool_size = pool_size
        self.max_overflow = max_overflow
        self.pool_timeout = pool_timeout
        self.max_age = max_age
        self.pre_ping = pre_ping
        self._mutually_exclusive_read_write = mutually_exclusive_read_write
        self._closed = False
        self._start_empty()

    @property
    def closed(self) -> bool:
        """Whether the pool is closed."""
        return self._closed

    @property
    def num_in_use(self) -> int:
        """How many connections are handed out."""
        return len(self._in_use)

    @property
    def num_in_pool(self) -> int:
        """How many connections are kept for the next requests."""
        return len(self._idle)

    @property
    def _num_readers(self) -> int:
        return self._admission.num_readers

    @property
    def _num_writers(self) -> int:
        return self._admission.num_writers

    @property
    def _get_semaphore(self) -> _SemaphoreView:
        return _SemaphoreView(0 if self._admission.num_waiting else 1)

    def get_connection(
        self, timeout: float | None = None, is_writer: bool | None = None
    ) -> TConnection:
        """Return a connection for the use of the caller, who must put it back.

        Waits `timeout` seconds (default: `pool_timeout`) at most, then raises
        `ConnectionUnavailableError`. `is_writer=None` ignores the rules about readers and writers.
        Raises `ConnectionPoolClosedError` if the pool is closed.
        """
        self._admission.enter(self.pool_timeout if timeout is None else timeout, is_writer)
        try:
            connection = self._take_idle() or self._create_connection()
            try:
                connection.is_writer = is_writer
                with self._mutex:
                    self._check_not_closed()
                    self._in_use[id(connection)] = (connection, is_writer)
            except BaseException:
                connection.close()
                raise
        except BaseException:
            self._admission.leave(is_writer)
            raise
        return connection

    def put_connection(self, conn: TConnection) -> None:
        """Take back a connection; it is closed if it is too old, or if enough are kept already.

        Raises `ConnectionNotFromPoolError` if it was not handed out by this pool,
        `ConnectionPoolClosedError` if the pool is closed.
        """
        with self._mutex:
            handed_out = self._in_use.pop(id(conn), None)
            self._check_not_closed()
            if handed_out is None:
                raise ConnectionNotFromPoolError("Connection not in use in this pool")
            conn.is_writer = None
            is_kept = not conn.closed and not conn.closing and len(self._idle) < self.pool_size
            if is_kept:
                _release(conn)
                self._idle.append(conn)
        try:
            if not is_kept or self._closed:
                conn.close()
                _release(conn)
        finally:
            self._admission.leave(handed_out[1])

    def close(self) -> None:
        """Close all connections, also those in use, and refuse all requests from now on.

        May be called repeatedly.
        """
        with self._mutex:
            self._closed = True
            connections = self._get_all_connections()
            self._idle.clear()
            self._in_use.clear()
        self._admission.close()
        for connection in connections:
            connection.close()
            _release(connection)

    @abstractmethod
    def _create_connection(self) -> TConnection:
        """Return a new connection."""

    def _start_empty(self) -> None:
        """Begin with no connections, and with locks that nobody has."""
        self._admission = Admission(
            self.pool_size + self.max_overflow, exclusive=self._mutually_exclusive_read_write
        )
        self._mutex = RLock()  # the pool may be closed by a finalizer, at whatever line
        self._idle: deque[TConnection] = deque()
        self._in_use: dict[int, tuple[TConnection, bool | None]] = {}

    def _get_all_connections(self) -> list[TConnection]:
        return [*self._idle, *(connection for connection, _ in self._in_use.values())]

    def _take_idle(self) -> TConnection | None:
        """Return the usable connection that was put back first, if there is one."""
        while True:
            try:
                connection = self._idle.popleft()
            except IndexError:
                return None
            # The lock can only be held by the thread that closes connections that are too old.
            connection.in_use.acquire()
            if not connection.closed:
                if not connection.closing and (not self.pre_ping or _answers(connection)):
                    return connection
                connection.close()
            _release(connection)

    def _check_not_closed(self) -> None:
        if self._closed:
            raise ConnectionPoolClosedError("Pool is closed")


def _answers(connection: Connection[Any]) -> bool:
    try:
        connection.cursor().execute("SELECT 1")
    except Exception:  # whatever it is, a new connection is the remedy
        return False
    return True


def _release(connection: Connection[Any]) -> None:
    if connection.in_use.locked():
        connection.in_use.release()
