# Generated from leases_async.py by tools/async_to_sync.py: do not edit.
"""Leases on PostgreSQL: advisory locks, held by a session that the leases of a factory share."""

from __future__ import annotations

from eventsourcing.persistence import Lease
from eventsourcing.postgres.lease_keys import lease_key
from eventsourcing.postgres.lease_session_sync import PostgresLeaseSession


class PostgresLease(Lease):
    """A lease held by a database session, which the server ends with its connection.

    The leases of a factory share a connection beside those of the pool. It is kept from the first
    `try_acquire()` of any, also by one who waits for its lease, until the last `release()`. A proxy
    that shares sessions between clients, such as PgBouncer in its mode `transaction`, makes leases
    useless: connect directly. May be used by several threads (or tasks).
    """

    def __init__(self, session: PostgresLeaseSession, name: str) -> None:
        super().__init__(name)
        self._session = session
        self._key = lease_key(session.schema, name)

    def try_acquire(self) -> bool:
        """Take the lease if nobody holds it; return whether this object holds it now.

        A connection that was lost is replaced. Raises `OperationalError` if there is none.
        """
        return self._session.try_lock(self._key, self)

    def release(self) -> None:
        """Give up the lease, if it is held, and the connection, if no other lease needs it."""
        self._session.unlock(self._key, self)

    def is_held(self) -> bool:
        """Ask the server whether the session that holds the lease still lives."""
        return self._session.has(self._key, self)
