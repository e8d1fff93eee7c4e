"""Projections: follow the events of an application, and keep views of them up to date."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.application import TApplication
from eventsourcing.projection.application_subscription_sync import ApplicationSubscription
from eventsourcing.projection.dead_letter_queue_sync import DeadLetterQueue
from eventsourcing.projection.error_policy import ErrorPolicy, PutAside, Retry, Stop
from eventsourcing.projection.event_sourced_sync import EventSourcedProjection
from eventsourcing.projection.leadership_sync import Leadership
from eventsourcing.projection.leading_sync import (
    LeadingEventSourcedProjectionRunner,
    LeadingProjectionRunner,
)
from eventsourcing.projection.partitioned_sync import (
    PartitionedEventSourcedProjectionRunner,
    PartitionedProjectionRunner,
)
from eventsourcing.projection.partitioned_tracking_sync import PartitionedTracking
from eventsourcing.projection.partitions import Partitions, partition_of
from eventsourcing.projection.progress import ProgressBar
from eventsourcing.projection.projection_sync import BatchProjection, Projection
from eventsourcing.projection.rebuilding_sync import Rebuild
from eventsourcing.projection.retry_result import RetryResult
from eventsourcing.projection.runner_base_sync import BaseProjectionRunner
from eventsourcing.projection.runner_sync import (
    EventSourcedProjectionRunner,
    ProjectionRunner,
    TEventSourcedProjection,
)
from eventsourcing.projection.status import ProjectionStatus
from eventsourcing.projection.view_versions_sync import ViewVersions

if TYPE_CHECKING:
    from eventsourcing.projection.application_subscription_async import (
        AsyncApplicationSubscription,
    )
    from eventsourcing.projection.dcb_subscription_async import AsyncDCBApplicationSubscription
    from eventsourcing.projection.dcb_subscription_sync import DCBApplicationSubscription
    from eventsourcing.projection.dead_letter_queue_async import AsyncDeadLetterQueue
    from eventsourcing.projection.event_sourced_async import AsyncEventSourcedProjection
    from eventsourcing.projection.leadership_async import AsyncLeadership
    from eventsourcing.projection.leading_async import (
        AsyncLeadingEventSourcedProjectionRunner,
        AsyncLeadingProjectionRunner,
    )
    from eventsourcing.projection.partitioned_async import (
        AsyncPartitionedEventSourcedProjectionRunner,
        AsyncPartitionedProjectionRunner,
    )
    from eventsourcing.projection.partitioned_tracking_async import AsyncPartitionedTracking
    from eventsourcing.projection.projection_async import AsyncBatchProjection, AsyncProjection
    from eventsourcing.projection.rebuilding_async import AsyncRebuild
    from eventsourcing.projection.runner_async import (
        AsyncEventSourcedProjectionRunner,
        AsyncProjectionRunner,
        TAsyncEventSourcedProjection,
    )
    from eventsourcing.projection.runner_base_async import AsyncBaseProjectionRunner
    from eventsourcing.projection.view_versions_async import AsyncViewVersions

__all__ = [
    # subscriptions
    "ApplicationSubscription",
    "AsyncApplicationSubscription",
    "AsyncDCBApplicationSubscription",
    "DCBApplicationSubscription",
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
    "ProgressBar",
    "ProjectionRunner",
    "ProjectionStatus",
    # several processes
    "AsyncLeadership",
    "AsyncLeadingEventSourcedProjectionRunner",
    "AsyncLeadingProjectionRunner",
    "AsyncPartitionedEventSourcedProjectionRunner",
    "AsyncPartitionedProjectionRunner",
    "AsyncPartitionedTracking",
    "Leadership",
    "LeadingEventSourcedProjectionRunner",
    "LeadingProjectionRunner",
    "PartitionedEventSourcedProjectionRunner",
    "PartitionedProjectionRunner",
    "PartitionedTracking",
    "Partitions",
    "partition_of",
    # versions of a view, built without downtime
    "AsyncRebuild",
    "AsyncViewVersions",
    "Rebuild",
    "ViewVersions",
    # what happens when an event cannot be processed
    "AsyncDeadLetterQueue",
    "DeadLetterQueue",
    "ErrorPolicy",
    "PutAside",
    "Retry",
    "RetryResult",
    "Stop",
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
        "dead_letter_queue_async",
        "event_sourced_async",
        "leadership_async",
        "leading_async",
        "partitioned_async",
        "partitioned_tracking_async",
        "projection_async",
        "rebuilding_async",
        "runner_async",
        "runner_base_async",
        "view_versions_async",
    ],
    apart={  # for they need `eventsourcing.dcb`
        "AsyncDCBApplicationSubscription": "dcb_subscription_async",
        "DCBApplicationSubscription": "dcb_subscription_sync",
    },
)
