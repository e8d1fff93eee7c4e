"""Subscriptions to PostgreSQL that are woken by the server's notifications (C31)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from eventsourcing.dcb.api import DCBQuery, DCBSequencedEvent
from eventsourcing.dcb.persistence import AsyncDCBListenNotifySubscription
from eventsourcing.postgres.feed_async import AsyncPostgresFeed

if TYPE_CHECKING:
    from eventsourcing.dcb.postgres_tt.recorder_async import AsyncPostgresDCBRecorderTT

TAsyncPostgresDCBRecorder_co = TypeVar(
    "TAsyncPostgresDCBRecorder_co", bound="AsyncPostgresDCBRecorderTT", covariant=True
)


class AsyncPostgresDCBSubscription(
    AsyncPostgresFeed[DCBSequencedEvent],
    AsyncDCBListenNotifySubscription[TAsyncPostgresDCBRecorder_co],
):
    """A subscription that listens on the channel of the main table.

    When the server cannot be reached, it tries again for at most `reconnect_timeout` seconds of
    the datastore, and then raises `OperationalError`, which says what the server said.
    """

    def __init__(
        self,
        recorder: TAsyncPostgresDCBRecorder_co,
        query: DCBQuery | None = None,
        after: int | None = None,
    ) -> None:
        self._datastore = recorder.datastore
        self._channel_name = recorder.channel_name
        super().__init__(recorder, query, after)
