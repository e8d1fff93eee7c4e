"""An event for threads that may be set while the same thread is setting it or waits for it.

Used by the subscriptions for threads.
"""

import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic


class ReentrantEvent(threading.Event):
    """A `threading.Event` that signal handlers and finalizers may set, too.

    They interrupt any line of a thread, which may just then hold the lock of a common event. This
    one has no lock. It is made for one thread that clears it and then waits for it: another thread
    that waits may miss that it was set, if it is cleared at once.
    """

    _flag: bool  # of the base class, which reads it in `is_set()` and in its representation

    def __init__(self) -> None:
        super().__init__()
        self._tokens: SimpleQueue[None] = SimpleQueue()  # its `put()` may interrupt itself

    def set(self) -> None:
        """Set the event and wake the threads that wait for it; does not block."""
        if not self.is_set():
            self._flag = True
            self._tokens.put(None)

    def clear(self) -> None:
        """Make those who wait from now on wait until the event is set again."""
        self._flag = False
        with suppress(Empty):
            while True:
                self._tokens.get_nowait()
        if self.is_set():  # it was set in between, and its token may be gone
            self._tokens.put(None)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the event is set, at most `timeout` seconds; return whether it is set."""
        deadline = None if timeout is None else monotonic() + timeout
        while not self.is_set():
            try:
                self._tokens.get(
                    timeout=None if deadline is None else max(0.0, deadline - monotonic())
                )
            except Empty:
                return self.is_set()
            if self.is_set():
                self._tokens.put(None)  # for another thread that waits
        return True
