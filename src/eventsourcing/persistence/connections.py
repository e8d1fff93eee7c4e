"""What a connection pool needs of cursors and connections, like the DB-API (contract 13)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, Generic, TypeAlias, TypeVar

from eventsourcing._concurrency.primitives_sync import Event, Lock, spawn, wait_event

Params: TypeAlias = Sequence[Any] | Mapping[str, Any]


class Cursor(ABC):
    """Executes statements and fetches their rows."""

    @abstractmethod
    def execute(self, statement: str | bytes, params: Params | None = None) -> None:
        """Execute the statement."""

    @abstractmethod
    def fetchall(self) -> Any:
        """Return all remaining rows of the last statement."""

    @abstractmethod
    def fetchone(self) -> Any:
        """Return the next row of the last statement, `None` if there is none."""


TCursor = TypeVar("TCursor", bound=Cursor)


class Connection(ABC, Generic[TCursor]):
    """A connection that knows its age and whether it is in use.

    `in_use` is locked while it is: from construction until a pool takes the connection back.
    When `max_age` seconds have passed, the connection is `closing`: it is closed as soon as it is
    not in use, by a daemon thread.
    """

    def __init__(self, max_age: float | None = None) -> None:
        self._closed = False
        self._closing = False
        self.in_use: Lock = Lock()
        self.in_use.acquire()
        self.is_writer: bool | None = None
        self._deadline: float | None = None
        if max_age is not None:
            self._deadline = monotonic() + max_age
            self._has_been_closed = Event()
            spawn(self._close_when_too_old, max_age, name="eventsourcing-connection-age")

    @property
    def closed(self) -> bool:
        """Whether the connection is closed."""
        return self._closed

    @property
    def closing(self) -> bool:
        """Whether the connection has reached its greatest age, and is (to be) closed for that."""
        # The thread may be late, so the time itself is asked too.
        if self._deadline is not None and not self._closed and monotonic() >= self._deadline:
            self._closing = True
        return self._closing

    @abstractmethod
    def commit(self) -> None:
        """Commit the transaction, if there is one."""

    @abstractmethod
    def rollback(self) -> None:
        """Roll the transaction back, if there is one."""

    @abstractmethod
    def cursor(self) -> TCursor:
        """Return a new cursor."""

    def close(self) -> None:
        """Close the connection, also while it is in use. May be called repeatedly."""
        if not self._closed:
            self._close()

    @abstractmethod
    def _close(self) -> None:
        """Close the driver's connection; subclasses extend this and call `super()`."""
        self._closed = True
        if self._deadline is not None:
            self._has_been_closed.set()

    def _close_when_too_old(self, max_age: float) -> None:
        if wait_event(self._has_been_closed, max_age):
            return
        self._closing = True
        with self.in_use:
            self.close()


TConnection = TypeVar("TConnection", bound=Connection[Any])
