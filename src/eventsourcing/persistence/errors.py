"""The exceptions of the persistence layer, named as in the DB-API (PEP 249), for all engines."""

from __future__ import annotations

from eventsourcing.errors import EventSourcingError


class PersistenceError(EventSourcingError):
    """Base of the errors that a database engine reports (`Error` in the DB-API)."""


class InterfaceError(PersistenceError):
    """The database driver was used wrongly, or the database could not be opened."""


class DatabaseError(PersistenceError):
    """Base of the errors that concern the database itself."""


class DataError(DatabaseError):
    """A value does not fit its column."""


class OperationalError(DatabaseError):
    """The database could not do its work: connection lost, lock timeout, disk full, …"""


class RecordConflictError(EventSourcingError):
    """The name under which releases 9.0-9.2 knew `IntegrityError`."""


class IntegrityError(DatabaseError, RecordConflictError):
    """A uniqueness rule was violated: event already stored, or notification already tracked.

    Nothing of the refused operation was stored. The library never repeats it.
    """


class InternalError(DatabaseError):
    """The database met an internal error."""


class ProgrammingError(DatabaseError):
    """The database was used wrongly: missing table, wrong SQL, …"""


class NotSupportedError(DatabaseError):
    """The database does not support what was asked for."""


class WaitInterruptedError(PersistenceError):
    """Waiting for a tracking record was interrupted."""


class ConnectionUnavailableError(OperationalError, TimeoutError):
    """No connection became available in the pool in time."""


class ConnectionPoolClosedError(EventSourcingError):
    """The connection pool is closed."""


class ConnectionNotFromPoolError(EventSourcingError):
    """The connection that is put back was not taken from this pool."""


class InfrastructureFactoryError(EventSourcingError, OSError, AssertionError):
    """The infrastructure factory could not be found or constructed.

    It is also an `OSError` and an `AssertionError` for handlers written for 9.2.
    """


class TranscodingNotRegisteredError(EventSourcingError, TypeError):
    """No transcoding is registered for the type of an object, or for a stored name."""


class MapperDeserialisationError(EventSourcingError, ValueError):
    """The state of a stored event could not be decrypted, decompressed or decoded."""


ConnectionPoolClosed = ConnectionPoolClosedError
ConnectionNotFromPool = ConnectionNotFromPoolError
ConnectionUnavailable = ConnectionUnavailableError
