# Hand-written pair: the one place where asyncio and threads really differ.
"""Event, Lock, Queue, sleep, spawn… on asyncio: what the `*_async.py` modules use.

`primitives_sync` has the same names, with the same call shapes once `await` is dropped. Nothing
here binds to an event loop before it first waits, so objects may be made before the loop runs.
"""

import asyncio
import warnings
from asyncio import Condition, Event, Lock
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVarTuple

from eventsourcing._concurrency.async_queues import Empty, Full, Queue, ShutDown
from eventsourcing._concurrency.outcomes import Outcome

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

# The event loop holds its tasks weakly: a task that nobody holds may vanish while it waits.
_running: set[asyncio.Task[None]] = set()


async def sleep(seconds: float) -> None:
    """Let others run for that many seconds."""
    await asyncio.sleep(seconds)


async def wait_event(event: Event, timeout: float | None) -> bool:
    """Wait until the event is set, at most `timeout` seconds; return whether it is set."""
    try:
        async with asyncio.timeout(timeout):
            return await event.wait()
    except TimeoutError:
        return event.is_set()


async def try_acquire(lock: Lock) -> bool:
    """Acquire the lock when that needs no waiting; return whether it was acquired."""
    try:
        # A lock that is not locked may still be promised to a task that waits for it: then
        # acquire() would wait, and is given up when the event loop has gone round once.
        async with asyncio.timeout(0):
            return await lock.acquire()
    except TimeoutError:
        return False


class BackgroundTask:
    """A coroutine function that runs by itself, made by `spawn`; here, an asyncio task."""

    def __init__(self, name: str, outcome: Outcome, task: asyncio.Task[None]) -> None:
        self.name = name
        self._outcome = outcome
        self._task = task

    @property
    def error(self) -> BaseException | None:
        """The exception with which the function ended, if it did; cancellation is none."""
        return self._outcome.error

    def done(self) -> bool:
        """Return whether the function has ended."""
        return self._task.done()

    async def join(self, timeout: float | None = None) -> bool:
        """Wait until the function has ended, at most `timeout` seconds; return whether it has.

        Its error is not raised here, see `error`. A task that joins itself gets a RuntimeError.
        """
        if self._task is asyncio.current_task():
            raise RuntimeError(f"background task {self.name!r} cannot join itself")
        await asyncio.wait({self._task}, timeout=timeout)
        return self.done()


def spawn(
    func: Callable[[*Ts], Coroutine[Any, Any, object]],
    *args: *Ts,
    name: str = "eventsourcing",
) -> BackgroundTask:
    """Start the function on its own; an error that nobody asks for is logged.

    The function sees a copy of the caller's context variables.
    """
    outcome = Outcome(name)
    task = asyncio.create_task(_run(outcome, func, *args), name=name)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return BackgroundTask(name, outcome, task)


async def _run(
    outcome: Outcome, func: Callable[[*Ts], Coroutine[Any, Any, object]], *args: *Ts
) -> None:
    try:
        await func(*args)
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        outcome.keep(error)
        if not isinstance(error, Exception):
            raise
    finally:
        del outcome  # the error's traceback refers to this frame


class CloseWhenCollected:
    """Warns when an object that is still open is collected: a coroutine cannot be run then.

    The object says that it is open with an attribute `_is_open`.
    """

    def __del__(self) -> None:
        if getattr(self, "_is_open", False):
            message = f"{type(self).__name__} was not closed: use 'async with' or await close()"
            warnings.warn(message, ResourceWarning, stacklevel=1, source=self)


@contextmanager
def closing_on_error(close: Callable[[], Awaitable[object]]) -> Iterator[None]:  # noqa: ARG001
    """Close nothing: what a constructor has made without waiting has opened nothing."""
    yield
