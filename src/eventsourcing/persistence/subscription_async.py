"""Subscriptions: iterators over recorded and coming notifications (U1-U13)."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Generic, TypeVar

from eventsourcing.persistence.feed_async import AsyncFeed
from eventsourcing.persistence.feed_cursor import FeedCursor
from eventsourcing.persistence.listening_feed_async import AsyncListeningFeed
from eventsourcing.persistence.recorders_async import AsyncApplicationRecorder
from eventsourcing.persistence.records import Notification

TAsyncApplicationRecorder_co = TypeVar(
    "TAsyncApplicationRecorder_co", bound=AsyncApplicationRecorder, covariant=True
)


class AsyncSubscription(AsyncFeed[Notification], Generic[TAsyncApplicationRecorder_co]):
    """An iterator over the notifications after `gt`, of the given topics if any, in order of ID.

    It first returns what is recorded already, and then waits for what is recorded later. It ends
    only when it is stopped, by `stop()` or at the end of an `async with` block. It may be used in
    several consecutive loops, by one thread at a time.
    """

    def __init__(
        self,
        recorder: TAsyncApplicationRecorder_co,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        self._recorder = recorder
        self._topics: Sequence[str] = tuple(topics)
        super().__init__(FeedCursor(attrgetter("id"), gt, is_selective=bool(self._topics)))

    @property
    def _last_notification_id(self) -> int | None:
        return self._cursor.position

    @_last_notification_id.setter
    def _last_notification_id(self, notification_id: int | None) -> None:
        self._cursor.position = notification_id


class AsyncListenNotifySubscription(
    AsyncSubscription[TAsyncApplicationRecorder_co], AsyncListeningFeed[Notification]
):
    """A subscription that reads whenever its `_has_been_notified` is set.

    A subclass makes sure that the event is set after each commit, see `_start_listening()`.
    """

    async def _select_horizon(self) -> int | None:
        """Return the greatest ID below which nothing can become visible any more (D4).

        An engine whose greatest notification ID is not always such a one overrides this.
        """
        return await self._recorder.max_notification_id()

    async def _select_batch(self) -> Sequence[Notification]:
        return await self._recorder.select_notifications(
            start=self._cursor.position or 0,
            limit=self._cursor.next_limit(),
            topics=self._topics,
            inclusive_of_start=False,
        )
