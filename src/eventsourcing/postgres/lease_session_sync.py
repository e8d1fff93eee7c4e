# Generated from lease_session_async.py by tools/async_to_sync.py: do not edit.
"""The database session that holds the advisory locks of all leases of a factory."""

from __future__ import annotations

from typing import Any

import psycopg

from eventsourcing._concurrency.primitives_sync import CloseWhenCollected, Lock
from eventsourcing.persistence import OperationalError
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.errors import translate
from eventsourcing.postgres.pool_sync import PostgresConnection

_TRY_LOCK = "SELECT pg_try_advisory_lock(%s) AS is_locked, pg_backend_pid() AS pid"
_UNLOCK = "SELECT pg_advisory_unlock(%s)"
_ASK = "SELECT pg_backend_pid() AS pid"


class PostgresLeaseSession(CloseWhenCollected):
    """Holds advisory locks for their users, over one connection beside those of the pool.

    The connection is made when somebody first tries to lock, and kept, also for users who try in
    vain, until all have unlocked. When it is lost, all locks are. May be used by several threads
    (or tasks).
    """

    def __init__(self, datastore: PostgresDatastore) -> None:
        self._is_open = False  # whether there is a connection
        self.schema: str = datastore.schema
        self._datastore = datastore
        self._lock = Lock()
        self._connection: PostgresConnection | None = None
        self._process: int | None = None  # of the server, for this session
        self._holders: dict[int, object] = {}
        self._users: set[object] = set()

    def try_lock(self, key: int, user: object) -> bool:
        """Lock the key for the user unless anybody has; return whether this user has it now.

        A connection that was lost is replaced. Raises `OperationalError` if there is none.
        """
        with self._lock:
            if key in self._holders and self._is_alive():
                return self._holders[key] is user
            try:
                row = self._execute_try_lock(key)
            except psycopg.Error as error:
                self._disconnect()
                raise translate(error) from error
            except BaseException:
                self._disconnect()  # the lock may have been taken
                raise
            self._users.add(user)
            if not row["is_locked"]:
                return False
            self._process = row["pid"]
            self._holders[key] = user
            return True

    def unlock(self, key: int, user: object) -> None:
        """Unlock the key if the user has it; without users, the connection is closed."""
        with self._lock:
            self._users.discard(user)
            if self._holders.get(key) is user:
                del self._holders[key]
                self._execute_unlock(key)
            if not self._users:
                self._disconnect()

    def has(self, key: int, user: object) -> bool:
        """Ask the server whether the session lives, if the user has locked the key in it."""
        with self._lock:
            return self._holders.get(key) is user and self._is_alive()

    def close(self) -> None:
        """Unlock everything, by closing the connection; it may be made again later."""
        with self._lock:
            for key in tuple(self._holders):
                self._execute_unlock(key)
            self._users.clear()
            self._disconnect()

    def _execute_try_lock(self, key: int) -> dict[str, Any]:
        connection = self._connect()
        cursor = connection.execute(_TRY_LOCK, [key])
        return cursor.fetchone() or {"is_locked": False}

    def _execute_unlock(self, key: int) -> None:
        # The server takes its time to notice that a connection was closed.
        if self._connection is None:
            return
        try:
            self._connection.execute(_UNLOCK, [key])
        except psycopg.Error:
            self._disconnect()
        except BaseException:
            self._disconnect()
            raise

    def _is_alive(self) -> bool:
        if self._connection is None:
            return False
        try:
            cursor = self._connection.execute(_ASK)
            row = cursor.fetchone()
        except psycopg.Error:
            self._disconnect()
            return False
        except BaseException:
            self._disconnect()  # what state it is in is not known
            raise
        if row is None or row["pid"] != self._process:
            self._disconnect()
            return False
        return True

    def _connect(self) -> PostgresConnection:
        if self._datastore.is_closed:
            raise OperationalError("the datastore is closed: no lease can be acquired from it")
        if self._connection is not None and not self._connection.closed:
            return self._connection
        self._disconnect()
        self._connection = self._datastore.pool.connect_beside()
        self._is_open = True
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        self._process = None
        self._is_open = False
        self._holders.clear()
        if connection is not None:
            connection.close()
