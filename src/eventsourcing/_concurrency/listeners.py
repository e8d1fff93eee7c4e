"""`Listeners`: events that are set together, registered and forgotten without a lock.

Used by what wakes others from any thread, signal handlers and finalizers included.
"""

from __future__ import annotations

import logging
from typing import Protocol

logger = logging.getLogger(__name__)


class Settable(Protocol):
    """An event, or what is told about things as an event is."""

    def set(self) -> object:
        """Take notice; must neither block nor take a lock that its caller may hold."""


class Listeners:
    """A set of events, compared by identity."""

    def __init__(self) -> None:
        # Each change is one operation of a dict, which no thread or signal handler interrupts.
        self._listeners: dict[int, Settable] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    def add(self, listener: Settable) -> None:
        """Have the event set from now on; harmless when repeated."""
        self._listeners[id(listener)] = listener

    def discard(self, listener: Settable) -> None:
        """Leave the event alone from now on; harmless when repeated."""
        self._listeners.pop(id(listener), None)

    def set(self) -> None:
        """Set all events. Never raises: the failure of a listener is logged."""
        # A list, because a tuple may be interrupted by a finalizer between its first two steps.
        for listener in list(self._listeners.values()) if self._listeners else ():
            try:
                listener.set()
            except Exception:
                logger.exception("%r could not be told", listener)
