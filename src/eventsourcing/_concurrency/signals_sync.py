"""`Signal` and `Interruption` on threads: any thread, signal handler or finalizer may set them.

The hand-written twin of `signals_async`.
"""

from __future__ import annotations

from eventsourcing._concurrency.listeners import Listeners, Settable
from eventsourcing._concurrency.reentrant_event import ReentrantEvent

__all__ = ["Interruption", "Signal", "is_cancellation"]


class Signal(ReentrantEvent):
    """An event for which one can wait a limited time."""

    def wait_at_most(self, seconds: float | None) -> bool:
        """Wait until the event is set, at most that long; return whether it is set."""
        return self.wait(seconds)


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


def is_cancellation(error: BaseException) -> bool:  # noqa: ARG001
    """Say whether the error is how a task is told to end; a thread is never told so."""
    return False
