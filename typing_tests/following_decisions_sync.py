# Generated from following_decisions_async.py by tools/async_to_sync.py: do not edit.
"""What type checkers say about those who follow applications with decisions."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any, assert_type

from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import (
    DCBApplicationSubscription,
    DeadLetterQueue,
    EventSourcedProjection,
    EventSourcedProjectionRunner,
    LeadingProjectionRunner,
    PartitionedProjectionRunner,
    Projection,
    ProjectionRunner,
    Rebuild,
    ViewVersions,
)


class Cinema(DCBApplication):
    pass


class Popularity(Projection[Any]):
    def process_event(self, domain_event: Tagged[Any], tracking: Tracking) -> None:
        self.view.insert_tracking(tracking)


def subscriptions(app: Cinema) -> None:
    subscription = DCBApplicationSubscription(app, gt=3, topics=["module:SeatTaken"])
    for tagged, tracking in subscription:
        assert_type(tagged, Tagged[Any])
        assert_type(tracking, Tracking)
    assert_type(subscription.next_batch(5), list[tuple[Tagged[Any], Tracking]])


def runners() -> None:
    runner = ProjectionRunner(
        application_class=Cinema, projection_class=Popularity, view_class=POPOTrackingRecorder
    )
    assert_type(runner.app, Cinema)
    leading = LeadingProjectionRunner(
        application_class=Cinema, projection_class=Popularity, view_class=POPOTrackingRecorder
    )
    assert_type(leading.app, Cinema)
    PartitionedProjectionRunner(
        application_class=Cinema,  # type: ignore[type-var]
        projection_class=Popularity,
        view_class=POPOTrackingRecorder,
        partitions=2,
    )
    EventSourcedProjectionRunner(
        application_class=Cinema,  # type: ignore[type-var]
        projection_class=EventSourcedProjection[Any],
    )


def others(app: Cinema, versions: ViewVersions[Any], projection: Popularity) -> None:
    Rebuild(versions, 2, app=app, projection_class=Popularity)
    DeadLetterQueue(projection, app)
