"""What type checkers say about those who follow applications with decisions."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any, assert_type

from eventsourcing.dcb.application import AsyncDCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import (
    AsyncDCBApplicationSubscription,
    AsyncDeadLetterQueue,
    AsyncEventSourcedProjection,
    AsyncEventSourcedProjectionRunner,
    AsyncLeadingProjectionRunner,
    AsyncPartitionedProjectionRunner,
    AsyncProjection,
    AsyncProjectionRunner,
    AsyncRebuild,
    AsyncViewVersions,
)


class Cinema(AsyncDCBApplication):
    pass


class Popularity(AsyncProjection[Any]):
    async def process_event(self, domain_event: Tagged[Any], tracking: Tracking) -> None:
        await self.view.insert_tracking(tracking)


async def subscriptions(app: Cinema) -> None:
    subscription = AsyncDCBApplicationSubscription(app, gt=3, topics=["module:SeatTaken"])
    async for tagged, tracking in subscription:
        assert_type(tagged, Tagged[Any])
        assert_type(tracking, Tracking)
    assert_type(await subscription.next_batch(5), list[tuple[Tagged[Any], Tracking]])


async def runners() -> None:
    runner = AsyncProjectionRunner(
        application_class=Cinema, projection_class=Popularity, view_class=POPOTrackingRecorder
    )
    assert_type(runner.app, Cinema)
    leading = AsyncLeadingProjectionRunner(
        application_class=Cinema, projection_class=Popularity, view_class=POPOTrackingRecorder
    )
    assert_type(leading.app, Cinema)
    AsyncPartitionedProjectionRunner(
        application_class=Cinema,  # type: ignore[type-var]
        projection_class=Popularity,
        view_class=POPOTrackingRecorder,
        partitions=2,
    )
    AsyncEventSourcedProjectionRunner(
        application_class=Cinema,  # type: ignore[type-var]
        projection_class=AsyncEventSourcedProjection[Any],
    )


def others(app: Cinema, versions: AsyncViewVersions[Any], projection: Popularity) -> None:
    AsyncRebuild(versions, 2, app=app, projection_class=Popularity)
    AsyncDeadLetterQueue(projection, app)
