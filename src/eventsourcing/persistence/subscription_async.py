# Hand-written pair: threads read ahead in the background, tasks read on demand.
"""Subscriptions for asyncio: iterators over recorded and coming notifications (U1-U13).

`subscription_sync` has the same names. Here nothing runs in the background: the task that iterates
reads the next batch when it has come to the end of the last one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Generic, Self, TypeVar

from eventsourcing._concurrency.async_signals import CleanUp, ThreadSafeEvent
from eventsourcing._concurrency.primitives_async import Lock, sleep
from eventsourcing.persistence.errors import ProgrammingError
from eventsourcing.persistence.recorders_async import AsyncApplicationRecorder
from eventsourcing.persistence.records import Notification
from eventsourcing.persistence.subscription_cursor import SubscriptionCursor

TAsyncApplicationRecorder_co = TypeVar(
    "TAsyncApplicationRecorder_co", bound=AsyncApplicationRecorder, covariant=True
)


class AsyncSubscription(AsyncIterator[Notification], ABC, Generic[TAsyncApplicationRecorder_co]):
    """An iterator over the notifications after `gt`, of the given topics if any, in order of ID.

    It first returns what is recorded already, and then waits for what is recorded later. It ends
    only when it is stopped, by `stop()` or at the end of an `async with` block. It may be used in
    several consecutive loops.
    """

    def __init__(
        self,
        recorder: TAsyncApplicationRecorder_co,
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

    async def __aenter__(self) -> Self:
        if self._has_been_entered:
            raise ProgrammingError("Already entered subscription context manager")
        self._has_been_entered = True
        return self

    async def __aexit__(self, *args: object, **kwargs: object) -> None:
        if not self._has_been_entered:
            raise ProgrammingError("Not already entered subscription context manager")
        self.stop()

    def stop(self) -> None:
        """End the iteration, also for a task that waits in it; does not block.

        Notifications that were read ahead are dropped. May be called by any thread, repeatedly,
        and by signal handlers and finalizers.
        """
        self._has_been_stopped = True

    def __aiter__(self) -> Self:
        return self

    @abstractmethod
    async def __anext__(self) -> Notification:
        """Return the next notification, waiting for it; `StopAsyncIteration` once stopped."""

    async def next_batch(self, limit: int) -> list[Notification]:
        """Return the next notifications, at most `limit`, waiting for the first one only.

        They are what has been read already. Ends and fails as the iteration does.
        """
        if limit < 1:
            raise ValueError(f"limit is {limit}: a batch has at least one notification")
        first = await self.__anext__()
        return [first, *self._take_read(limit - 1)]

    def _take_read(self, limit: int) -> Sequence[Notification]:  # noqa: ARG002
        """Return at most `limit` of the next notifications, those that need no waiting."""
        return ()


class AsyncListenNotifySubscription(AsyncSubscription[TAsyncApplicationRecorder_co]):
    """A subscription that reads when it has returned all it has and `_has_been_notified` is set.

    A subclass makes sure, in `_start_listening()`, that the event is set after each commit.

    Cancelling a task that waits for the next notification loses none: it is returned next time.
    A subscription that is collected without having been stopped does not listen any longer.
    """

    def __init__(
        self,
        recorder: TAsyncApplicationRecorder_co,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._has_been_notified = ThreadSafeEvent()
        self._thread_error: BaseException | None = None
        self._notifications: Sequence[Notification] = ()
        self._notifications_index = 0
        self._listening: CleanUp | None = None
        self._pulling = Lock()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        async with self._pulling:
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

    async def __anext__(self) -> Notification:
        while True:
            if self._thread_error is not None:
                raise self._thread_error
            if self._has_been_stopped:
                raise StopAsyncIteration
            if self._notifications_index < len(self._notifications):
                notification = self._notifications[self._notifications_index]
                self._notifications_index += 1
                return notification
            await self._read_when_notified()

    def _take_read(self, limit: int) -> Sequence[Notification]:
        first = self._notifications_index
        taken = self._notifications[first : first + limit]
        self._notifications_index += len(taken)
        return taken

    async def _start_listening(self) -> Callable[[], object]:
        """Have `_has_been_notified` set after each commit from now on; return what undoes that.

        Called when the block is entered or before the first read, so that no commit falls between.
        What is returned must neither refer to the subscription nor block; it is called once, in
        the event loop, soon after the subscription was stopped or collected.
        """
        return _do_nothing

    async def _select_horizon(self) -> int | None:
        """Return the greatest ID below which nothing can become visible any more (D4).

        An engine whose greatest notification ID is not always such a one overrides this.
        """
        return await self._recorder.max_notification_id()

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
                    await self._has_been_notified.wait()
                    # In this order: what is committed after the event is cleared sets it again,
                    # and what was committed before is seen by the next read.
                    self._has_been_notified.clear()
                    self._cursor.wake_up()
                if not self._has_been_stopped:
                    await self._pull()
            except Exception as error:
                self._fail(error)
        # Let others run, also when nothing here has had to wait.
        await sleep(0)

    async def _listen_once(self) -> None:
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
        batch = await self._recorder.select_notifications(**cursor.query())
        cursor.advance(batch)
        self._notifications = batch
        self._notifications_index = 0


def _do_nothing() -> None:
    """Undo nothing."""
