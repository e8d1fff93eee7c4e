# Hand-written pair: a task is woken through its event loop, a thread through a queue.
"""`Signal` and `Interruption` on asyncio: any thread, signal handler or finalizer may set them.

Used by those who wait for positions, and by the runners of projections.
"""

from __future__ import annotations

import asyncio

from eventsourcing._concurrency.async_signals import ThreadSafeEvent
from eventsourcing._concurrency.listeners import Listeners, Settable

__all__ = ["Interruption", "Signal", "is_cancellation"]


class Signal(ThreadSafeEvent):
    """An event for which one can wait a limited time."""

    async def wait_at_most(self, seconds: float | None) -> bool:
        """Wait until the event is set, at most that long; return whether it is set."""
        try:
            async with asyncio.timeout(seconds):
                await self.wait()
        except TimeoutError:
            pass
        return self.is_set()


class Interruption(Signal):
    """An event that is set once, and then has other events set, too."""

    def __init__(self) -> None:
        super().__init__()
        self._listeners = Listeners()

    def set(self) -> None:
        """Set the event and those that listen to it; does not block."""
        super().set()
        self._listeners.set()

    def listen(self, listener: Settable) -> None:
        """Have the other event set when this one is, which is at once if it is set already."""
        self._listeners.add(listener)
        if self.is_set():
            listener.set()

    def unlisten(self, listener: Settable) -> None:
        """Leave the other event alone from now on."""
        self._listeners.discard(listener)


def is_cancellation(error: BaseException) -> bool:
    """Say whether the error is how the current task is told to end, which is not a failure.

    The same error is a failure when it comes from another task that was waited for.
    """
    task = asyncio.current_task()
    is_told = task is None or task.cancelling() > 0
    return is_told and isinstance(error, asyncio.CancelledError)
