"""What bringing cached aggregates up to date needs besides I/O: locks, and the change of state."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
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


def adopt_state(target: Any, source: Any) -> bool:
    """Give the target all attributes of the source, in one step that no thread sees half done.

    The source must not be used any more. Returns `False`, and does nothing, if that is not
    possible: if the two are not of the same class, or do not keep all they have in `__dict__`.
    """
    if source.__class__ is not target.__class__ or _has_slots(target.__class__):
        return False
    object.__setattr__(target, "__dict__", source.__dict__)
    return True


@cache
def _has_slots(cls: type[Any]) -> bool:
    if cls.__dictoffset__ == 0:
        return True
    declared = (vars(base).get("__slots__", ()) for base in cls.__mro__)
    names = {name for slots in declared for name in ((slots,) if isinstance(slots, str) else slots)}
    return bool(names - {"__dict__", "__weakref__"})
