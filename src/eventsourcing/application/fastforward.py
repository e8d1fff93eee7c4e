"""Locks under which repositories bring cached aggregates up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from eventsourcing._concurrency.primitives_sync import Lock as Mutex
from eventsourcing.application.caching import LRUCache

L = TypeVar("L")


class FastForwardLocks(Generic[L]):
    """Registry of locks, one for each aggregate ID. Base class of repositories.

    Locks in use are counted; the most recent ones that are not in use are kept for reuse.
    """

    FASTFORWARD_LOCKS_CACHE_MAXSIZE: ClassVar[int] = 50

    def __init__(self, lock_class: Callable[[], L]) -> None:
        self._fastforward_lock_class = lock_class
        self._fastforward_locks_mutex = Mutex()
        self._fastforward_locks_inuse: dict[Any, tuple[L, int]] = {}
        self._fastforward_locks_cache: LRUCache[Any, L] = LRUCache(
            self.FASTFORWARD_LOCKS_CACHE_MAXSIZE
        )

    def _use_fastforward_lock(self, aggregate_id: Any) -> L:
        """Return the lock of the aggregate and count one more user of it."""
        with self._fastforward_locks_mutex:
            lock, num_users = self._fastforward_locks_inuse.get(aggregate_id, (None, 0))
            if lock is None:
                try:
                    lock = self._fastforward_locks_cache.get(aggregate_id, evict=True)
                except KeyError:
                    lock = self._fastforward_lock_class()
            self._fastforward_locks_inuse[aggregate_id] = lock, num_users + 1
            return lock

    def _disuse_fastforward_lock(self, aggregate_id: Any) -> None:
        """Count one user less; the last one leaves the lock in the cache."""
        with self._fastforward_locks_mutex:
            lock, num_users = self._fastforward_locks_inuse[aggregate_id]
            if num_users > 1:
                self._fastforward_locks_inuse[aggregate_id] = lock, num_users - 1
            else:
                del self._fastforward_locks_inuse[aggregate_id]
                self._fastforward_locks_cache.put(aggregate_id, lock)
