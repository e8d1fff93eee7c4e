"""Subscriptions to recorders of dynamic consistency boundaries that are woken by them (C13-C15)."""

from __future__ import annotations

from collections.abc import Sequence

from eventsourcing.dcb.api import AsyncDCBSubscription, DCBSequencedEvent, TAsyncDCBRecorder_co
from eventsourcing.persistence.listening_feed_async import AsyncListeningFeed


class AsyncDCBListenNotifySubscription(
    AsyncDCBSubscription[TAsyncDCBRecorder_co], AsyncListeningFeed[DCBSequencedEvent]
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

    async def _select_horizon(self) -> int | None:
        """Return the last position of all, before which nothing can become visible any more."""
        return await self._recorder.head()

    async def _select_batch(self) -> Sequence[DCBSequencedEvent]:
        batch: list[DCBSequencedEvent] = []
        async for event in await self._recorder.read(
            self._query, after=self._cursor.position, limit=self._cursor.next_limit()
        ):
            batch.append(event)
        return batch
