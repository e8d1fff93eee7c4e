"""The translation of the driver's errors, and what follows from them (contract X1, G28, G29)."""

from __future__ import annotations

import psycopg
import psycopg_pool
import pytest

from eventsourcing import persistence
from eventsourcing.postgres.errors import (
    CommitOutcomeUnknownError,
    is_connection_loss,
    lost_race,
    may_be_retried,
    translate,
)


def translated(error):
    result = translate(error)
    result.__cause__ = error
    return result


@pytest.mark.parametrize(
    "name",
    [
        "InterfaceError",
        "DatabaseError",
        "DataError",
        "OperationalError",
        "IntegrityError",
        "InternalError",
        "ProgrammingError",
        "NotSupportedError",
    ],
)
def test_errors_become_those_of_the_same_name_with_their_text(name):
    """X1"""
    error = translate(getattr(psycopg, name)("some words"))

    assert type(error) is getattr(persistence, name)
    assert error.args == ("some words",)


def test_the_base_becomes_the_base():
    """X1"""
    assert type(translate(psycopg.Error("x"))) is persistence.PersistenceError


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (psycopg.errors.UniqueViolation, persistence.IntegrityError),
        (psycopg.errors.UndefinedTable, persistence.ProgrammingError),
        (psycopg.errors.LockNotAvailable, persistence.OperationalError),
        (psycopg.errors.IdleInTransactionSessionTimeout, persistence.InternalError),
        (psycopg.errors.InvalidTextRepresentation, persistence.DataError),
        (psycopg_pool.PoolTimeout, persistence.OperationalError),
        (psycopg_pool.PoolClosed, persistence.OperationalError),
    ],
)
def test_subclasses_become_what_their_bases_do(cause, expected):
    """X1, X3-X5"""
    assert type(translate(cause("x"))) is expected


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (psycopg.OperationalError, True),
        (psycopg.InterfaceError, True),
        (psycopg.errors.LockNotAvailable, True),
        (psycopg.IntegrityError, False),
        (psycopg.ProgrammingError, False),
        (psycopg.errors.ProgramLimitExceeded, False),
        (psycopg_pool.PoolTimeout, False),
        (psycopg_pool.TooManyRequests, False),
        (psycopg_pool.PoolClosed, False),
    ],
)
def test_what_may_be_attempted_again(cause, expected):
    """G28, G29"""
    assert may_be_retried(translated(cause("x"))) is expected


def test_an_unknown_outcome_is_never_attempted_again():
    """G29"""
    assert not may_be_retried(CommitOutcomeUnknownError("x"))


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (psycopg.OperationalError, True),
        (psycopg.InterfaceError, True),
        (psycopg.errors.AdminShutdown, True),
        (psycopg.errors.CannotConnectNow, True),
        (psycopg_pool.PoolTimeout, True),
        (psycopg_pool.PoolClosed, False),
        (psycopg.errors.LockNotAvailable, False),
        (psycopg.errors.DiskFull, False),
        (psycopg.errors.UndefinedTable, False),
    ],
)
def test_what_is_a_loss_of_the_connection(cause, expected):
    """U11"""
    assert is_connection_loss(translated(cause("x"))) is expected


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (psycopg.errors.UniqueViolation("x"), True),
        (psycopg.errors.DuplicateTable("x"), True),
        (psycopg.errors.DuplicateObject("x"), True),
        (psycopg.errors.DeadlockDetected("x"), True),
        (psycopg.errors.InternalError_("tuple concurrently updated"), True),
        (psycopg.errors.InternalError_("x"), False),
        (psycopg.errors.SyntaxError("x"), False),
    ],
)
def test_what_is_a_lost_race(cause, expected):
    """G16"""
    assert lost_race(translated(cause)) is expected
