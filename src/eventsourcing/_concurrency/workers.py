"""`Worker` runs blocking operations of a sync engine for asyncio.

Used by the bridge of eventsourcing.persistence. Not a `ThreadPoolExecutor`, because the interpreter
waits at its exit for what that is running, and for what is queued: a program that was interrupted
would not end while a query takes its time, or waits for another process to unlock the database.
What is said of cancellation and errors below would be left to do here anyway, and a hop takes as
long with either.
"""

import asyncio
import contextvars
import functools
import logging
import threading
import weakref
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

from eventsourcing._concurrency.queues import Queue, ShutDown

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


class Worker:
    """At most `threads` daemon threads, started when they are needed, that run what they are given.

    With one thread, operations run one after the other in the order in which they were given.
    May be used from several event loops. Threads end after `close()`, or when the worker is
    collected, once they have run what was given before.
    """

    def __init__(self, threads: int = 1, name: str = "eventsourcing-worker") -> None:
        if threads < 1:
            raise ValueError(f"threads is {threads}: a worker needs at least one thread")
        self._name = name
        self._max_threads = threads
        self._started = 0
        self._lock = threading.Lock()
        self._idle = threading.Semaphore(0)
        self._jobs: Queue[_Job[Any]] = Queue()
        weakref.finalize(self, self._jobs.shutdown).atexit = False

    async def run(self, func: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function in a thread and return its result, or raise its exception.

        The function sees a copy of the caller's context variables. StopIteration, which a
        coroutine cannot raise, becomes StopAsyncIteration. When the awaiting task is cancelled,
        the operation is not: it still completes in its thread, and an error of it is logged.
        Raises RuntimeError after `close()`.
        """
        loop = asyncio.get_running_loop()
        call = functools.partial(func, *args, **kwargs)
        job = _Job(contextvars.copy_context(), call, loop)
        try:
            self._jobs.put(job)
        except ShutDown:
            raise RuntimeError(f"worker {self._name!r} is closed and runs nothing more") from None
        self._start_thread_when_needed()
        try:
            return await job.future
        finally:
            del job, call  # a traceback refers to this frame, and they refer to the exception

    def close(self) -> None:
        """Accept nothing more; what was accepted is still run. Does not wait, may be repeated."""
        self._jobs.shutdown()

    def _start_thread_when_needed(self) -> None:
        if self._idle.acquire(blocking=False):
            return
        with self._lock:
            if self._started == self._max_threads:
                return
            self._started += 1
            name = f"{self._name}-{self._started}"
        # The thread must not refer to the worker, or the worker would never be collected.
        arguments = (self._jobs, self._idle)
        threading.Thread(target=_work, args=arguments, name=name, daemon=True).start()


class _Job(Generic[T]):
    """One call, and the future that waits for its outcome."""

    def __init__(
        self,
        context: contextvars.Context,
        call: Callable[[], T],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.future: asyncio.Future[T] = loop.create_future()
        self._context = context
        self._call = call
        self._loop = loop

    def run(self) -> None:
        """Make the call and hand its outcome to the event loop; runs in a thread."""
        try:
            result = self._context.run(self._call)
        except BaseException as error:
            self._hand_over(self._fail, error)
        else:
            self._hand_over(self._succeed, result)
        finally:
            del self  # a traceback refers to this frame, and the future to the exception

    def _hand_over(self, deliver: Callable[[Any], None], outcome: object) -> None:
        try:
            self._loop.call_soon_threadsafe(deliver, outcome)
        except RuntimeError:  # the event loop was closed meanwhile
            if isinstance(outcome, BaseException):
                _log_lost(outcome)

    def _succeed(self, result: T) -> None:
        if not self.future.done():
            self.future.set_result(result)

    def _fail(self, error: BaseException) -> None:
        if self.future.done():
            _log_lost(error)
        elif isinstance(error, StopIteration):
            replacement = StopAsyncIteration(*error.args)
            replacement.__cause__ = error
            self.future.set_exception(replacement)
        else:
            self.future.set_exception(error)


def _work(jobs: Queue[_Job[Any]], idle: threading.Semaphore) -> None:
    """Run jobs until there are no more to come."""
    while True:
        try:
            job = jobs.get()
        except ShutDown:
            return
        job.run()
        del job  # else its result would live until the next one comes
        if jobs.empty():
            idle.release()


def _log_lost(error: BaseException) -> None:
    logger.error("An operation failed after its caller was cancelled", exc_info=error)
