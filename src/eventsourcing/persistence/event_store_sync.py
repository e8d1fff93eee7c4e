# Generated from event_store_async.py by tools/async_to_sync.py: do not edit.
"""The event store: domain events in, domain events out (contract Z1, Z2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from eventsourcing.persistence.recording import pair_with_notifications
from eventsourcing.persistence.records import Recording

if TYPE_CHECKING:
    from eventsourcing.domain import DomainEventProtocol
    from eventsourcing.persistence.mapper import Mapper
    from eventsourcing.persistence.recorders_sync import AggregateRecorder

TAggregateID = TypeVar("TAggregateID", bound=UUID | str)


class EventStore(Generic[TAggregateID]):
    """Stores and selects domain events through a mapper and a recorder."""

    def __init__(self, mapper: Mapper[TAggregateID], recorder: AggregateRecorder) -> None:
        self.mapper = mapper
        self.recorder = recorder

    def put(
        self, domain_events: Sequence[DomainEventProtocol[TAggregateID]], **kwargs: Any
    ) -> list[Recording[Any]]:
        """Store all the events atomically and return them with their notifications, in order.

        The list is empty if the recorder issues no notification IDs. Raises what mapping and
        `insert_events()` raise; nothing is stored then.
        """
        stored_events = [self.mapper.to_stored_event(event) for event in domain_events]
        ids = self.recorder.insert_events(stored_events, **kwargs)
        return pair_with_notifications(domain_events, stored_events, ids)

    def get(
        self,
        originator_id: TAggregateID,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Iterator[Any]:
        """Select events as `select_events()` does; they are mapped while the result is iterated."""
        stored_events = self.recorder.select_events(
            originator_id, gt=gt, lte=lte, desc=desc, limit=limit
        )
        return map(self.mapper.to_domain_event, stored_events)
