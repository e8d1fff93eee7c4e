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

# After these a new connection may do better: a file can have become writable, whole or reachable.
_CODES_OF_SPOILT_CONNECTIONS = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}

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
    known_classes = (cls for cls in type(error).__mro__ if cls in _TRANSLATIONS)
    return _TRANSLATIONS[next(known_classes)](error)


def primary_code(error: BaseException | None) -> int | None:
    """Return the result code of SQLite, without the details of extended codes, if there is one."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def spoils_connection(error: BaseException) -> bool:
    """Say whether, after this error or its cause, the connection had better not be used again."""
    codes = {primary_code(error), primary_code(error.__cause__)}
    return not codes.isdisjoint(_CODES_OF_SPOILT_CONNECTIONS)
