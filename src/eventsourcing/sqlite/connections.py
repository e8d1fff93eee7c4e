"""Cursors, connections and transactions of SQLite: thin shells around those of the driver."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Literal, TypeAlias

from eventsourcing._concurrency.reentrant_lock import RLock, is_held_by_this_thread
from eventsourcing.persistence import Connection, Cursor, DataError, Params, PersistenceError
from eventsourcing.sqlite.errors import DRIVER_ERRORS, UNSTORABLE_VALUE_ERRORS, translate_error

SQLITE3_DEFAULT_LOCK_TIMEOUT = 5
"""Seconds that SQLite waits for the lock of another connection, unless told otherwise."""

Synchronous: TypeAlias = Literal["FULL", "NORMAL"]


class SQLiteCursor(Cursor):
    """A cursor whose rows can be accessed by name and by index.

    As a context manager it gives the cursor of the driver, and closes it on exit.
    """

    def __init__(self, sqlite_cursor: sqlite3.Cursor, guard: RLock | None = None) -> None:
        self._cursor = sqlite_cursor
        # The driver crashes when a connection is closed while another thread executes on it.
        self._guard = RLock() if guard is None else guard

    def __enter__(self) -> sqlite3.Cursor:
        return self._cursor

    def __exit__(self, *args: object) -> None:
        self._cursor.close()

    def execute(self, statement: str | bytes, params: Params | None = None) -> None:
        """Execute one statement; `DataError` if a value cannot be stored in any column."""
        text = statement.decode() if isinstance(statement, bytes) else statement
        try:
            with self._guard:
                if params is None:
                    self._cursor.execute(text)
                else:
                    self._cursor.execute(text, params)
        except UNSTORABLE_VALUE_ERRORS as error:
            raise DataError(error) from error

    def executemany(self, statement: str | bytes, params: Iterable[Params]) -> None:
        """Execute one statement for each of the sets of parameters."""
        text = statement.decode() if isinstance(statement, bytes) else statement
        try:
            with self._guard:
                self._cursor.executemany(text, params)
        except UNSTORABLE_VALUE_ERRORS as error:
            raise DataError(error) from error

    def fetchall(self) -> list[Any]:
        """Return all remaining rows."""
        with self._guard:
            return self._cursor.fetchall()

    def fetchone(self) -> Any:
        """Return the next row, or `None`."""
        with self._guard:
            return self._cursor.fetchone()

    @property
    def lastrowid(self) -> int | None:
        """The row ID of the last row that `execute()` inserted."""
        return self._cursor.lastrowid

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        return self._cursor.rowcount

    def close(self) -> None:
        """Close the cursor, which ends the reading of its statement."""
        with self._guard:
            self._cursor.close()


class SQLiteConnection(Connection[SQLiteCursor]):
    """A connection of the driver in autocommit mode: transactions are begun explicitly.

    May be closed by any thread; a statement that is being executed is finished before. If the same
    thread executes it, and was interrupted to collect the owner, nothing is closed: who borrowed
    the connection does so when giving it back.
    """

    def __init__(self, sqlite_conn: sqlite3.Connection, max_age: float | None = None) -> None:
        self._connection = sqlite_conn
        self._plain_cursor: sqlite3.Cursor | None = None
        self._guard = RLock()
        super().__init__(max_age=max_age)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction has begun and not ended."""
        return not self.closed and self._connection.in_transaction

    def cursor(self) -> SQLiteCursor:
        """Return a new cursor."""
        return SQLiteCursor(self._connection.cursor(), self._guard)

    def query(self, statement: str, params: Params) -> list[tuple[Any, ...]]:
        """Return the rows of a query as plain tuples, which are quicker to make than others."""
        with self._guard:
            if self._plain_cursor is None:
                self._plain_cursor = self._connection.cursor()
                self._plain_cursor.row_factory = None
            try:
                return self._plain_cursor.execute(statement, params).fetchall()
            except UNSTORABLE_VALUE_ERRORS as error:
                raise DataError(error) from error

    def commit(self) -> None:
        """Commit the transaction, if there is one."""
        with self._guard:
            self._connection.commit()

    def rollback(self) -> None:
        """Roll the transaction back, if there is one."""
        with self._guard:
            self._connection.rollback()

    def _close(self) -> None:
        # Threads that ended with the interpreter, in the middle of a statement, are not waited for.
        if is_held_by_this_thread(self._guard) or not self._guard.acquire(not sys.is_finalizing()):
            return
        try:
            super()._close()
            with suppress(sqlite3.Error):
                # Cursors that are still referred to would keep the transaction, and its locks.
                self._connection.rollback()
            self._connection.close()
        finally:
            self._guard.release()


class SQLiteTransaction:
    """A transaction on a connection: a context manager that gives a cursor.

    On exit it commits if `commit`, else it rolls back; it rolls back also when an exception is
    raised, and translates those of the driver. A transaction that will commit takes the lock of
    the writer at once, so that it never fails half-way because another one has it.
    """

    __slots__ = ("_commit", "_connection", "_cursor")

    def __init__(self, connection: SQLiteConnection, commit: bool = False) -> None:
        self._connection = connection
        self._commit = commit

    def __enter__(self) -> SQLiteCursor:
        try:
            self._cursor = self._connection.cursor()
            self._cursor.execute("BEGIN IMMEDIATE" if self._commit else "BEGIN")
        except DRIVER_ERRORS as error:
            raise translate_error(error) from error
        return self._cursor

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_value is not None:
            self._roll_back()
            if isinstance(exc_value, DRIVER_ERRORS):
                raise translate_error(exc_value) from exc_value
            return
        try:
            # A query whose rows were not all fetched would keep its view of the database.
            self._cursor.close()
            if self._commit:
                self._connection.commit()
            else:
                self._connection.rollback()
        except BaseException as error:
            self._roll_back()
            if isinstance(error, DRIVER_ERRORS):
                raise translate_error(error) from error
            raise

    def _roll_back(self) -> None:
        """Roll back in a way that cannot hide the error for which that is done."""
        for undo in (self._cursor.close, self._connection.rollback):
            with suppress(*DRIVER_ERRORS, PersistenceError):
                undo()
