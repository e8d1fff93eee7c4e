"""Asynchronous subscriptions to application recorders that have only a synchronous side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from eventsourcing.persistence.bridge_feed import BridgeFeed
from eventsourcing.persistence.feed_sync import Feed
from eventsourcing.persistence.listening import ListenableRecorder
from eventsourcing.persistence.recorders_sync import ApplicationRecorder
from eventsourcing.persistence.records import Notification
from eventsourcing.persistence.subscription_async import AsyncListenNotifySubscription


def can_be_subscribed_to(recorder: Any) -> bool:
    """Say whether a synchronous recorder supports subscriptions, as far as its class tells."""
    subscribe = getattr(type(recorder), "subscribe", None)
    return isinstance(recorder, ListenableRecorder) or subscribe not in (
        None,
        ApplicationRecorder.subscribe,
    )


class BridgeSubscription(BridgeFeed[Notification], AsyncListenNotifySubscription[Any]):
    """A subscription to a bridged application recorder."""

    def __init__(
        self,
        recorder: Any,
        run: Callable[..., Any],
        get_sync_recorder: Callable[[], Any],
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._run = run
        self._get_sync_recorder = get_sync_recorder

    def _prepare_sync_feed(self, sync_recorder: Any) -> Callable[[], Feed[Notification]]:
        return partial(sync_recorder.subscribe, gt=self._last_notification_id, topics=self._topics)
