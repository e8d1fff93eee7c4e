"""Subscriptions for threads: iterators over recorded and coming notifications (U1-U13).

The hand-written twin of `subscription_async`.
"""

from __future__ import annotations

import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Generic, Self, TypeVar

from eventsourcing._concurrency.primitives_sync import BackgroundTask, spawn
from eventsourcing._concurrency.reentrant_event import ReentrantEvent
from eventsourcing.persistence.errors import ProgrammingError
from eventsourcing.persistence.recorders_sync import ApplicationRecorder
from eventsourcing.persistence.records import Notification
from eventsourcing.persistence.subscription_cursor import MAX_BUFFERED_BATCHES, SubscriptionCursor

TApplicationRecorder_co = TypeVar(
    "TApplicationRecorder_co", bound=ApplicationRecorder, covariant=True
)


class Subscription(Iterator[Notification], ABC, Generic[TApplicationRecorder_co]):
    """An iterator over the notifications after `gt`, of the given topics if any, in order of ID.

    It first returns what is recorded already, and then waits for what is recorded later. It ends
    only when it is stopped, by `stop()` or at the end of a `with` block. It may be used in several
    consecutive loops, by one thread at a time.
    """

    def __init__(
        self,
        recorder: TApplicationRecorder_co,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        self._recorder = recorder
        self._topics: Sequence[str] = tuple(topics)
        self._cursor = SubscriptionCursor(gt, self._topics)
        self._has_been_entered = False
        self._has_been_stopped = False

    @property
    def _last_notification_id(self) -> int | None:
        return self._cursor.position

    @_last_notification_id.setter
    def _last_notification_id(self, notification_id: int | None) -> None:
        self._cursor.position = notification_id

    def __enter__(self) -> Self:
        if self._has_been_entered:
            raise ProgrammingError("Already entered subscription context manager")
        self._has_been_entered = True
        return self

    def __exit__(self, *args: object, **kwargs: object) -> None:
        if not self._has_been_entered:
            raise ProgrammingError("Not already entered subscription context manager")
        self.stop()

    def stop(self) -> None:
        """End the iteration, also for a thread that waits in it; does not block.

        Notifications that were read ahead are dropped. May be called by any thread, repeatedly,
        and by signal handlers and finalizers.
        """
        self._has_been_stopped = True

    def __iter__(self) -> Self:
        return self

    @abstractmethod
    def __next__(self) -> Notification:
        """Return the next notification, waiting for it; `StopIteration` once stopped."""

    def next_batch(self, limit: int) -> list[Notification]:
        """Return the next notifications, at most `limit`, waiting for the first one only.

        They are what has been read already. Ends and fails as the iteration does.
        """
        if limit < 1:
            raise ValueError(f"limit is {limit}: a batch has at least one notification")
        first = self.__next__()
        return [first, *self._take_read(limit - 1)]

    def _take_read(self, limit: int) -> Sequence[Notification]:  # noqa: ARG002
        """Return at most `limit` of the next notifications, those that need no waiting."""
        return ()


class ListenNotifySubscription(Subscription[TApplicationRecorder_co]):
    """A subscription that reads ahead in a daemon thread whenever `_has_been_notified` is set.

    Reading starts at construction. A subclass makes sure that the event is set after each commit:
    in `_start_listening()`, or with a thread that it starts after `super().__init__()`, which runs
    while `not self._has_been_stopped and not self._thread_error` and is joined in `__exit__()`.

    A subscription that is collected without having been stopped ends its reading thread.
    """

    def __init__(
        self,
        recorder: TApplicationRecorder_co,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._has_been_notified = ReentrantEvent()
        self._thread_error: BaseException | None = None
        self._notifications: Sequence[Notification] = ()
        self._notifications_index = 0
        self._notifications_queue: SimpleQueue[Sequence[Notification]] = SimpleQueue()
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

    def __next__(self) -> Notification:
        while True:
            if self._thread_error is not None:
                raise self._thread_error
            if self._has_been_stopped:
                raise StopIteration
            if self._notifications_index < len(self._notifications):
                notification = self._notifications[self._notifications_index]
                self._notifications_index += 1
                return notification
            self._take_batch(self._notifications_queue.get())

    def _take_batch(self, batch: Sequence[Notification]) -> None:
        """Have a batch from the buffer returned next."""
        self._notifications = batch
        self._notifications_index = 0
        if not batch:  # it has been stopped
            self._notifications_queue.put(())  # for another thread that waits
        elif self._cursor.is_behind:  # perhaps because there was no place in the buffer
            self._has_been_notified.set()

    def _take_read(self, limit: int) -> Sequence[Notification]:
        taken: list[Notification] = []
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
        refer to the subscription; it is called once, by the thread that reads, when that ends.
        """
        return _do_nothing

    def _select_horizon(self) -> int | None:
        """Return the greatest ID below which nothing can become visible any more (D4).

        An engine whose greatest notification ID is not always such a one overrides this.
        """
        return self._recorder.max_notification_id()

    def _fail(self, error: BaseException) -> None:
        """Stop because of this error, which each following `next()` raises."""
        if not self._has_been_stopped:
            self._thread_error = error
        self.stop()

    def _start_pulling(self, stop_listening: Callable[[], object]) -> BackgroundTask:
        # The thread refers to the subscription weakly, so that it does not keep it alive. When the
        # subscription is collected, the thread is woken, and then meets a ReferenceError.
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

        Hence no line here may keep the subscription alive while it waits.
        """
        has_been_notified = self._has_been_notified
        while True:
            # In this order: what is committed after the event is cleared sets it again, and what
            # was committed before is seen by this read. The same goes for being stopped.
            has_been_notified.clear()
            if self._has_been_stopped:
                return
            self._pull_or_fail()
            has_been_notified.wait()

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
            batch = self._recorder.select_notifications(**cursor.query())
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
