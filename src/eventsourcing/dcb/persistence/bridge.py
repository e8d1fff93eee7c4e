"""The asynchronous side of engines of dynamic consistency boundaries whose driver blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Self, cast

from eventsourcing.dcb.api import (
    AsyncDCBRecorder,
    AsyncDCBSubscription,
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBSequencedEvent,
)
from eventsourcing.dcb.persistence.bridge_read_response import BridgeDCBReadResponse
from eventsourcing.dcb.persistence.factory_async import AsyncDCBInfrastructureFactory
from eventsourcing.dcb.persistence.factory_sync import DCBInfrastructureFactory
from eventsourcing.dcb.persistence.mapper import DCBMapper
from eventsourcing.dcb.persistence.subscription_async import AsyncDCBListenNotifySubscription
from eventsourcing.persistence.bridge_base import BaseBridgeFactory, BridgeRecorder
from eventsourcing.persistence.bridge_feed import BridgeFeed
from eventsourcing.persistence.feed_sync import Feed


class BridgeDCBRecorder(BridgeRecorder, AsyncDCBRecorder):
    """A recorder whose work is done by a synchronous one."""

    async def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> BridgeDCBReadResponse:
        """Select events that match; the first ones come in the same hop to a thread."""
        return await self._runner.run(self._read, query, after, limit)

    def _read(
        self, query: DCBQuery | None, after: int | None, limit: int | None
    ) -> BridgeDCBReadResponse:
        response = self._get_recorder().read(query, after=after, limit=limit)
        return BridgeDCBReadResponse(response, self._runner.run).take_batch()

    async def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """Store all the events atomically, in this order, and return the position of the last."""
        return cast("int", await self._call("append", events, condition))

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> AsyncDCBSubscription[Self]:
        """Return an iterator over the events that match, which waits for new ones at the end."""
        return BridgeDCBSubscription(self, self._runner.run, self._get_recorder, query, after)

    async def head(self) -> int | None:
        """Return the last position, `None` if there are no events."""
        return cast("int | None", await self._call("head"))


class BridgeDCBSubscription(BridgeFeed[DCBSequencedEvent], AsyncDCBListenNotifySubscription[Any]):
    """A subscription to a bridged recorder."""

    def __init__(
        self,
        recorder: Any,
        run: Callable[..., Any],
        get_sync_recorder: Callable[[], Any],
        query: DCBQuery | None = None,
        after: int | None = None,
    ) -> None:
        super().__init__(recorder=recorder, query=query, after=after)
        self._run = run
        self._get_sync_recorder = get_sync_recorder

    def _prepare_sync_feed(self, sync_recorder: Any) -> Callable[[], Feed[DCBSequencedEvent]]:
        return partial(sync_recorder.subscribe, self._query, after=self._last_position)


class BridgeDCBFactory(
    BaseBridgeFactory[DCBInfrastructureFactory[Any]], AsyncDCBInfrastructureFactory[Any]
):
    """Gives an engine that has only a synchronous factory its asynchronous side."""

    def _construct_sync_factory(self) -> DCBInfrastructureFactory[Any]:
        return DCBInfrastructureFactory.construct(self.env)

    def mapper(self) -> DCBMapper[Any] | None:
        """Return a mapper of the synchronous factory."""
        return self.sync_factory.mapper()

    def dcb_recorder(self) -> BridgeDCBRecorder:
        """Return a bridged recorder."""
        return self._add(BridgeDCBRecorder(self.sync_factory.dcb_recorder, self._runner))
