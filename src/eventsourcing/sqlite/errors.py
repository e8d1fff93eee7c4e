"""Translation of the errors of the driver to those of the library: the only place (contract X1)."""

from __future__ import annotations

import sqlite3

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

DRIVER_ERRORS = (sqlite3.Error, sqlite3.Warning)

# What the driver raises, as errors of Python, for values that no column can hold: integers beyond
# 64 bits, and text with lone surrogates, which has no UTF-8 form.
UNSTORABLE_VALUE_ERRORS = (OverflowError, UnicodeEncodeError)

_TRANSLATIONS: dict[type[BaseException], type[PersistenceError]] = {
    sqlite3.InterfaceError: InterfaceError,
    sqlite3.DataError: DataError,
    sqlite3.OperationalError: OperationalError,
    sqlite3.IntegrityError: IntegrityError,
    sqlite3.InternalError: InternalError,
    sqlite3.ProgrammingError: ProgrammingError,
    sqlite3.NotSupportedError: NotSupportedError,
    sqlite3.DatabaseError: DatabaseError,
    sqlite3.Error: PersistenceError,
    sqlite3.Warning: ProgrammingError,
}


def translate_error(error: BaseException) -> PersistenceError:
    """Return the library's error of the same DB-API name, with the driver's as its argument.

    The caller raises it `from` the driver's error.
    """
    for cls in type(error).__mro__:
        if cls in _TRANSLATIONS:
            return _TRANSLATIONS[cls](error)
    return PersistenceError(error)
