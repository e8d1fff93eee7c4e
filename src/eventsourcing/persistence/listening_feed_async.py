# Hand-written pair: threads read ahead in the background, tasks read on demand.
"""Subscriptions for asyncio that are woken after each commit, and read on demand (U5-U9, C15).

`listening_feed_sync` has the same names. Here nothing runs in the background: the task that
iterates reads the next batch when it has come to the end of the last one.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Self, TypeVar

from eventsourcing._concurrency.async_signals import CleanUp
from eventsourcing._concurrency.primitives_async import Lock, sleep
from eventsourcing._concurrency.signals_async import Signal
from eventsourcing.persistence.feed_async import AsyncFeed
from eventsourcing.persistence.feed_cursor import FeedCursor

T = TypeVar("T")


class AsyncListeningFeed(AsyncFeed[T]):
    """A feed that reads when it has returned all it has and `_has_been_notified` is set.

    A subclass makes sure, in `_start_listening()`, that the event is set after each commit.

    Cancelling a task that waits for the next record loses none: it is returned next time. A feed
    that is collected without having been stopped does not listen any longer.
    """

    _reread_seconds: float | None = None
    """After how many seconds in which nothing was told is read nevertheless (J6); `None`: never.

    For feeds that are told by others than this process, which may fail to do so.
    """

    def __init__(self, cursor: FeedCursor[T]) -> None:
        super().__init__(cursor)
        self._has_been_notified = Signal()
        self._thread_error: BaseException | None = None
        # What is being returned. These names are older than other records than notifications, and
        # subclasses in other packages rely on them (U12).
        self._notifications: Sequence[T] = ()
        self._notifications_index = 0
        self._listening: CleanUp | None = None
        self._starting_to_listen = Lock()
        self._pulling = Lock()
        self._last_read = monotonic()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self._listen_once()
        return self

    async def __aexit__(self, *args: object, **kwargs: object) -> None:
        await super().__aexit__(*args, **kwargs)
        await sleep(0)  # what undoes the listening runs in this turn of the event loop

    def stop(self) -> None:
        """End the iteration, also for a task that waits in it; does not block."""
        super().stop()
        self._has_been_notified.set()
        self._stop_listening_once_stopped()

    async def __anext__(self) -> T:
        while True:
            # Asked first, because `_fail()` stops after it has kept the error.
            has_been_stopped = self._has_been_stopped
            if self._thread_error is not None:
                raise self._thread_error
            if has_been_stopped:
                raise StopAsyncIteration
            if self._notifications_index < len(self._notifications):
                record = self._notifications[self._notifications_index]
                self._notifications_index += 1
                return record
            await self._read_when_notified()

    def _take_read(self, limit: int) -> Sequence[T]:
        first = self._notifications_index
        taken = self._notifications[first : first + limit]
        self._notifications_index += len(taken)
        return taken

    async def _start_listening(self) -> Callable[[], object]:
        """Have `_has_been_notified` set after each commit from now on; return what undoes that.

        Called when the block is entered or before the first read, so that no commit falls between.
        What is returned must neither refer to the feed nor block; it is called once, in the event
        loop, soon after the feed was stopped or collected; by anybody, if the loop is closed then.
        """
        return _do_nothing

    @abstractmethod
    async def _select_horizon(self) -> int | None:
        """Return the greatest position below which nothing can become visible any more."""

    @abstractmethod
    async def _select_batch(self) -> Sequence[T]:
        """Return the next records after the position of the cursor, as many as it says."""

    def _fail(self, error: BaseException) -> None:
        """Stop because of this error, which each following `anext()` raises."""
        if not self._has_been_stopped:
            self._thread_error = error
        self.stop()

    async def _read_when_notified(self) -> None:
        async with self._pulling:
            if self._notifications_index < len(self._notifications):
                return  # another task was faster
            try:
                await self._listen_once()
                if not self._cursor.is_behind:
                    await self._has_been_notified.wait_at_most(self._seconds_until_reread())
                    # In this order: what is committed after the event is cleared sets it again,
                    # and what was committed before is seen by the next read.
                    self._has_been_notified.clear()
                    self._cursor.wake_up()
                if not self._has_been_stopped:
                    await self._pull()
                    self._last_read = monotonic()
            except Exception as error:
                self._fail(error)
        # Let others run, also when nothing here has had to wait.
        await sleep(0)

    def _seconds_until_reread(self) -> float | None:
        # Counted from the last read, because who waits may give up and come again many times.
        if self._reread_seconds is None:
            return None
        return max(0.0, self._last_read + self._reread_seconds - monotonic())

    async def _listen_once(self) -> None:
        if self._listening is not None:
            return
        async with self._starting_to_listen:
            if self._listening is None and not self._has_been_stopped:
                self._listening = CleanUp(self, await self._start_listening())
                self._stop_listening_once_stopped()

    def _stop_listening_once_stopped(self) -> None:
        # Called after setting either attribute, because a thread may set one while the event loop
        # sets the other.
        if self._has_been_stopped and self._listening is not None:
            self._listening.run()

    async def _pull(self) -> None:
        """Read the next batch, which may be empty."""
        cursor = self._cursor
        if cursor.needs_horizon:
            cursor.set_horizon(await self._select_horizon())
        batch = await self._select_batch()
        cursor.advance(batch)
        self._return_next(batch)

    def _return_next(self, batch: Sequence[T]) -> None:
        """Have what was read returned next."""
        self._notifications = batch
        self._notifications_index = 0


def _do_nothing() -> None:
    """Undo nothing."""
