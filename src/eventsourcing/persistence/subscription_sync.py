# Generated from subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions: iterators over recorded and coming notifications (U1-U13)."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Generic, TypeVar

from eventsourcing.persistence.feed_cursor import FeedCursor
from eventsourcing.persistence.feed_sync import Feed
from eventsourcing.persistence.listening_feed_sync import ListeningFeed
from eventsourcing.persistence.recorders_sync import ApplicationRecorder
from eventsourcing.persistence.records import Notification

TApplicationRecorder_co = TypeVar(
    "TApplicationRecorder_co", bound=ApplicationRecorder, covariant=True
)


class Subscription(Feed[Notification], Generic[TApplicationRecorder_co]):
    """An iterator over the notifications after `gt`, of the given topics if any, in order of ID.

    It first returns what is recorded already, and then waits for what is recorded later. It ends
    only when it is stopped, by `stop()` or at the end of an `with` block. It may be used in
    several consecutive loops, by one thread at a time.
    """

    def __init__(
        self,
        recorder: TApplicationRecorder_co,
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


class ListenNotifySubscription(Subscription[TApplicationRecorder_co], ListeningFeed[Notification]):
    """A subscription that reads whenever its `_has_been_notified` is set.

    A subclass makes sure that the event is set after each commit, see `_start_listening()`.
    """

    def _select_horizon(self) -> int | None:
        """Return the greatest ID below which nothing can become visible any more (D4).

        An engine whose greatest notification ID is not always such a one overrides this.
        """
        return self._recorder.max_notification_id()

    def _select_batch(self) -> Sequence[Notification]:
        return self._recorder.select_notifications(
            start=self._cursor.position or 0,
            limit=self._cursor.next_limit(),
            topics=self._topics,
            inclusive_of_start=False,
        )
