"""The asynchronous side of engines whose driver blocks: whole operations run in worker threads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing._concurrency.listeners import Settable
from eventsourcing.persistence.bridge_base import BaseBridgeFactory, BridgeRecorder
from eventsourcing.persistence.bridge_dead_letters import BridgeDeadLetterRecorder
from eventsourcing.persistence.bridge_leases import BridgeLease
from eventsourcing.persistence.bridge_subscription import BridgeSubscription, can_be_subscribed_to
from eventsourcing.persistence.bridge_view_versions import BridgeViewVersionRecorder
from eventsourcing.persistence.factory_async import AsyncInfrastructureFactory
from eventsourcing.persistence.factory_sync import InfrastructureFactory
from eventsourcing.persistence.mapper import Mapper
from eventsourcing.persistence.recorders_async import (
    AsyncAggregateRecorder,
    AsyncApplicationRecorder,
    AsyncProcessRecorder,
    AsyncTrackingRecorder,
)
from eventsourcing.persistence.records import Notification, StoredEvent, Tracking
from eventsourcing.persistence.subscription_async import AsyncSubscription
from eventsourcing.persistence.transcoding import Transcoder

TAggregateID = TypeVar("TAggregateID", bound=UUID | str)


class BridgeAggregateRecorder(BridgeRecorder, AsyncAggregateRecorder):
    """An aggregate recorder whose work is done by a synchronous one."""

    async def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all the events atomically, or none."""
        return cast(
            "Sequence[int] | None", await self._call("insert_events", stored_events, **kwargs)
        )

    async def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return events of one aggregate in the order of their versions."""
        return cast(
            "Sequence[StoredEvent]",
            await self._call(
                "select_events", originator_id, gt=gt, lte=lte, desc=desc, limit=limit
            ),
        )


class BridgeApplicationRecorder(BridgeAggregateRecorder, AsyncApplicationRecorder):
    """An application recorder whose work is done by a synchronous one."""

    async def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs."""
        # Recorders written for 9.2 do not know the keyword.
        kwargs = {} if inclusive_of_start else {"inclusive_of_start": False}
        return cast(
            "Sequence[Notification]",
            await self._call("select_notifications", start, limit, stop, topics, **kwargs),
        )

    async def max_notification_id(self) -> int | None:
        """Return the greatest notification ID, `None` if there are no events."""
        return cast("int | None", await self._call("max_notification_id"))

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> AsyncSubscription[Any]:
        """Return an iterator over notifications after `gt`, which waits for new ones at the end.

        Raises `NotImplementedError` if the synchronous recorder cannot be subscribed to; if that
        is not built yet, the subscription raises it when it is entered or iterated.
        """
        is_built = self._construct is None
        if is_built and not can_be_subscribed_to(self._recorder):
            self._recorder.subscribe(gt, topics)  # raises the error, with the recorder's own words
        return BridgeSubscription(self, self._runner.run, self._get_recorder, gt, topics)


class BridgeTrackingRecorder(BridgeRecorder, BridgeDeadLetterRecorder, AsyncTrackingRecorder):
    """A tracking recorder whose work is done by a synchronous one."""

    async def insert_tracking(self, tracking: Tracking) -> None:
        """Record that a notification has been processed."""
        await self._call("insert_tracking", tracking)

    async def max_tracking_id(self, application_name: str) -> int | None:
        """Return the greatest processed notification ID of the application."""
        return cast("int | None", await self._call("max_tracking_id", application_name))

    async def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
        """Say whether the notification has been processed (`None` always has)."""
        return bool(await self._call("has_tracking_id", application_name, notification_id))

    def listen_for_tracking(self, listener: Settable) -> None:
        """Have the event set when something may have been tracked."""
        super().listen_for_tracking(listener)
        if self._recorder is not None:  # else nothing has been asked of it yet
            self._recorder.listen_for_tracking(listener)

    def unlisten_for_tracking(self, listener: Settable) -> None:
        """Leave the event alone from now on."""
        super().unlisten_for_tracking(listener)
        if self._recorder is not None:
            self._recorder.unlisten_for_tracking(listener)


class BridgeProcessRecorder(
    BridgeTrackingRecorder, BridgeApplicationRecorder, AsyncProcessRecorder
):
    """A process recorder whose work is done by a synchronous one."""


class BridgeFactory(BaseBridgeFactory[InfrastructureFactory[Any]], AsyncInfrastructureFactory[Any]):
    """Gives an engine that has only a synchronous factory its asynchronous side."""

    def _construct_sync_factory(self) -> InfrastructureFactory[Any]:
        return InfrastructureFactory.construct(self.env)

    def events_place(self) -> str | None:
        """Return what the synchronous factory says."""
        return self.sync_factory.events_place()

    def mapper(
        self,
        transcoder: Transcoder | None = None,
        mapper_class: type[Mapper[TAggregateID]] | None = None,
    ) -> Mapper[TAggregateID]:
        """Return a mapper of the synchronous factory."""
        return self.sync_factory.mapper(transcoder, mapper_class)

    def aggregate_recorder(self, purpose: str = "events") -> BridgeAggregateRecorder:
        """Return a bridged aggregate recorder."""
        factory = self.sync_factory
        return self._add(
            BridgeAggregateRecorder(lambda: factory.aggregate_recorder(purpose), self._runner)
        )

    def application_recorder(self) -> BridgeApplicationRecorder:
        """Return a bridged application recorder."""
        return self._add(
            BridgeApplicationRecorder(self.sync_factory.application_recorder, self._runner)
        )

    def process_recorder(self) -> BridgeProcessRecorder:
        """Return a bridged process recorder."""
        return self._add(BridgeProcessRecorder(self.sync_factory.process_recorder, self._runner))

    def tracking_recorder(self, tracking_recorder_class: type[Any] | None = None) -> Any:
        """Return a bridged tracking recorder of the given, synchronous, class."""
        factory = self.sync_factory
        return self._add(
            BridgeTrackingRecorder(
                lambda: factory.tracking_recorder(tracking_recorder_class), self._runner
            )
        )

    def lease(self, name: str) -> BridgeLease:
        """Return a bridged lease; `NotImplementedError` if the synchronous factory has none."""
        return BridgeLease(self.sync_factory.lease(name), self._runner.run)

    def view_versions(self) -> BridgeViewVersionRecorder:
        """Return what records versions of views, bridged."""
        return BridgeViewVersionRecorder(
            self.sync_factory.view_versions(), self._runner.run, may_wait=self._has_threads
        )

    def is_snapshotting_enabled(self) -> bool:
        """Say what the synchronous factory says."""
        return self.sync_factory.is_snapshotting_enabled()
