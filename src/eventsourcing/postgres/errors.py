"""Translation of the driver's errors to those of the library: the one place where it happens."""

from __future__ import annotations

import psycopg
import psycopg_pool

from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
)

# Subclasses before their bases.
_TRANSLATIONS: tuple[tuple[type[psycopg.Error], type[PersistenceError]], ...] = (
    (psycopg.OperationalError, OperationalError),
    (psycopg.IntegrityError, IntegrityError),
    (psycopg.DataError, DataError),
    (psycopg.InternalError, InternalError),
    (psycopg.ProgrammingError, ProgrammingError),
    (psycopg.NotSupportedError, NotSupportedError),
    (psycopg.DatabaseError, DatabaseError),
    (psycopg.InterfaceError, InterfaceError),
)

# The pool has waited as long as it may, or will never have a connection again.
_EXHAUSTED = (psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests, psycopg_pool.PoolClosed)

# Shutdown, crash, not yet started, and too many connections (often those of a former life).
_SERVER_IS_LEAVING = frozenset({"57P01", "57P02", "57P03", "57P05", "53300"})


class CommitOutcomeUnknownError(OperationalError):
    """The connection was lost while committing, and the server could not be asked about it since.

    The transaction may or may not have been committed. It is never repeated by the library.
    """


def translate(error: psycopg.Error) -> PersistenceError:
    """Return the library's error for one of the driver; to be raised from it."""
    for driver_class, library_class in _TRANSLATIONS:
        if isinstance(error, driver_class):
            return library_class(str(error))
    return PersistenceError(str(error))


def may_be_retried(error: PersistenceError) -> bool:
    """Say whether an operation that certainly changed nothing should be attempted again.

    True for errors that another connection or another moment may spare; not for a pool that is
    exhausted or closed, because that has been waited for already, nor for values that are too big.
    """
    cause = error.__cause__
    return (
        isinstance(error, InterfaceError | OperationalError)
        and not isinstance(error, CommitOutcomeUnknownError)
        and not isinstance(cause, (*_EXHAUSTED, psycopg.errors.ProgramLimitExceeded))
    )


def is_connection_loss(error: PersistenceError) -> bool:
    """Say whether the connection was lost, or none could be made."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    if isinstance(cause, psycopg_pool.PoolClosed):
        return False
    state = cause.sqlstate
    return state is None or state[:2] == "08" or state in _SERVER_IS_LEAVING


def has_cause(error: BaseException, cause: type[BaseException]) -> bool:
    """Say whether the error was translated from one of that class."""
    return isinstance(error.__cause__, cause)


def lost_race(error: PersistenceError) -> bool:
    """Say whether a statement that creates something failed as another one was creating it."""
    cause = error.__cause__
    return isinstance(
        cause,
        psycopg.errors.UniqueViolation
        | psycopg.errors.DuplicateObject
        | psycopg.errors.DuplicateTable
        | psycopg.errors.DeadlockDetected,
    ) or (isinstance(cause, psycopg.errors.InternalError_) and "concurrently" in str(cause))
