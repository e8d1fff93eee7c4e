"""Projections: follow the events of an application, and keep views of them up to date."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.application import TApplication
from eventsourcing.projection.application_subscription_sync import ApplicationSubscription
from eventsourcing.projection.event_sourced_sync import EventSourcedProjection
from eventsourcing.projection.projection_sync import BatchProjection, Projection
from eventsourcing.projection.runner_base_sync import BaseProjectionRunner
from eventsourcing.projection.runner_sync import (
    EventSourcedProjectionRunner,
    ProjectionRunner,
    TEventSourcedProjection,
)
from eventsourcing.projection.status import ProjectionStatus

if TYPE_CHECKING:
    from eventsourcing.projection.application_subscription_async import (
        AsyncApplicationSubscription,
    )
    from eventsourcing.projection.event_sourced_async import AsyncEventSourcedProjection
    from eventsourcing.projection.projection_async import AsyncBatchProjection, AsyncProjection
    from eventsourcing.projection.runner_async import (
        AsyncEventSourcedProjectionRunner,
        AsyncProjectionRunner,
        TAsyncEventSourcedProjection,
    )
    from eventsourcing.projection.runner_base_async import AsyncBaseProjectionRunner

__all__ = [
    # subscriptions
    "ApplicationSubscription",
    "AsyncApplicationSubscription",
    # projections
    "AsyncBatchProjection",
    "AsyncEventSourcedProjection",
    "AsyncProjection",
    "BatchProjection",
    "EventSourcedProjection",
    "Projection",
    # runners
    "AsyncBaseProjectionRunner",
    "AsyncEventSourcedProjectionRunner",
    "AsyncProjectionRunner",
    "BaseProjectionRunner",
    "EventSourcedProjectionRunner",
    "ProjectionRunner",
    "ProjectionStatus",
    # type variables
    "TApplication",
    "TAsyncEventSourcedProjection",
    "TEventSourcedProjection",
]

publish(
    __name__,
    __all__,
    later=[
        "application_subscription_async",
        "event_sourced_async",
        "projection_async",
        "runner_async",
        "runner_base_async",
    ],
)
