"""`Queue` and `ShutDown` for threads: the standard ones on Python 3.13, equivalents before.

Used by primitives_sync, and exported by eventsourcing.persistence.
"""

import queue
import sys
from queue import Empty, Full
from time import monotonic
from typing import TypeVar

__all__ = ["Empty", "Full", "Queue", "ShutDown"]

T = TypeVar("T")

if sys.version_info >= (3, 13):
    from queue import Queue, ShutDown
else:

    class ShutDown(Exception):
        """Raised by `put` after `shutdown()`, and by `get` once nothing is left."""

    class Queue(queue.Queue[T]):
        """A queue that can be shut down, as `queue.Queue` of Python 3.13.

        The waiting is that of the base class; its conditions share one mutex.
        """

        def __init__(self, maxsize: int = 0) -> None:
            super().__init__(maxsize)
            self.unfinished_tasks: int = 0
            self.is_shutdown: bool = False

        def put(self, item: T, block: bool = True, timeout: float | None = None) -> None:
            """Add an item, waiting for a free place; raises Full or ShutDown."""
            deadline = _deadline(block, timeout)
            with self.not_full:
                while not self.is_shutdown and 0 < self.maxsize <= self._qsize():
                    if not block or not self.not_full.wait(_remaining(deadline)):
                        # A place may have come free in the very moment in which the wait ended.
                        if self.is_shutdown or self._qsize() < self.maxsize:
                            continue
                        raise Full
                if self.is_shutdown:
                    raise ShutDown
                self._put(item)
                self.unfinished_tasks += 1
                self.not_empty.notify()

        def get(self, block: bool = True, timeout: float | None = None) -> T:
            """Remove and return an item, waiting for one; raises Empty or ShutDown."""
            deadline = _deadline(block, timeout)
            with self.not_empty:
                while not self._qsize():
                    if self.is_shutdown:
                        raise ShutDown
                    if not block or not self.not_empty.wait(_remaining(deadline)):
                        if self.is_shutdown or self._qsize():
                            continue
                        raise Empty
                item = self._get()
                self.not_full.notify()
                return item

        def shutdown(self, immediate: bool = False) -> None:
            """Accept no more items; let `get` drain the queue, or drop them; wake all waiters."""
            with self.mutex:
                self.is_shutdown = True
                if immediate:
                    while self._qsize():
                        self._get()
                        self.unfinished_tasks = max(0, self.unfinished_tasks - 1)
                    self.all_tasks_done.notify_all()
                self.not_empty.notify_all()
                self.not_full.notify_all()

    def _deadline(block: bool, timeout: float | None) -> float | None:
        if not block or timeout is None:
            return None
        if timeout < 0:
            raise ValueError(
                f"timeout is {timeout}: a number of seconds that is not negative, or None"
            )
        return monotonic() + timeout

    def _remaining(deadline: float | None) -> float | None:
        return None if deadline is None else max(0.0, deadline - monotonic())
