# Generated from subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions to PostgreSQL that are woken by the server's notifications (C31)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from eventsourcing.dcb.api import DCBQuery, DCBSequencedEvent
from eventsourcing.dcb.persistence import DCBListenNotifySubscription
from eventsourcing.postgres.feed_sync import PostgresFeed

if TYPE_CHECKING:
    from eventsourcing.dcb.postgres_tt.recorder_sync import PostgresDCBRecorderTT

TPostgresDCBRecorder_co = TypeVar(
    "TPostgresDCBRecorder_co", bound="PostgresDCBRecorderTT", covariant=True
)


class PostgresDCBSubscription(
    PostgresFeed[DCBSequencedEvent],
    DCBListenNotifySubscription[TPostgresDCBRecorder_co],
):
    """A subscription that listens on the channel of the main table.

    When the server cannot be reached, it tries again for at most `reconnect_timeout` seconds of
    the datastore, and then raises `OperationalError`, which says what the server said.
    """

    def __init__(
        self,
        recorder: TPostgresDCBRecorder_co,
        query: DCBQuery | None = None,
        after: int | None = None,
    ) -> None:
        self._datastore = recorder.datastore
        self._channel_name = recorder.channel_name
        super().__init__(recorder, query, after)
