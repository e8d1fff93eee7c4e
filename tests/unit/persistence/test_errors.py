"""The exceptions of the persistence layer: contract section 3."""

from __future__ import annotations

import pickle

import pytest

from eventsourcing import errors as root
from eventsourcing import persistence
from eventsourcing.persistence import errors

PARENTS: dict[str, tuple[type[BaseException], ...]] = {
    "PersistenceError": (root.EventSourcingError,),
    "InterfaceError": (errors.PersistenceError,),
    "DatabaseError": (errors.PersistenceError,),
    "DataError": (errors.DatabaseError,),
    "InternalError": (errors.DatabaseError,),
    "ProgrammingError": (errors.DatabaseError,),
    "NotSupportedError": (errors.DatabaseError,),
    "OperationalError": (errors.DatabaseError,),
    "ConnectionUnavailableError": (errors.OperationalError, TimeoutError),
    "IntegrityError": (errors.DatabaseError, errors.RecordConflictError),
    "WaitInterruptedError": (errors.PersistenceError,),
    "RecordConflictError": (root.EventSourcingError,),
    "InfrastructureFactoryError": (root.EventSourcingError, OSError, AssertionError),
    "ConnectionPoolClosedError": (root.EventSourcingError,),
    "ConnectionNotFromPoolError": (root.EventSourcingError,),
    "TranscodingNotRegisteredError": (root.EventSourcingError, TypeError),
    "MapperDeserialisationError": (root.EventSourcingError, ValueError),
}


@pytest.mark.parametrize("name", PARENTS)
def test_errors_have_the_parents_of_the_contract(name: str) -> None:
    """Section 3: the tree, also for handlers of the built-in classes."""
    error_class = getattr(persistence, name)
    assert error_class.__bases__ == PARENTS[name]


@pytest.mark.parametrize("name", PARENTS)
def test_errors_say_the_text_that_they_were_given(name: str) -> None:
    """Section 3: one text argument, whatever the built-in parents do with arguments."""
    error = getattr(persistence, name)("what happened")
    assert str(error) == "what happened"
    assert error.args == ("what happened",)


@pytest.mark.parametrize("name", PARENTS)
def test_errors_can_be_pickled(name: str) -> None:
    """Section 3: errors cross processes, and have their public address there."""
    error = getattr(persistence, name)("what happened")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.args) == (type(error), error.args)
    assert type(error).__module__ == "eventsourcing.persistence"


def test_siblings_are_not_caught_for_each_other() -> None:
    """Section 3: an operational error is no interface error, and the reverse."""
    assert not issubclass(errors.InterfaceError, errors.DatabaseError)
    assert not issubclass(errors.OperationalError, errors.InterfaceError)
    assert not issubclass(errors.OperationalError, errors.RecordConflictError)


@pytest.mark.parametrize(
    ("legacy", "name"),
    [
        ("ConnectionPoolClosed", "ConnectionPoolClosedError"),
        ("ConnectionNotFromPool", "ConnectionNotFromPoolError"),
        ("ConnectionUnavailable", "ConnectionUnavailableError"),
    ],
)
def test_names_of_9_2_are_aliases(legacy: str, name: str) -> None:
    """1.1 [9.2]: the same classes under their old names."""
    assert getattr(persistence, legacy) is getattr(persistence, name)


def test_handlers_of_9_2_catch_conflicts() -> None:
    """X6: `except RecordConflictError` catches `IntegrityError`."""
    with pytest.raises(errors.RecordConflictError):
        raise errors.IntegrityError


def test_factory_errors_are_environment_errors() -> None:
    """X6: `except EnvironmentError` catches factory configuration errors."""
    with pytest.raises(EnvironmentError):
        raise errors.InfrastructureFactoryError("not found")


def test_unavailable_connections_are_timeouts() -> None:
    """X8: `ConnectionUnavailableError` is also the built-in `TimeoutError`."""
    with pytest.raises(TimeoutError):
        raise errors.ConnectionUnavailableError("busy")
