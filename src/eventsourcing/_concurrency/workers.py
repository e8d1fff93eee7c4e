"""`Worker` runs blocking operations of a sync engine for asyncio.

Used by the bridge of eventsourcing.persistence. Not a `ThreadPoolExecutor`, because the interpreter
waits at its exit for what that is running, and for what is queued: a program that was interrupted
would not end while a query takes its time, or waits for another process to unlock the database.
What is said of cancellation and errors below would be left to do here anyway, and a hop takes as
long with either.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


class WorkerClosedError(RuntimeError):
    """Raised by a worker that runs nothing more."""


class Worker:
    """At most `threads` daemon threads, started when they are needed, that run what they are given.

    With one thread, operations run one after the other in the order in which they were given.
    May be used from several event loops. Threads end after `close()`, or when the worker is
    collected, once they have run what was given before. A forked process has threads of its own.
    """

    def __init__(self, threads: int = 1, name: str = "eventsourcing-worker") -> None:
        if threads < 1:
            raise ValueError(f"threads is {threads}: a worker needs at least one thread")
        self._name = name
        self._max_threads = threads
        self._is_closed = False
        self._start_empty()

    async def run(self, func: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function in a thread and return its result, or raise its exception.

        The function sees a copy of the caller's context variables. StopIteration, which a
        coroutine cannot raise, becomes StopAsyncIteration. When the awaiting task is cancelled,
        the operation is not: it still completes in its thread, and an error of it is logged.
        Raises `WorkerClosedError` after `close()`.
        """
        job = _Job(functools.partial(func, *args, **kwargs))
        with self._open_crew() as crew:
            if crew.num_idle:
                crew.num_idle -= 1
            elif crew.num_threads < self._max_threads:
                self._start_thread(crew)
            crew.jobs.put(job)
        try:
            return await job.future
        finally:
            del job  # a traceback refers to this frame, and this to the exception

    async def run_last(self, func: Callable[[], object]) -> None:
        """Run the function when all that was accepted has been run, and accept nothing more.

        Raises `WorkerClosedError` if it is closed already. Cancelling does not keep the function
        from being run.
        """
        job = _Job(func)
        with self._open_crew() as crew:
            if not crew.num_threads:
                self._start_thread(crew)
            crew.last_job = job
            self._close(crew)
        try:
            await job.future
        finally:
            del job

    def close(self) -> None:
        """Accept nothing more; what was accepted is still run. Does not wait, may be repeated."""
        with suppress(WorkerClosedError), self._open_crew() as crew:
            self._close(crew)

    @contextmanager
    def _open_crew(self) -> Iterator[_Crew]:
        if self._pid != os.getpid():
            self._start_empty()
        crew = self._crew
        with crew.lock:
            if self._is_closed:
                raise WorkerClosedError(f"worker {self._name!r} is closed and runs nothing more")
            yield crew

    def _start_empty(self) -> None:
        """Begin without threads, as it is in a process that was forked."""
        self._pid = os.getpid()
        self._crew = _Crew()
        # The queue takes no lock that a thread may have that is interrupted to collect the worker.
        weakref.finalize(self, self._crew.jobs.put, None).atexit = False

    def _start_thread(self, crew: _Crew) -> None:
        # The thread must not refer to the worker, or the worker would never be collected.
        name = f"{self._name}-{crew.num_threads + 1}"
        threading.Thread(target=crew.work, name=name, daemon=True).start()
        crew.num_threads += 1

    def _close(self, crew: _Crew) -> None:
        self._is_closed = True
        crew.jobs.put(None)


class _Crew:
    """What the threads of a worker share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()  # after `None` there is no more
        self.num_threads = 0
        self.num_idle = 0  # threads that wait for jobs which have not been given yet
        self.last_job: _Job[Any] | None = None

    def work(self) -> None:
        """Run jobs until there are no more to come."""
        while (job := self.jobs.get()) is not None:
            job.run()
            del job  # else its result would live until the next one comes
            with self.lock:
                if self.jobs.empty():
                    self.num_idle += 1
        self.jobs.put(None)  # for the next thread
        with self.lock:
            self.num_threads -= 1
            is_last = not self.num_threads
        if is_last and self.last_job is not None:
            self.last_job.run()


class _Job(Generic[T]):
    """One call, and the future that waits for its outcome."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self._loop.create_future()
        self._context = contextvars.copy_context()
        self._call = call

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


def _log_lost(error: BaseException) -> None:
    logger.error("An operation failed after its caller was cancelled", exc_info=error)
