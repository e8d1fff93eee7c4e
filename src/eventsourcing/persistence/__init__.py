"""Persistence: what recorders, event stores and infrastructure factories are, for all engines."""

from typing import TYPE_CHECKING

from eventsourcing._concurrency.queues import Queue, ShutDown
from eventsourcing._public import publish
from eventsourcing.persistence.capabilities import Capabilities, describe_capabilities
from eventsourcing.persistence.codecs import Cipher, Compressor
from eventsourcing.persistence.connections import (
    Connection,
    Cursor,
    Params,
    TConnection,
    TCursor,
)
from eventsourcing.persistence.dead_letters import DeadLetter, NotBlockedError, RetriedTracking
from eventsourcing.persistence.dead_letters_sync import DeadLetterRecorder
from eventsourcing.persistence.errors import (
    ConnectionNotFromPool,
    ConnectionNotFromPoolError,
    ConnectionPoolClosed,
    ConnectionPoolClosedError,
    ConnectionUnavailable,
    ConnectionUnavailableError,
    DatabaseError,
    DataError,
    InfrastructureFactoryError,
    IntegrityError,
    InterfaceError,
    InternalError,
    MapperDeserialisationError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
    RecordConflictError,
    TranscodingNotRegisteredError,
    WaitInterruptedError,
)
from eventsourcing.persistence.event_store_sync import EventStore
from eventsourcing.persistence.factory_sync import (
    BaseInfrastructureFactory,
    InfrastructureFactory,
    TInfrastructureFactory,
    TTrackingRecorder,
)
from eventsourcing.persistence.id_conversion import (
    find_id_convertor,
    pass_through_convertor,
    str_to_uuid_convertor,
)
from eventsourcing.persistence.leases_sync import Lease
from eventsourcing.persistence.mapper import Mapper
from eventsourcing.persistence.pool import ConnectionPool
from eventsourcing.persistence.recorders_sync import (
    AggregateRecorder,
    ApplicationRecorder,
    ProcessRecorder,
    Recorder,
    TrackingRecorder,
)
from eventsourcing.persistence.records import (
    BatchTracking,
    Notification,
    Recording,
    StoredEvent,
    TAggregateIDType,
    Tracking,
)
from eventsourcing.persistence.subscription_sync import (
    ListenNotifySubscription,
    Subscription,
    TApplicationRecorder_co,
)
from eventsourcing.persistence.transcoding import (
    DatetimeAsISO,
    DecimalAsStr,
    JSONTranscoder,
    Transcoder,
    Transcoding,
    UUIDAsHex,
)
from eventsourcing.persistence.view_version_recorder_sync import ViewVersionRecorder
from eventsourcing.persistence.view_versions import PlacedView, ViewVersion

if TYPE_CHECKING:
    from eventsourcing.persistence.dead_letters_async import AsyncDeadLetterRecorder
    from eventsourcing.persistence.event_store_async import AsyncEventStore
    from eventsourcing.persistence.factory_async import (
        AsyncBaseInfrastructureFactory,
        AsyncInfrastructureFactory,
        TAsyncInfrastructureFactory,
        TAsyncTrackingRecorder,
    )
    from eventsourcing.persistence.leases_async import AsyncLease
    from eventsourcing.persistence.recorders_async import (
        AsyncAggregateRecorder,
        AsyncApplicationRecorder,
        AsyncProcessRecorder,
        AsyncRecorder,
        AsyncTrackingRecorder,
    )
    from eventsourcing.persistence.subscription_async import (
        AsyncListenNotifySubscription,
        AsyncSubscription,
        TAsyncApplicationRecorder_co,
    )
    from eventsourcing.persistence.view_version_recorder_async import AsyncViewVersionRecorder

__all__ = [
    # values
    "BatchTracking",
    "DeadLetter",
    "Notification",
    "Recording",
    "RetriedTracking",
    "StoredEvent",
    "TAggregateIDType",
    "Tracking",
    # errors
    "ConnectionNotFromPool",
    "ConnectionNotFromPoolError",
    "ConnectionPoolClosed",
    "ConnectionPoolClosedError",
    "ConnectionUnavailable",
    "ConnectionUnavailableError",
    "DataError",
    "DatabaseError",
    "InfrastructureFactoryError",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "MapperDeserialisationError",
    "NotBlockedError",
    "NotSupportedError",
    "OperationalError",
    "PersistenceError",
    "ProgrammingError",
    "RecordConflictError",
    "TranscodingNotRegisteredError",
    "WaitInterruptedError",
    # from event to bytes
    "Cipher",
    "Compressor",
    "DatetimeAsISO",
    "DecimalAsStr",
    "JSONTranscoder",
    "Mapper",
    "Transcoder",
    "Transcoding",
    "UUIDAsHex",
    "find_id_convertor",
    "pass_through_convertor",
    "str_to_uuid_convertor",
    # recorders, event stores, factories
    "AggregateRecorder",
    "ApplicationRecorder",
    "AsyncAggregateRecorder",
    "AsyncApplicationRecorder",
    "AsyncBaseInfrastructureFactory",
    "AsyncDeadLetterRecorder",
    "AsyncEventStore",
    "AsyncInfrastructureFactory",
    "AsyncProcessRecorder",
    "AsyncRecorder",
    "AsyncTrackingRecorder",
    "BaseInfrastructureFactory",
    "DeadLetterRecorder",
    "EventStore",
    "InfrastructureFactory",
    "ProcessRecorder",
    "Recorder",
    "TAsyncInfrastructureFactory",
    "TAsyncTrackingRecorder",
    "TInfrastructureFactory",
    "TTrackingRecorder",
    "TrackingRecorder",
    # subscriptions
    "AsyncListenNotifySubscription",
    "AsyncSubscription",
    "ListenNotifySubscription",
    "Subscription",
    "TApplicationRecorder_co",
    "TAsyncApplicationRecorder_co",
    # versions of views
    "AsyncViewVersionRecorder",
    "PlacedView",
    "ViewVersion",
    "ViewVersionRecorder",
    # leases
    "AsyncLease",
    "Lease",
    # connections
    "Connection",
    "ConnectionPool",
    "Cursor",
    "Params",
    "TConnection",
    "TCursor",
    # what engines can do
    "Capabilities",
    "describe_capabilities",
    # queues
    "Queue",
    "ShutDown",
]

publish(
    __name__,
    __all__,
    later=[
        "dead_letters_async",
        "event_store_async",
        "factory_async",
        "leases_async",
        "recorders_async",
        "subscription_async",
        "view_version_recorder_async",
    ],
)
