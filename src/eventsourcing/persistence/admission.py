"""Who may use a connection now: one writer, many readers, in the order of asking (contract C1-C10).

Used by the connection pool, and by the SQLite engine for databases that several pools share.
"""

from __future__ import annotations

from collections import deque

from eventsourcing._concurrency.primitives_sync import Event
from eventsourcing._concurrency.reentrant_lock import RLock
from eventsourcing.persistence.errors import (
    ConnectionPoolClosedError,
    ConnectionUnavailableError,
)

BEHIND_OTHERS = "Timed out waiting for connection pool semaphore"
BEHIND_WRITER = "Timed out waiting for return of writer"
BEHIND_READER = "Timed out waiting for return of reader"
BEHIND_CAPACITY = "Timed out waiting for return of connection"


class _Request:
    """A request that waits to be admitted."""

    def __init__(self, is_writer: bool | None) -> None:
        self.is_writer = is_writer
        self.is_admitted = False
        self.settled = Event()


class Admission:
    """Admits writers (`True`), readers (`False`) and others (`None`), in the order they came.

    At most `capacity` at a time, and of these at most one writer. When reading and writing are
    mutually `exclusive`, no reader is admitted beside a writer; otherwise readers overtake
    writers that wait for another writer. Whoever was admitted must `leave()`. Thread-safe.
    """

    def __init__(self, capacity: int | None = None, *, exclusive: bool = False) -> None:
        self.exclusive = exclusive
        self.num_readers: int = 0
        self.num_writers: int = 0
        self._capacity = capacity
        self._num_inside = 0
        self._is_closed = False
        self._mutex = RLock()  # closed by finalizers, too
        self._waiting: deque[_Request] = deque()

    @property
    def num_waiting(self) -> int:
        """How many requests wait."""
        return len(self._waiting)

    def enter(self, timeout: float, is_writer: bool | None) -> None:
        """Return when the request is admitted, which takes `timeout` seconds at most.

        Raises `ConnectionUnavailableError` after that time, `ConnectionPoolClosedError` if closed.
        """
        with self._mutex:
            if self._is_closed:
                raise ConnectionPoolClosedError("Pool is closed")
            obstacle = self._obstacle(is_writer)
            if self._waiting and not self._may_overtake(is_writer):
                obstacle = BEHIND_OTHERS
            if obstacle is None:
                self._count(is_writer, 1)
                return
            if timeout <= 0:
                raise ConnectionUnavailableError(obstacle)
            request = _Request(is_writer)
            self._waiting.append(request)
        try:
            request.settled.wait(timeout)
        except BaseException:
            self._finish_waiting(request)
            if request.is_admitted:
                self.leave(is_writer)
            raise
        obstacle = self._finish_waiting(request)
        if obstacle is not None:
            raise ConnectionUnavailableError(obstacle)
        if not request.is_admitted:
            raise ConnectionPoolClosedError("Pool is closed")

    def leave(self, is_writer: bool | None) -> None:
        """Give up the place of an admitted request, and admit who waits for it."""
        with self._mutex:
            self._count(is_writer, -1)
            if self._waiting:
                self._admit_waiting()

    def close(self) -> None:
        """Refuse all who wait, and all who come later."""
        with self._mutex:
            self._is_closed = True
            while self._waiting:
                self._waiting.popleft().settled.set()

    def _finish_waiting(self, request: _Request) -> str | None:
        """Withdraw the request if it is not settled; return what it had to wait for."""
        with self._mutex:
            if request.settled.is_set():
                return None
            is_first = self._waiting[0] is request or self._may_overtake(request.is_writer)
            obstacle = self._obstacle(request.is_writer) if is_first else BEHIND_OTHERS
            self._waiting.remove(request)
            self._admit_waiting()
            return obstacle or BEHIND_OTHERS

    def _admit_waiting(self) -> None:
        is_blocked = False
        for request in tuple(self._waiting):
            if is_blocked and not self._may_overtake(request.is_writer):
                continue
            obstacle = self._obstacle(request.is_writer)
            if obstacle is None:
                self._waiting.remove(request)
                self._count(request.is_writer, 1)
                request.is_admitted = True
                request.settled.set()
            elif obstacle is BEHIND_CAPACITY:
                return
            else:
                is_blocked = True

    def _may_overtake(self, is_writer: bool | None) -> bool:
        return is_writer is False and not self.exclusive

    def _obstacle(self, is_writer: bool | None) -> str | None:
        """Return for what a request must wait, apart from other requests."""
        if is_writer is not None:
            if self.num_writers and (is_writer or self.exclusive):
                return BEHIND_WRITER
            if is_writer and self.exclusive and self.num_readers:
                return BEHIND_READER
        if self._capacity is not None and self._num_inside >= self._capacity:
            return BEHIND_CAPACITY
        return None

    def _count(self, is_writer: bool | None, change: int) -> None:
        self._num_inside += change
        if is_writer:
            self.num_writers += change
        elif is_writer is False:
            self.num_readers += change
