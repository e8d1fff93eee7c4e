"""How other threads, and the garbage collector, reach into an event loop.

Used by the asynchronous subscriptions. Nothing here takes a lock, so that signal handlers and
finalizers, which interrupt any line, may use it too.
"""

import asyncio
import weakref
from collections.abc import Callable
from contextlib import suppress


class ThreadSafeEvent:
    """An event for which tasks wait, of any event loop, and which any thread may set."""

    def __init__(self) -> None:
        self._is_set = False
        self._waiters: dict[asyncio.Future[None], None] = {}

    def is_set(self) -> bool:
        """Return whether the event is set."""
        return self._is_set

    def set(self) -> None:
        """Set the event and wake all tasks that wait for it; does not block."""
        self._is_set = True
        while self._waiters:
            with suppress(KeyError):  # another thread, or the waiter itself, was faster
                waiter, _ = self._waiters.popitem()
                call_in_loop(waiter.get_loop(), _finish, waiter)

    def clear(self) -> None:
        """Make those who wait from now on wait until the event is set again."""
        self._is_set = False

    async def wait(self) -> None:
        """Wait until the event is set."""
        if self._is_set:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = None
        try:
            # A thread that set the event just before may not have seen this waiter.
            if not self._is_set:
                await waiter
        finally:
            self._waiters.pop(waiter, None)


class CleanUp:
    """Calls a function once, in the event loop in which this was made, to clean up for an object.

    It does so when told to, or when the object is collected; never, if the loop is closed before.
    The function must not refer to the object.
    """

    def __init__(self, owner: object, func: Callable[[], object]) -> None:
        self._loop = asyncio.get_running_loop()
        self._finalizer = weakref.finalize(owner, _call_soon, self._loop, func)
        self._finalizer.atexit = False

    def run(self) -> None:
        """Call the function, at once in the thread of its event loop, and soon in another."""
        detached = self._finalizer.detach()
        if detached is not None:
            _, _, (loop, func), _ = detached
            call_in_loop(loop, func)


def call_in_loop(
    loop: asyncio.AbstractEventLoop, func: Callable[..., object], *args: object
) -> None:
    """Call the function at once if the loop runs in this thread, else soon; not if it is closed."""
    if asyncio._get_running_loop() is loop:
        func(*args)
    else:
        _call_soon(loop, func, *args)


def _call_soon(loop: asyncio.AbstractEventLoop, func: Callable[..., object], *args: object) -> None:
    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(func, *args)


def _finish(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
