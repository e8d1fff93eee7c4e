"""`Readiness` on threads: waiting for a file, or to be woken, whichever comes first.

The hand-written twin of `readiness_async`.
"""

import selectors
import socket
import weakref
from contextlib import suppress

from eventsourcing._concurrency.reentrant_lock import RLock

__all__ = ["Readiness"]


class Readiness:
    """Lets one thread wait until a file can be read, or until somebody wakes it.

    While nothing happens, nothing runs.
    """

    def __init__(self) -> None:
        self._receiver, self._sender = socket.socketpair()
        self._receiver.setblocking(False)
        self._sender.setblocking(False)
        # Nothing is closed while it is used: the number of a closed file is soon another's.
        self._lock = RLock()
        self._finalizer = weakref.finalize(self, _close, self._receiver, self._sender)
        self._finalizer.atexit = False

    def wake(self) -> None:
        """End the wait, or else the next one; does not block.

        May be called by any thread, and by signal handlers and finalizers.
        """
        # It may have been woken more than often enough, or closed.
        with self._lock, suppress(OSError):
            self._sender.send(b"\0")

    def close(self) -> None:
        """Give up what waiting needs, when there will be none any more; waking is harmless."""
        with self._lock:
            self._finalizer()

    def wait(self, fileno: int | None = None, seconds: float | None = None) -> bool:
        """Wait until the file can be read or has failed, or this is woken; or the time is up.

        Return false if the time was up. What it was otherwise, the caller finds out; who changes
        something and then wakes is never missed.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._receiver, selectors.EVENT_READ)
            if fileno is not None:
                selector.register(fileno, selectors.EVENT_READ)
            has_happened = bool(selector.select(seconds))
        with suppress(BlockingIOError):
            while self._receiver.recv(4096):
                pass
        return has_happened


def _close(*sockets: socket.socket) -> None:
    for each in sockets:
        each.close()
