"""In-memory caches, which repositories use for aggregates."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

from eventsourcing._concurrency.primitives_sync import Lock

K = TypeVar("K")
V = TypeVar("V")


class Cache(Generic[K, V]):
    """A cache that grows without bound. Its operations are atomic for threads."""

    def __init__(self) -> None:
        self.cache: dict[K, V] = {}

    def get(self, key: K, evict: bool = False) -> V:
        """Return the value, and remove it if `evict`; raises `KeyError` if there is none."""
        return self.cache.pop(key) if evict else self.cache[key]

    def put(self, key: K, value: V | None) -> tuple[K | None, V | None] | None:
        """Set or replace the value; `None` is ignored."""
        if value is not None:
            self.cache[key] = value
        return None


class LRUCache(Cache[K, V]):
    """A cache of at most `maxsize` values, from which the least recently used one goes first.

    May be used by many threads.
    """

    def __init__(self, maxsize: int) -> None:
        super().__init__()
        self.maxsize = maxsize
        self.lock: Lock = Lock()
        self._entries: OrderedDict[K, V] = OrderedDict()  # the most recently used last
        self.cache: dict[K, V] = self._entries

    @property
    def full(self) -> bool:
        """Whether putting a new key evicts another one."""
        return len(self._entries) >= self.maxsize

    def get(self, key: K, evict: bool = False) -> V:
        """Return the value, which is now the most recently used one; remove it if `evict`.

        Raises `KeyError` if there is none.
        """
        with self.lock:
            if evict:
                return self._entries.pop(key)
            value = self._entries[key]
            self._entries.move_to_end(key)
            return value

    def put(self, key: K, value: V | None) -> tuple[K | None, V | None]:
        """Set or replace the value, which is now the most recently used one; `None` is ignored.

        Returns the key and the value that were evicted, or two times `None`.
        """
        if value is None:
            return None, None
        with self.lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            if len(self._entries) > self.maxsize:
                return self._entries.popitem(last=False)
        return None, None

    def clear(self) -> None:
        """Remove all entries."""
        with self.lock:
            self._entries.clear()
