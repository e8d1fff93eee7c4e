"""Projections: follow the events of an application, and keep views of them up to date."""

from eventsourcing._public import publish
from eventsourcing.projection.application_subscription_async import AsyncApplicationSubscription
from eventsourcing.projection.application_subscription_sync import ApplicationSubscription
from eventsourcing.projection.event_sourced_async import AsyncEventSourcedProjection
from eventsourcing.projection.event_sourced_sync import EventSourcedProjection
from eventsourcing.projection.projection_async import AsyncProjection
from eventsourcing.projection.projection_sync import Projection

__all__ = [
    # subscriptions
    "ApplicationSubscription",
    "AsyncApplicationSubscription",
    # projections
    "AsyncEventSourcedProjection",
    "AsyncProjection",
    "EventSourcedProjection",
    "Projection",
]

publish(__name__, __all__)
