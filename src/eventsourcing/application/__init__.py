"""Applications: save aggregates, get them back, publish their events in one total order."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.application.application_sync import Application, TApplication
from eventsourcing.application.caching import Cache, LRUCache
from eventsourcing.application.errors import (
    AggregateNotFound,
    AggregateNotFoundError,
    ProgrammingError,
)
from eventsourcing.application.event_sourced_log_sync import EventSourcedLog
from eventsourcing.application.notification_log_sync import LocalNotificationLog, NotificationLog
from eventsourcing.application.processing import ProcessEvent, ProcessingEvent, RecordingEvent
from eventsourcing.application.projecting import (
    MutatorFunction,
    ProjectorFunction,
    project_aggregate,
)
from eventsourcing.application.repository_sync import Repository
from eventsourcing.application.sections import Section
from eventsourcing.domain import (
    Aggregate,
    CanMutateProtocol,
    CollectEventsProtocol,
    DomainEventProtocol,
    EventSourcingError,
    LogEvent,
    MutableOrImmutableAggregate,
    Snapshot,
    SnapshotProtocol,
    TDomainEvent,
    TLogEvent,
    TMutableOrImmutableAggregate,
    create_utc_datetime_now,
)
from eventsourcing.persistence import (
    ApplicationRecorder,
    DatetimeAsISO,
    DecimalAsStr,
    EventStore,
    InfrastructureFactory,
    Mapper,
    Notification,
    Recording,
    Tracking,
    Transcoder,
    UUIDAsHex,
)
from eventsourcing.utils import Environment, EnvType, strtobool

if TYPE_CHECKING:
    from eventsourcing.application.application_async import AsyncApplication, TAsyncApplication
    from eventsourcing.application.event_sourced_log_async import AsyncEventSourcedLog
    from eventsourcing.application.notification_log_async import (
        AsyncLocalNotificationLog,
        AsyncNotificationLog,
    )
    from eventsourcing.application.repository_async import AsyncRepository

__all__ = [
    # applications
    "Application",
    "AsyncApplication",
    "TApplication",
    "TAsyncApplication",
    # repositories
    "AsyncRepository",
    "Cache",
    "LRUCache",
    "MutatorFunction",
    "ProjectorFunction",
    "Repository",
    "project_aggregate",
    # logs
    "AsyncEventSourcedLog",
    "AsyncLocalNotificationLog",
    "AsyncNotificationLog",
    "EventSourcedLog",
    "LocalNotificationLog",
    "NotificationLog",
    "Section",
    # units of work
    "ProcessEvent",
    "ProcessingEvent",
    "RecordingEvent",
    # errors
    "AggregateNotFound",
    "AggregateNotFoundError",
    "ProgrammingError",
    # what programs import from here although it lives elsewhere
    "Aggregate",
    "ApplicationRecorder",
    "CanMutateProtocol",
    "CollectEventsProtocol",
    "DatetimeAsISO",
    "DecimalAsStr",
    "DomainEventProtocol",
    "EnvType",
    "Environment",
    "EventSourcingError",
    "EventStore",
    "InfrastructureFactory",
    "LogEvent",
    "Mapper",
    "MutableOrImmutableAggregate",
    "Notification",
    "Recording",
    "Snapshot",
    "SnapshotProtocol",
    "TDomainEvent",
    "TLogEvent",
    "TMutableOrImmutableAggregate",
    "Tracking",
    "Transcoder",
    "UUIDAsHex",
    "create_utc_datetime_now",
    "strtobool",
]

publish(
    __name__,
    __all__,
    later=[
        "application_async",
        "event_sourced_log_async",
        "notification_log_async",
        "repository_async",
    ],
)
