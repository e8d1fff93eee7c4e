"""Subscriptions for threads that are woken after each commit, and read ahead (U5-U9, C15).

The hand-written twin of `listening_feed_async`.
"""

from __future__ import annotations

import weakref
from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from eventsourcing._concurrency.primitives_sync import BackgroundTask, spawn
from eventsourcing._concurrency.signals_sync import Signal
from eventsourcing.persistence.feed_cursor import MAX_BUFFERED_BATCHES, FeedCursor
from eventsourcing.persistence.feed_sync import Feed

T = TypeVar("T")


class ListeningFeed(Feed[T]):
    """A feed that reads ahead in a daemon thread whenever `_has_been_notified` is set.

    Reading starts at construction. A subclass makes sure that the event is set after each commit:
    in `_start_listening()`, or with a thread that it starts after `super().__init__()`, which runs
    while `not self._has_been_stopped and not self._thread_error` and is joined in `__exit__()`.

    A feed that is collected without having been stopped ends its reading thread.
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
        self._notifications_queue: SimpleQueue[Sequence[T]] = SimpleQueue()
        self._max_buffered_batches = MAX_BUFFERED_BATCHES
        stop_listening = self._start_listening()
        try:
            self._pull_thread = self._start_pulling(stop_listening)
        except BaseException:
            stop_listening()
            raise

    def __exit__(self, *args: object, **kwargs: object) -> None:
        super().__exit__(*args, **kwargs)
        self._pull_thread.join()

    def stop(self) -> None:
        """End the iteration, also for a thread that waits in it; does not block."""
        super().stop()
        self._has_been_notified.set()
        self._notifications_queue.put(())

    def __next__(self) -> T:
        while True:
            # Asked first, because `_fail()` stops after it has kept the error.
            has_been_stopped = self._has_been_stopped
            if self._thread_error is not None:
                raise self._thread_error
            if has_been_stopped:
                raise StopIteration
            if self._notifications_index < len(self._notifications):
                record = self._notifications[self._notifications_index]
                self._notifications_index += 1
                return record
            self._take_batch(self._notifications_queue.get())

    def _take_batch(self, batch: Sequence[T]) -> None:
        """Have a batch from the buffer returned next."""
        self._notifications = batch
        self._notifications_index = 0
        if not batch:  # it has been stopped
            self._notifications_queue.put(())  # for another thread that waits
        elif self._cursor.is_behind:  # perhaps because there was no place in the buffer
            self._has_been_notified.set()

    def _take_read(self, limit: int) -> Sequence[T]:
        taken: list[T] = []
        while len(taken) < limit:
            first = self._notifications_index
            part = self._notifications[first : first + limit - len(taken)]
            self._notifications_index += len(part)
            taken += part
            if not part:
                try:
                    self._take_batch(self._notifications_queue.get_nowait())
                except Empty:
                    break
                if not self._notifications:
                    break
        return taken

    def _start_listening(self) -> Callable[[], object]:
        """Have `_has_been_notified` set after each commit from now on; return what undoes that.

        Called before the first read, so that no commit falls between. What is returned must not
        refer to the feed; it is called once, by the thread that reads, when that ends.
        """
        return _do_nothing

    @abstractmethod
    def _select_horizon(self) -> int | None:
        """Return the greatest position below which nothing can become visible any more."""

    @abstractmethod
    def _select_batch(self) -> Sequence[T]:
        """Return the next records after the position of the cursor, as many as it says."""

    def _fail(self, error: BaseException) -> None:
        """Stop because of this error, which each following `next()` raises."""
        if not self._has_been_stopped:
            self._thread_error = error
        self.stop()

    def _start_pulling(self, stop_listening: Callable[[], object]) -> BackgroundTask:
        # The thread refers to the feed weakly, so that it does not keep it alive. When the feed is
        # collected, the thread is woken, and then meets a ReferenceError.
        wake_up = self._has_been_notified.set
        proxy = weakref.proxy(self, lambda _: wake_up())
        return spawn(
            _pull_until_stopped,
            type(self)._loop_on_pull,
            proxy,
            stop_listening,
            name=f"{type(self).__qualname__}-pull",
        )

    def _loop_on_pull(self) -> None:
        """Read whenever notified, until stopped; runs in the thread, with a weak proxy as `self`.

        Hence no line here may keep the feed alive while it waits.
        """
        has_been_notified = self._has_been_notified
        while True:
            # In this order: what is committed after the event is cleared sets it again, and what
            # was committed before is seen by this read.
            has_been_notified.clear()
            self._pull_or_fail()
            # Asked last, because `_pull()` may have cleared the event after it was set to stop.
            if self._has_been_stopped:
                return
            has_been_notified.wait_at_most(self._reread_seconds)

    def _pull_or_fail(self) -> None:
        try:
            self._pull()
        except BaseException as error:
            self._fail(error)

    def _pull(self) -> None:
        """Read batches into the buffer, to the end of the log or until the buffer is full."""
        cursor = self._cursor
        buffer = self._notifications_queue
        cursor.wake_up()
        while (
            cursor.is_behind
            and buffer.qsize() < self._max_buffered_batches
            and not self._has_been_stopped
        ):
            if cursor.needs_horizon:
                cursor.set_horizon(self._select_horizon())
            batch = self._select_batch()
            cursor.advance(batch)
            if batch:
                buffer.put(batch)


def _pull_until_stopped(
    loop_on_pull: Callable[[Any], object], proxy: Any, stop_listening: Callable[[], object]
) -> None:
    try:
        with suppress(ReferenceError):
            loop_on_pull(proxy)
    finally:
        stop_listening()


def _do_nothing() -> None:
    """Undo nothing."""
