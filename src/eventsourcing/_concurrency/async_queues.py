"""`Queue` for asyncio, with the shutdown and the exceptions of the queue for threads.

Used by primitives_async. asyncio has a queue with shutdown only since Python 3.13, and its
exceptions are not those of the queue for threads, which the sync twin of a shell would catch.
"""

import asyncio
from collections import deque
from typing import Generic, TypeVar

from eventsourcing._concurrency.queues import Empty, Full, ShutDown

__all__ = ["Empty", "Full", "Queue", "ShutDown"]

T = TypeVar("T")


class Queue(Generic[T]):
    """A first-in first-out queue between the tasks of one event loop.

    Waiters are served in the order in which they came. Not safe to use from several threads.
    """

    def __init__(self, maxsize: int = 0) -> None:
        self.maxsize = maxsize
        self.is_shutdown: bool = False
        self._items: deque[T] = deque()
        self._getters: deque[asyncio.Future[None]] = deque()
        self._putters: deque[asyncio.Future[None]] = deque()

    def qsize(self) -> int:
        """Return the number of items in the queue."""
        return len(self._items)

    def empty(self) -> bool:
        """Return whether there is no item in the queue."""
        return not self._items

    def full(self) -> bool:
        """Return whether there is no free place in the queue."""
        return 0 < self.maxsize <= len(self._items)

    async def put(self, item: T) -> None:
        """Add an item, waiting for a free place; raises ShutDown."""
        while self.full() and not self.is_shutdown:
            await self._wait(self._putters)
        self.put_nowait(item)

    def put_nowait(self, item: T) -> None:
        """Add an item without waiting; raises Full or ShutDown."""
        if self.is_shutdown:
            raise ShutDown
        if self.full():
            raise Full
        self._items.append(item)
        _wake_first(self._getters)

    async def get(self) -> T:
        """Remove and return an item, waiting for one; raises ShutDown."""
        while self.empty() and not self.is_shutdown:
            await self._wait(self._getters)
        return self.get_nowait()

    def get_nowait(self) -> T:
        """Remove and return an item without waiting; raises Empty or ShutDown."""
        if self.empty():
            raise ShutDown if self.is_shutdown else Empty
        item = self._items.popleft()
        _wake_first(self._putters)
        return item

    def shutdown(self, immediate: bool = False) -> None:
        """Accept no more items, let `get` drain the queue or drop the items, wake all waiters."""
        self.is_shutdown = True
        if immediate:
            self._items.clear()
        for waiters in (self._getters, self._putters):
            while waiters:
                _wake_first(waiters)

    async def _wait(self, waiters: deque[asyncio.Future[None]]) -> None:
        """Wait until woken; a wake-up that a cancelled waiter cannot use goes to the next one."""
        waiter = asyncio.get_running_loop().create_future()
        waiters.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter in waiters:
                waiters.remove(waiter)
            else:
                _wake_first(waiters)
            raise


def _wake_first(waiters: deque[asyncio.Future[None]]) -> None:
    while waiters:
        waiter = waiters.popleft()
        if not waiter.done():
            waiter.set_result(None)
            return
