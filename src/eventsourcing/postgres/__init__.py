"""PostgreSQL: recorders, datastore and factory, for threads and for asyncio."""

from eventsourcing._public import publish
from eventsourcing.postgres.aggregate_recorder_async import AsyncPostgresAggregateRecorder
from eventsourcing.postgres.aggregate_recorder_sync import PostgresAggregateRecorder
from eventsourcing.postgres.application_recorder_async import AsyncPostgresApplicationRecorder
from eventsourcing.postgres.application_recorder_sync import PostgresApplicationRecorder
from eventsourcing.postgres.datastore_async import AsyncPostgresDatastore
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.errors import CommitOutcomeUnknownError
from eventsourcing.postgres.factory_async import (
    AsyncBasePostgresFactory,
    AsyncFactory,
    AsyncPostgresFactory,
    TAsyncPostgresTrackingRecorder,
)
from eventsourcing.postgres.factory_sync import (
    BasePostgresFactory,
    Factory,
    PostgresFactory,
    TPostgresTrackingRecorder,
)
from eventsourcing.postgres.lease_session_async import AsyncPostgresLeaseSession
from eventsourcing.postgres.lease_session_sync import PostgresLeaseSession
from eventsourcing.postgres.leases_async import AsyncPostgresLease
from eventsourcing.postgres.leases_sync import PostgresLease
from eventsourcing.postgres.pool_async import AsyncConnectionPool
from eventsourcing.postgres.pool_sync import ConnectionPool
from eventsourcing.postgres.process_recorder_async import AsyncPostgresProcessRecorder
from eventsourcing.postgres.process_recorder_sync import PostgresProcessRecorder
from eventsourcing.postgres.recorder_async import AsyncPostgresRecorder
from eventsourcing.postgres.recorder_sync import PostgresRecorder
from eventsourcing.postgres.rows import NO_TRACEBACK, PgStoredEvent
from eventsourcing.postgres.subscription_async import AsyncPostgresSubscription
from eventsourcing.postgres.subscription_sync import PostgresSubscription
from eventsourcing.postgres.tracking_recorder_async import AsyncPostgresTrackingRecorder
from eventsourcing.postgres.tracking_recorder_sync import PostgresTrackingRecorder

__all__ = [
    "NO_TRACEBACK",
    "AsyncBasePostgresFactory",
    "AsyncConnectionPool",
    "AsyncFactory",
    "AsyncPostgresAggregateRecorder",
    "AsyncPostgresApplicationRecorder",
    "AsyncPostgresDatastore",
    "AsyncPostgresFactory",
    "AsyncPostgresLease",
    "AsyncPostgresLeaseSession",
    "AsyncPostgresProcessRecorder",
    "AsyncPostgresRecorder",
    "AsyncPostgresSubscription",
    "AsyncPostgresTrackingRecorder",
    "BasePostgresFactory",
    "CommitOutcomeUnknownError",
    "ConnectionPool",
    "Factory",
    "PgStoredEvent",
    "PostgresAggregateRecorder",
    "PostgresApplicationRecorder",
    "PostgresDatastore",
    "PostgresFactory",
    "PostgresLease",
    "PostgresLeaseSession",
    "PostgresProcessRecorder",
    "PostgresRecorder",
    "PostgresSubscription",
    "PostgresTrackingRecorder",
    "TAsyncPostgresTrackingRecorder",
    "TPostgresTrackingRecorder",
]

publish(__name__, __all__)
