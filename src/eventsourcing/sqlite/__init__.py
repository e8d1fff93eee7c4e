"""The SQLite engine: events in a file, or in memory (`PERSISTENCE_MODULE=eventsourcing.sqlite`)."""

from eventsourcing._public import publish
from eventsourcing.sqlite.connection_pool import SQLiteConnectionPool
from eventsourcing.sqlite.connections import (
    SQLITE3_DEFAULT_LOCK_TIMEOUT,
    SQLiteConnection,
    SQLiteCursor,
    SQLiteTransaction,
)
from eventsourcing.sqlite.datastore import SQLiteDatastore
from eventsourcing.sqlite.factory import Factory, SQLiteFactory
from eventsourcing.sqlite.leases import SQLiteFileLease, SQLiteMemoryLease
from eventsourcing.sqlite.recorders import (
    SQLiteAggregateRecorder,
    SQLiteApplicationRecorder,
    SQLiteRecorder,
)
from eventsourcing.sqlite.subscription import SQLiteSubscription
from eventsourcing.sqlite.tracking_recorders import SQLiteProcessRecorder, SQLiteTrackingRecorder

__all__ = [
    "SQLITE3_DEFAULT_LOCK_TIMEOUT",
    "Factory",
    "SQLiteAggregateRecorder",
    "SQLiteApplicationRecorder",
    "SQLiteConnection",
    "SQLiteConnectionPool",
    "SQLiteCursor",
    "SQLiteDatastore",
    "SQLiteFactory",
    "SQLiteFileLease",
    "SQLiteMemoryLease",
    "SQLiteProcessRecorder",
    "SQLiteRecorder",
    "SQLiteSubscription",
    "SQLiteTrackingRecorder",
    "SQLiteTransaction",
]

publish(__name__, __all__)
