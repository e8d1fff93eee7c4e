"""The repository: makes aggregates from stored events, snapshots and cached aggregates (R1-R17)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import chain
from typing import Any, Generic, TypeVar, overload

from eventsourcing._concurrency.primitives_async import Lock, try_acquire
from eventsourcing.application.caching import Cache, LRUCache
from eventsourcing.application.copying import adopt_state, copy_aggregate
from eventsourcing.application.errors import AggregateNotFoundError
from eventsourcing.application.fastforward import FastForwardLocks
from eventsourcing.application.membership_async import AsyncMembership
from eventsourcing.application.projecting import ProjectorFunction, project_aggregate
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import AsyncEventStore

T = TypeVar("T")


class AsyncRepository(AsyncMembership, FastForwardLocks[Lock], Generic[TAggregateID]):
    """Gets aggregates by their ID, as they are now or were at an earlier version.

    A cached aggregate is brought up to date on each `get()`, by one caller at a time, unless
    `fastforward` is off. The settings are attributes that may be changed at any time.
    """

    def __init__(
        self,
        event_store: AsyncEventStore[TAggregateID],
        snapshot_store: AsyncEventStore[TAggregateID] | None = None,
        cache_maxsize: int | None = None,
        fastforward: bool = True,
        fastforward_skipping: bool = False,
        deepcopy_from_cache: bool = True,
    ) -> None:
        super().__init__(Lock)
        self.event_store = event_store
        self.snapshot_store = snapshot_store
        self.cache: Cache[TAggregateID, Any] | None = None
        if cache_maxsize is not None:
            self.cache = LRUCache(cache_maxsize) if cache_maxsize > 0 else Cache()
        self.fastforward = fastforward
        self.fastforward_skipping = fastforward_skipping
        self.deepcopy_from_cache = deepcopy_from_cache

    @overload
    async def get(
        self,
        aggregate_id: TAggregateID,
        version: int | None = None,
        *,
        fastforward_skipping: bool = False,
        deepcopy_from_cache: bool = True,
    ) -> Any: ...

    @overload
    async def get(
        self,
        aggregate_id: TAggregateID,
        version: int | None = None,
        *,
        projector_func: ProjectorFunction[T, Any],
        fastforward_skipping: bool = False,
        deepcopy_from_cache: bool = True,
    ) -> T: ...

    @overload
    async def get(
        self,
        aggregate_id: TAggregateID,
        version: int | None,
        projector_func: ProjectorFunction[T, Any],
        fastforward_skipping: bool = False,
        deepcopy_from_cache: bool = True,
    ) -> T: ...

    async def get(
        self,
        aggregate_id: TAggregateID,
        version: int | None = None,
        projector_func: ProjectorFunction[Any, Any] = project_aggregate,
        fastforward_skipping: bool = False,
        deepcopy_from_cache: bool = True,
    ) -> Any:
        """Return the aggregate after the event with that version, or after its last event.

        `projector_func` makes it from the snapshot, if there is one, and the events after it. With
        a version the cache is not used. From the cache a copy is returned, unless
        `deepcopy_from_cache` is false; with `fastforward_skipping` the cached state is returned as
        it is when somebody else is just bringing it up to date.

        Raises `AggregateNotFoundError` if there are no events, or the projector returns `None`.
        """
        if self.cache is None or version is not None:
            return await self._reconstruct(aggregate_id, version, projector_func)
        skipping = fastforward_skipping or self.fastforward_skipping
        aggregate = await self._get_cached(self.cache, aggregate_id, projector_func, skipping)
        return (
            copy_aggregate(aggregate)
            if deepcopy_from_cache and self.deepcopy_from_cache
            else aggregate
        )

    async def contains(self, aggregate_id: TAggregateID) -> bool:
        """Say whether `get()` would return an aggregate."""
        try:
            await self.get(aggregate_id, deepcopy_from_cache=False)
        except AggregateNotFoundError:
            return False
        return True

    async def _reconstruct(
        self,
        aggregate_id: TAggregateID,
        version: int | None,
        projector_func: ProjectorFunction[Any, Any],
    ) -> Any:
        """Make the aggregate from what is stored."""
        if self.snapshot_store is None:
            history = await self.event_store.get(aggregate_id, lte=version)
        else:
            snapshots = list(
                await self.snapshot_store.get(aggregate_id, lte=version, desc=True, limit=1)
            )
            gt = snapshots[0].originator_version if snapshots else None
            domain_events = await self.event_store.get(aggregate_id, gt=gt, lte=version)
            history = chain(snapshots, domain_events)
        aggregate = projector_func(None, history)
        if aggregate is None:
            raise AggregateNotFoundError(
                f"Aggregate {aggregate_id!r} version {version!r} not found."
            )
        return aggregate

    async def _get_cached(
        self,
        cache: Cache[TAggregateID, Any],
        aggregate_id: TAggregateID,
        projector_func: ProjectorFunction[Any, Any],
        skipping: bool,
    ) -> Any:
        """Return the cached aggregate itself, up to date if that is wanted."""
        cached = _peek(cache, aggregate_id)
        if cached is not None and not self.fastforward:
            return cached
        lock = self._use_fastforward_lock(aggregate_id)
        try:
            if cached is None or not skipping:
                await lock.acquire()
            elif not await try_acquire(lock):
                return cached
            try:
                return await self._refresh(cache, aggregate_id, projector_func)
            finally:
                lock.release()
        finally:
            self._disuse_fastforward_lock(aggregate_id)

    async def _refresh(
        self,
        cache: Cache[TAggregateID, Any],
        aggregate_id: TAggregateID,
        projector_func: ProjectorFunction[Any, Any],
    ) -> Any:
        """Fill the cache or bring it up to date, with the lock of the aggregate held."""
        cached = _peek(cache, aggregate_id)
        if cached is None:
            aggregate = await self._reconstruct(aggregate_id, None, projector_func)
            return self._put_unless_older(cache, aggregate_id, aggregate)
        if not self.fastforward:
            return cached
        cached_version = cached.version
        domain_events = list(await self.event_store.get(aggregate_id, gt=cached_version))
        if not domain_events:
            return cached
        # A copy is changed, so that nobody sees (or is left with) a half applied state.
        draft = copy_aggregate(cached)
        aggregate = projector_func(draft, domain_events)
        if aggregate is None:
            _evict(cache, aggregate_id)
            raise AggregateNotFoundError(aggregate_id)
        # Without copying, somebody may have changed the cached object meanwhile: it is left alone,
        # so that saving it raises an error.
        is_unchanged = cached.version == cached_version
        if aggregate is draft and is_unchanged and adopt_state(cached, draft):
            return cached
        cache.put(aggregate_id, aggregate)
        return aggregate

    def _put_unless_older(
        self, cache: Cache[TAggregateID, Any], aggregate_id: TAggregateID, aggregate: Any
    ) -> Any:
        """Put the aggregate in the cache unless a later version is there; return what is there."""
        with self._fastforward_locks_mutex:
            cached = _peek(cache, aggregate_id)
            if cached is not None and cached.version > aggregate.version:
                return cached
            cache.put(aggregate_id, aggregate)
            return aggregate

    def _remember_saved(self, aggregates: Mapping[TAggregateID, Any]) -> None:
        """Without fast-forwarding, cache the aggregates that have been recorded."""
        if self.cache is None or self.fastforward:
            return
        for aggregate_id, aggregate in aggregates.items():
            own = copy_aggregate(aggregate) if self.deepcopy_from_cache else aggregate
            self._put_unless_older(self.cache, aggregate_id, own)

    def _forget_unsaved(self, aggregates: Mapping[TAggregateID, Any]) -> None:
        """Evict what must not be served again because the aggregates could not be recorded.

        That is an aggregate which holds changes that were not stored, and one that will stay stale.
        """
        if self.cache is None:
            return
        for aggregate_id, aggregate in aggregates.items():
            if not self.fastforward or _peek(self.cache, aggregate_id) is aggregate:
                _evict(self.cache, aggregate_id)


def _peek(cache: Cache[TAggregateID, Any], aggregate_id: TAggregateID) -> Any:
    try:
        return cache.get(aggregate_id)
    except KeyError:
        return None


def _evict(cache: Cache[TAggregateID, Any], aggregate_id: TAggregateID) -> None:
    with suppress(KeyError):
        cache.get(aggregate_id, evict=True)
