"""Subscriptions that are woken by the server's notifications (contract section 10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import AsyncListenNotifySubscription, Notification
from eventsourcing.postgres.feed_async import AsyncPostgresFeed

if TYPE_CHECKING:
    from eventsourcing.postgres.application_recorder_async import AsyncPostgresApplicationRecorder


class AsyncPostgresSubscription(
    AsyncPostgresFeed[Notification], AsyncListenNotifySubscription[Any]
):
    """A subscription that listens on the channel of the events table.

    All subscriptions of a datastore share one connection for that, beside those of the pool. When
    the server cannot be reached, they try again for at most `reconnect_timeout` seconds of the
    datastore, and then raise `OperationalError`, which says what the server said.
    """

    def __init__(
        self,
        recorder: AsyncPostgresApplicationRecorder,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        self._datastore = recorder.datastore
        self._channel_name = recorder.channel_name
        super().__init__(recorder=recorder, gt=gt, topics=topics)
