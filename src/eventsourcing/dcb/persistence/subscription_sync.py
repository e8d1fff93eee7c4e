# Generated from subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions to recorders of dynamic consistency boundaries that are woken by them (C13-C15)."""

from __future__ import annotations

from collections.abc import Sequence

from eventsourcing.dcb.api import DCBSequencedEvent, DCBSubscription, TDCBRecorder_co
from eventsourcing.persistence.listening_feed_sync import ListeningFeed


class DCBListenNotifySubscription(
    DCBSubscription[TDCBRecorder_co], ListeningFeed[DCBSequencedEvent]
):
    """A subscription that reads whenever its `_has_been_notified` is set.

    A subclass makes sure that the event is set after each commit, see `_start_listening()`.
    """

    @property
    def select_limit(self) -> int:
        """How many events are read at once, at most; may be changed at any time."""
        return self._cursor.batch_size

    @select_limit.setter
    def select_limit(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"select_limit is {limit}: at least one event must be read at once")
        self._cursor.batch_size = limit

    def _select_horizon(self) -> int | None:
        """Return the last position of all, before which nothing can become visible any more."""
        return self._recorder.head()

    def _select_batch(self) -> Sequence[DCBSequencedEvent]:
        batch: list[DCBSequencedEvent] = []
        for event in self._recorder.read(
            self._query, after=self._cursor.position, limit=self._cursor.next_limit()
        ):
            batch.append(event)
        return batch
