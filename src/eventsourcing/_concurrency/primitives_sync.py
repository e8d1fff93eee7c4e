"""Event, Lock, Queue, sleep, spawn… on threads: what the `*_sync.py` modules use.

The hand-written twin of `primitives_async`.
"""

import contextvars
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Event, Lock
from typing import TypeVarTuple

from eventsourcing._concurrency.outcomes import Outcome
from eventsourcing._concurrency.queues import Empty, Full, Queue, ShutDown

__all__ = [
    "BackgroundTask",
    "CloseWhenCollected",
    "Condition",
    "Empty",
    "Event",
    "Full",
    "Lock",
    "Queue",
    "ShutDown",
    "closing_on_error",
    "sleep",
    "spawn",
    "try_acquire",
    "wait_event",
]

Ts = TypeVarTuple("Ts")

logger = logging.getLogger(__name__)


def sleep(seconds: float) -> None:
    """Let others run for that many seconds."""
    time.sleep(seconds)


def wait_event(event: Event, timeout: float | None) -> bool:
    """Wait until the event is set, at most `timeout` seconds; return whether it is set."""
    return event.wait(timeout)


def try_acquire(lock: Lock) -> bool:
    """Acquire the lock when that needs no waiting; return whether it was acquired."""
    return lock.acquire(blocking=False)


class BackgroundTask:
    """A function that runs by itself, made by `spawn`; here, a daemon thread."""

    def __init__(self, name: str, outcome: Outcome, thread: threading.Thread) -> None:
        self.name = name
        self._outcome = outcome
        self._thread = thread

    @property
    def error(self) -> BaseException | None:
        """The exception with which the function ended, if it did."""
        return self._outcome.error

    def done(self) -> bool:
        """Return whether the function has ended."""
        return not self._thread.is_alive()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the function has ended, at most `timeout` seconds; return whether it has.

        Its error is not raised here, see `error`. A thread that joins itself gets a RuntimeError.
        Does not wait while the interpreter ends: no thread runs then that could come to its end.
        """
        if self._thread is threading.current_thread():
            raise RuntimeError(f"background task {self.name!r} cannot join itself")
        self._thread.join(0 if sys.is_finalizing() else timeout)
        return self.done()


def spawn(func: Callable[[*Ts], object], *args: *Ts, name: str = "eventsourcing") -> BackgroundTask:
    """Start the function on its own; an error that nobody asks for is logged.

    The function sees a copy of the caller's context variables.
    """
    outcome = Outcome(name)
    context = contextvars.copy_context()
    thread = threading.Thread(
        target=context.run, args=(_run, outcome, func, *args), name=name, daemon=True
    )
    thread.start()
    return BackgroundTask(name, outcome, thread)


def _run(outcome: Outcome, func: Callable[[*Ts], object], *args: *Ts) -> None:
    try:
        func(*args)
    except BaseException as error:
        outcome.keep(error)
    finally:
        del outcome  # the error's traceback refers to this frame


class CloseWhenCollected:
    """Closes an object when it is collected; its `close` must be harmless when called again.

    Never raises, also when the constructor failed half-way; an error in `close` is logged.
    """

    def __del__(self) -> None:
        with suppress(Exception):  # modules may be half gone at the end of the interpreter
            try:
                close = getattr(self, "close", None)
                if close is not None:
                    close()
            except Exception:
                logger.debug("%s could not be closed", type(self).__name__, exc_info=True)


@contextmanager
def closing_on_error(close: Callable[[], object]) -> Iterator[None]:
    """Close what has been opened so far if the rest of a constructor fails.

    It is not left to the garbage collector: the error's traceback refers to everything.
    """
    try:
        yield
    except BaseException:
        try:
            close()
        except Exception:
            logger.exception("Closing failed after a constructor had failed")
        raise
