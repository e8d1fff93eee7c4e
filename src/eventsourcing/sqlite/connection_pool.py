"""The pool of connections to one SQLite database, which also sees to its journal mode."""

from __future__ import annotations

import os
import sqlite3
from time import monotonic

from eventsourcing._concurrency.primitives_sync import Lock, sleep
from eventsourcing.persistence import (
    ConnectionPool,
    ConnectionUnavailableError,
    InterfaceError,
    ProgrammingError,
)
from eventsourcing.sqlite.connections import (
    SQLITE3_DEFAULT_LOCK_TIMEOUT,
    SQLiteConnection,
    Synchronous,
)
from eventsourcing.sqlite.database_names import is_memory, make_absolute
from eventsourcing.sqlite.errors import (
    DRIVER_ERRORS,
    primary_code,
    spoils_connection,
    translate_error,
)

_BUSY_PAUSE_SECONDS = 0.01

_connections_of_parent: list[SQLiteConnection] = []  # kept, so that they are not closed


class SQLiteConnectionPool(ConnectionPool[SQLiteConnection]):
    """A connection pool; reading and writing exclude each other if the database is in memory.

    The first connection to a file switches it to WAL, if it is not: then `is_journal_mode_wal`
    and `journal_mode_was_changed_to_wal` become true.
    """

    def __init__(
        self,
        db_name: str,
        lock_timeout: int | None = None,
        pool_size: int = 5,
        max_overflow: int = 10,
        pool_timeout: float = 5.0,
        max_age: float | None = None,
        pre_ping: bool = False,
        synchronous: Synchronous = "FULL",
    ) -> None:
        self.db_name = db_name
        # Connections are made on demand, also after the process has changed its folder.
        self._address = make_absolute(db_name)
        self.lock_timeout = lock_timeout
        self.synchronous = synchronous
        self.is_sqlite_memory_mode: bool = self.detect_memory_mode(db_name)
        self.is_journal_mode_wal: bool = False
        self.journal_mode_was_changed_to_wal: bool = False
        self._journal_mode_lock = Lock()
        self._pid = os.getpid()
        super().__init__(
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=pool_timeout,
            max_age=max_age,
            pre_ping=pre_ping,
            mutually_exclusive_read_write=self.is_sqlite_memory_mode,
        )

    @staticmethod
    def detect_memory_mode(db_name: str | None) -> bool:
        """Say whether a database of that name lives in memory only."""
        return is_memory(db_name)

    def get_connection(
        self, timeout: float | None = None, is_writer: bool | None = None
    ) -> SQLiteConnection:
        """Return a connection for the use of the caller, who must put it back.

        Raises `ProgrammingError` in a forked process, if there were connections when it was forked.
        """
        if self._pid != os.getpid():
            self._go_on_after_fork()
        try:
            return super().get_connection(timeout, is_writer)
        except ConnectionUnavailableError as error:
            if is_writer:
                error.add_note(
                    "At most one transaction that changes the database can be open in a process. "
                    "Inside of one, do not call what begins another: insert_tracking(tracking), "
                    "for example, where _insert_tracking(cursor, tracking) is meant"
                )
            raise

    def close(self) -> None:
        """Close all connections, also those in use; but not, in a forked process, the parent's."""
        if self._pid != os.getpid() and not self.is_sqlite_memory_mode:
            _connections_of_parent.extend(self._get_all_connections())
            self._start_empty()
        super().close()

    def _go_on_after_fork(self) -> None:
        if not self.is_sqlite_memory_mode:
            # SQLite believes that this process has the locks that only its parent has: using a
            # copied connection, even to close it, or any other to the same file, can damage it.
            if self._get_all_connections():
                raise ProgrammingError(
                    f"The SQLite database '{self.db_name}' was open when this process was forked. "
                    "SQLite cannot be used so: open it in the forked process, and not before"
                )
            self._journal_mode_lock = Lock()
            self._start_empty()
        self._pid = os.getpid()

    def _create_connection(self) -> SQLiteConnection:
        driver_connection = connect(self._address, self.lock_timeout)
        try:
            driver_connection.row_factory = sqlite3.Row
            if not self.is_sqlite_memory_mode:
                self._prepare_file(driver_connection)
        except BaseException as error:
            driver_connection.close()
            if isinstance(error, DRIVER_ERRORS):
                translated = translate_error(error)
                if spoils_connection(error):
                    translated.add_note(f"The database is '{self.db_name}' (SQLITE_DBNAME)")
                raise translated from error
            raise
        return SQLiteConnection(driver_connection, max_age=self.max_age)

    def _prepare_file(self, connection: sqlite3.Connection) -> None:
        with self._journal_mode_lock:
            if not self.is_journal_mode_wal:
                self._switch_to_wal(connection)
        # Said explicitly, because SQLite can be compiled with a weaker default.
        connection.execute(f"PRAGMA synchronous={self.synchronous}")

    def _switch_to_wal(self, connection: sqlite3.Connection) -> None:
        """Switch the journal mode, as far as the database lets itself be switched.

        SQLite waits for locks, but gives up where two that switch would wait for each other.
        """
        deadline = monotonic() + (self.lock_timeout or SQLITE3_DEFAULT_LOCK_TIMEOUT)
        while True:
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
            if mode == "wal":
                self.is_journal_mode_wal = True
                return
            try:
                (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
            except sqlite3.OperationalError as error:
                if primary_code(error) == sqlite3.SQLITE_READONLY:
                    return  # it can still be read as it is
                if primary_code(error) != sqlite3.SQLITE_BUSY or monotonic() >= deadline:
                    raise
                sleep(_BUSY_PAUSE_SECONDS)
            else:
                # The mode stays what it was where the file system cannot share memory.
                self.is_journal_mode_wal = self.journal_mode_was_changed_to_wal = mode == "wal"
                return


def connect(db_name: str, lock_timeout: int | None = None) -> sqlite3.Connection:
    """Open a connection of the driver; raises `InterfaceError` if that is not possible."""
    try:
        return sqlite3.connect(
            db_name,
            timeout=lock_timeout or SQLITE3_DEFAULT_LOCK_TIMEOUT,
            isolation_level=None,  # no implicit transactions
            check_same_thread=False,
            uri=True,
        )
    except (*DRIVER_ERRORS, TypeError, ValueError) as error:
        opening_error = InterfaceError(error)
        opening_error.add_note(
            f"The database is '{db_name}' (SQLITE_DBNAME). A file is made if it is not there, but "
            "its folder has to be, and has to be writable"
        )
        raise opening_error from error
