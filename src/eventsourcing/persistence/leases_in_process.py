"""Leases among the threads and tasks of one process, for data that no other process has."""

from __future__ import annotations

from collections.abc import Hashable
from weakref import WeakValueDictionary

from eventsourcing._concurrency.reentrant_lock import RLock
from eventsourcing.persistence.leases_sync import Lease

_lock = RLock()  # an application that is collected releases its leases, at whatever line
# A lease that is collected while it is held is free again: its entry goes with it.
_holders: WeakValueDictionary[Hashable, InProcessLease] = WeakValueDictionary()


class InProcessLease(Lease):
    """A lease held by one object of this process; the key says what the name belongs to.

    May be used by several threads.
    """

    def __init__(self, key: Hashable, name: str) -> None:
        super().__init__(name)
        self._key: Hashable = (key, name)

    def try_acquire(self) -> bool:
        """Take the lease if no other object holds it; return whether this one does now."""
        with _lock:
            return _holders.setdefault(self._key, self) is self

    def release(self) -> None:
        """Give up the lease, if it is held."""
        with _lock:
            if _holders.get(self._key) is self:
                del _holders[self._key]

    def is_held(self) -> bool:
        """Say whether this object holds the lease."""
        return _holders.get(self._key) is self
