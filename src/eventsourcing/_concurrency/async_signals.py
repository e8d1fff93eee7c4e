"""How other threads, and the garbage collector, reach into an event loop.

Used by the asynchronous subscriptions. Nothing here takes a lock or changes the state of the loop
at once, so that signal handlers and finalizers, which interrupt any line, may use it too.
"""

import asyncio
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Literal


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
                _call_soon(waiter.get_loop(), _finish, waiter)

    def clear(self) -> None:
        """Make those who wait from now on wait until the event is set again."""
        self._is_set = False

    async def wait(self) -> Literal[True]:
        """Wait until the event is set; return true, as the event of asyncio does."""
        if self._is_set:
            return True
        waiter = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = None
        try:
            # A thread that set the event just before may not have seen this waiter.
            if not self._is_set:
                await waiter
        finally:
            self._waiters.pop(waiter, None)
        return True


class CleanUp:
    """Calls a function once, in the event loop in which this was made, to clean up for an object.

    It does so soon after it was told to, or after the object was collected; at once, if the loop is
    closed by then. The function must not refer to the object.
    """

    def __init__(self, owner: object, func: Callable[[], object]) -> None:
        loop = asyncio.get_running_loop()
        self._finalizer = weakref.finalize(owner, _call_soon_or_now, loop, func)
        self._finalizer.atexit = False

    def run(self) -> None:
        """Have the function called soon; may be called by any thread, repeatedly."""
        self._finalizer()


def _call_soon(loop: asyncio.AbstractEventLoop, func: Callable[..., object], *args: object) -> None:
    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(func, *args)


def _call_soon_or_now(loop: asyncio.AbstractEventLoop, func: Callable[[], object]) -> None:
    try:
        loop.call_soon_threadsafe(func)
    except RuntimeError:  # the loop is closed, and may be needed for what is to be cleaned up
        with suppress(RuntimeError):
            func()


def _finish(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
