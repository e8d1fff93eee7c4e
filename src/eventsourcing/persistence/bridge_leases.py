"""The asynchronous side of leases of engines that have only a synchronous side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from eventsourcing.persistence.errors import ConnectionPoolClosedError
from eventsourcing.persistence.leases_async import AsyncLease
from eventsourcing.persistence.leases_sync import Lease


class BridgeLease(AsyncLease):
    """A lease whose work is done by a synchronous one, in a thread of the bridge.

    When a task is cancelled while it acquires, the lease may be held nevertheless: release it.
    """

    def __init__(self, lease: Lease, run: Callable[..., Awaitable[Any]]) -> None:
        super().__init__(lease.name)
        self._lease = lease
        self._run = run

    async def try_acquire(self) -> bool:
        """Take the lease if nobody holds it; return whether this object holds it now."""
        return bool(await self._run(self._lease.try_acquire))

    async def release(self) -> None:
        """Give up the lease, if it is held."""
        with suppress(ConnectionPoolClosedError):  # closing the factory has released it
            await self._run(self._lease.release)

    async def is_held(self) -> bool:
        """Ask whether this object holds the lease."""
        try:
            return bool(await self._run(self._lease.is_held))
        except ConnectionPoolClosedError:
            return False
