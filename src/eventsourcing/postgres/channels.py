"""Who listens to which channel of the server: bookkeeping without I/O, used by both flavours."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Container
from copy import copy
from typing import Protocol

from psycopg.pq.abc import PGconn

from eventsourcing._concurrency.listeners import Settable
from eventsourcing._concurrency.reentrant_lock import RLock
from eventsourcing.persistence import PersistenceError

logger: logging.Logger = logging.getLogger(__name__)


class ChannelListener(Protocol):
    """What is told about a channel. Its methods must neither block nor raise."""

    def set(self) -> object:
        """Take notice that there may have been a notification."""

    def fail(self, error: BaseException) -> object:
        """Take notice that there will be none any more, and why."""


class WeakListener:
    """Sets an event, and has its owner fail, which is not kept alive by being told."""

    def __init__(self, event: Settable, fail: Callable[[BaseException], object]) -> None:
        self._event = event
        self._fail = weakref.WeakMethod(fail)

    def set(self) -> None:
        """Set the event."""
        self._event.set()

    def fail(self, error: BaseException) -> None:
        """Call the method, if its object is still there."""
        method = self._fail()
        if method is not None:
            method(error)


class ChannelListeners:
    """Those who listen over one connection; over for good when the last of them has left.

    May be used by many threads at once, and by finalizers. `on_change` is called after each change.
    """

    def __init__(self, on_change: Callable[[], object]) -> None:
        self._on_change = on_change
        self._lock = RLock()
        self._listeners: dict[int, tuple[str, ChannelListener]] = {}  # compared by identity
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether nobody listens, and nobody will."""
        return self._is_over

    def add(self, channel_name: str, listener: ChannelListener) -> bool:
        """Have the listener told about a channel, unless all is over; return whether it will be."""
        with self._lock:
            if self._is_over:
                return False
            self._listeners[id(listener)] = (channel_name, listener)
        self._on_change()
        return True

    def discard(self, listener: ChannelListener) -> None:
        """Leave the listener alone from now on; harmless when repeated."""
        with self._lock:
            self._listeners.pop(id(listener), None)
            self._is_over = self._is_over or not self._listeners
        self._on_change()

    def channel_names(self) -> set[str]:
        """Return the names of the channels to which somebody listens."""
        return {name for name, _ in self._snapshot()}

    def tell(self, channel_names: Container[str]) -> None:
        """Tell those who listen to these channels that there may have been a notification."""
        for name, listener in self._snapshot():
            if name in channel_names:
                _call(listener.set)

    def fail(self, error: BaseException) -> None:
        """End all for this error; each listener gets a copy of it."""
        with self._lock:
            self._is_over = True
            failed, self._listeners = self._listeners, {}
        for _, listener in failed.values():
            _call(listener.fail, _copy(error))
        self._on_change()

    def _snapshot(self) -> list[tuple[str, ChannelListener]]:
        with self._lock:
            return list(self._listeners.values())


def _copy(error: BaseException) -> BaseException:
    """Copy an error: raised by several threads, one object would collect the tracebacks of all."""
    if not isinstance(error, PersistenceError):
        return error  # not every exception can be copied
    copied = copy(error)
    copied.__cause__ = error.__cause__
    return copied


def _call(method: Callable[..., object], *args: object) -> None:
    try:
        method(*args)
    except Exception:
        logger.exception("%r could not be told", method)


def read_notifications(pgconn: PGconn) -> set[str]:
    """Return the channels of the notifications that have arrived; does not wait.

    Raises the driver's error if the connection is lost.
    """
    pgconn.consume_input()
    channel_names: set[str] = set()
    while (notification := pgconn.notifies()) is not None:
        channel_names.add(notification.relname.decode())
    return channel_names
