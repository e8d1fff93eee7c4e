import sqlite3

import pytest

from eventsourcing import persistence
from eventsourcing.sqlite.errors import translate_error


@pytest.mark.parametrize(
    ("driver_class", "library_class"),
    [
        (sqlite3.Error, persistence.PersistenceError),
        (sqlite3.InterfaceError, persistence.InterfaceError),
        (sqlite3.DatabaseError, persistence.DatabaseError),
        (sqlite3.DataError, persistence.DataError),
        (sqlite3.OperationalError, persistence.OperationalError),
        (sqlite3.IntegrityError, persistence.IntegrityError),
        (sqlite3.InternalError, persistence.InternalError),
        (sqlite3.ProgrammingError, persistence.ProgrammingError),
        (sqlite3.NotSupportedError, persistence.NotSupportedError),
    ],
)
def test_errors_are_translated_to_the_class_of_the_same_name(driver_class, library_class):
    """X1: driver errors become the class of the same DB-API name, with the original as argument."""
    error = driver_class("what happened")
    translated = translate_error(error)
    assert type(translated) is library_class
    assert translated.args == (error,)
    assert str(translated) == "what happened"


def test_errors_of_unknown_subclasses_become_those_of_their_base():
    """X1: a subclass of a driver error is translated as its base."""

    class SpecialError(sqlite3.OperationalError): ...

    assert type(translate_error(SpecialError())) is persistence.OperationalError


def test_warnings_of_the_driver_are_errors_of_the_caller():
    """X1: what the driver raises as a warning, such as two statements in one, is translated too."""
    assert type(translate_error(sqlite3.Warning())) is persistence.ProgrammingError
