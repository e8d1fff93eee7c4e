"""Leases on PostgreSQL: advisory locks, each held by the session of a connection of its own."""

from __future__ import annotations

from typing import Any

import psycopg

from eventsourcing._concurrency.primitives_async import CloseWhenCollected, Lock
from eventsourcing.persistence import AsyncLease, OperationalError
from eventsourcing.postgres.datastore_async import AsyncPostgresDatastore
from eventsourcing.postgres.errors import translate
from eventsourcing.postgres.lease_keys import lease_key
from eventsourcing.postgres.pool_async import AsyncPostgresConnection

# Both sides find out in about ten seconds that the other machine is gone. Connections through Unix
# sockets, and some platforms, ignore these settings.
_CLIENT_OPTIONS: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_SERVER_OPTIONS = (
    "SELECT set_config('tcp_keepalives_idle', '5', false), "
    "set_config('tcp_keepalives_interval', '2', false), "
    "set_config('tcp_keepalives_count', '3', false), "
    "set_config('tcp_user_timeout', '10000', false)"
)
_TRY_LOCK = "SELECT pg_try_advisory_lock(%s) AS is_locked, pg_backend_pid() AS pid"
_UNLOCK = "SELECT pg_advisory_unlock(%s)"
_ASK = "SELECT pg_backend_pid() AS pid"


class AsyncPostgresLease(CloseWhenCollected, AsyncLease):
    """A lease held by a database session, which the server ends with its connection.

    The connection is not one of the pool's. It is made by the first `try_acquire()` and kept,
    also by one who waits for the lease, until `release()`. A proxy that shares sessions between
    clients, such as PgBouncer in its mode `transaction`, makes leases useless: connect directly.
    May be used by several threads (or tasks). It is among `connected`, if that is given, while it
    has a connection.
    """

    def __init__(
        self,
        datastore: AsyncPostgresDatastore,
        name: str,
        connected: set[AsyncPostgresLease] | None = None,
    ) -> None:
        self._is_open = False  # whether there is a connection
        super().__init__(name)
        self._datastore = datastore
        self._connected = set() if connected is None else connected
        self._key = lease_key(datastore.schema, name)
        self._lock = Lock()
        self._connection: AsyncPostgresConnection | None = None
        self._session: int | None = None  # the server process that holds the lock

    async def try_acquire(self) -> bool:
        """Take the lease if nobody holds it; return whether this object holds it now.

        A connection that was lost is replaced. Raises `OperationalError` if there is none.
        """
        async with self._lock:
            if await self._check():
                return True
            try:
                connection = await self._connect()
                cursor = await connection.execute(_TRY_LOCK, [self._key])
                row = await cursor.fetchone()
            except psycopg.Error as error:
                await self._disconnect()
                raise translate(error) from error
            except BaseException:
                await self._disconnect()  # the lock may have been taken
                raise
            if row is None or not row["is_locked"]:
                return False
            self._session = row["pid"]
            return True

    async def release(self) -> None:
        """Give up the lease, if it is held, by closing the connection."""
        async with self._lock:
            try:
                if self._connection is not None and self._session is not None:
                    # The server takes its time to notice that a connection was closed.
                    await self._connection.execute(_UNLOCK, [self._key])
            except psycopg.Error:
                pass
            finally:
                await self._disconnect()

    async def close(self) -> None:
        """Do the same as `release()`."""
        await self.release()

    async def is_held(self) -> bool:
        """Ask the server whether the session that holds the lease still lives."""
        async with self._lock:
            return await self._check()

    async def _check(self) -> bool:
        if self._connection is None or self._session is None:
            return False
        try:
            cursor = await self._connection.execute(_ASK)
            row = await cursor.fetchone()
        except psycopg.Error:
            await self._disconnect()
            return False
        except BaseException:
            await self._disconnect()  # what state it is in is not known
            raise
        if row is None or row["pid"] != self._session:
            await self._disconnect()
            return False
        return True

    async def _connect(self) -> AsyncPostgresConnection:
        if self._datastore.is_closed:
            raise OperationalError("the datastore is closed: no lease can be acquired from it")
        if self._connection is not None and not self._connection.closed:
            return self._connection
        pool = self._datastore.pool
        options: dict[str, Any] = dict(pool.kwargs or {})  # type: ignore[arg-type]
        options |= {**_CLIENT_OPTIONS, "connect_timeout": max(1, round(pool.timeout))}
        self._connection = await AsyncPostgresConnection.connect(**options)
        self._is_open = True
        self._connected.add(self)
        await self._connection.execute(_SERVER_OPTIONS)
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        self._session = None
        self._is_open = False
        self._connected.discard(self)
        if connection is not None:
            await connection.close()
