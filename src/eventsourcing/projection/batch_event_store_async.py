"""What an event-sourced projection reads while it processes a batch: also what is not stored yet.

Used by `event_sourced_async`; a batch is several events that are processed in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain, islice
from typing import Any

from eventsourcing.application import AsyncRepository
from eventsourcing.application.caching import Cache
from eventsourcing.application.projecting import ProjectorFunction
from eventsourcing.domain import DomainEventProtocol, TAggregateID
from eventsourcing.persistence import AsyncEventStore, Recording

Collected = dict[Any, list[Any]]
"""The events of each aggregate, by its ID, in the order of their versions."""

# What was collected so far in the batches that are being processed, by the identities of stores.
# It belongs to the thread or task that processes, so nobody else sees it.
_collected: ContextVar[Mapping[int, Collected]] = ContextVar("_collected", default={})  # noqa: B039


class AsyncBatchEventStore(AsyncEventStore[TAggregateID]):
    """An event store that, within a batch, also selects the events that were collected in it."""

    def __init__(self, event_store: AsyncEventStore[TAggregateID]) -> None:
        super().__init__(event_store.mapper, event_store.recorder)
        self._event_store = event_store

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Begin with nothing collected; forget it at the end, when it is stored or given up."""
        token = _collected.set({**_collected.get(), id(self): {}})
        try:
            yield
        finally:
            _collected.reset(token)

    def collect(self, domain_events: Iterable[DomainEventProtocol[TAggregateID]]) -> None:
        """Have the events selected from now on, after those that are stored."""
        collected = _collected.get()[id(self)]
        for each in domain_events:
            collected.setdefault(each.originator_id, []).append(each)

    def has_collected(self, originator_id: TAggregateID) -> bool:
        """Say whether events of this aggregate were collected in the batch."""
        return originator_id in _collected.get().get(id(self), ())

    async def put(
        self, domain_events: Sequence[DomainEventProtocol[TAggregateID]], **kwargs: Any
    ) -> list[Recording[Any]]:
        """Store all the events atomically, as the other store does."""
        return await self._event_store.put(domain_events, **kwargs)

    async def get(
        self,
        originator_id: TAggregateID,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Iterator[Any]:
        """Select events as the other store does, and those that were collected."""
        stored = await self._event_store.get(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
        collected = [
            each
            for each in _collected.get().get(id(self), {}).get(originator_id, ())
            if (gt is None or each.originator_version > gt)
            and (lte is None or each.originator_version <= lte)
        ]
        if not collected:
            return stored
        selected = chain(reversed(collected), stored) if desc else chain(stored, collected)
        return selected if limit is None else islice(selected, limit)


class AsyncBatchRepository(AsyncRepository[TAggregateID]):
    """A repository that does not cache what was collected in a batch and is not stored yet."""

    async def _get_cached(
        self,
        cache: Cache[TAggregateID, Any],
        aggregate_id: TAggregateID,
        projector_func: ProjectorFunction[Any, Any],
        skipping: bool,
    ) -> Any:
        store = self.event_store
        if isinstance(store, AsyncBatchEventStore) and store.has_collected(aggregate_id):
            return await self._reconstruct(aggregate_id, None, projector_func)
        return await super()._get_cached(cache, aggregate_id, projector_func, skipping)
