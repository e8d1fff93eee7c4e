# Generated from event_sourced_log_async.py by tools/async_to_sync.py: do not edit.
"""A log of events that are never projected into an aggregate (contract E10-E13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic
from uuid import UUID

from eventsourcing.domain import Aggregate, TDomainEvent, datetime_now_with_tzinfo
from eventsourcing.persistence import EventStore


class EventSourcedLog(Generic[TDomainEvent]):
    """Makes and selects the events of one sequence.

    Events are stored by saving them, perhaps together with aggregates. Two events that were made
    without storing the first have the same version, so the second one cannot be stored.
    """

    def __init__(
        self,
        events: EventStore[Any],
        originator_id: UUID,
        logged_cls: type[TDomainEvent],
    ) -> None:
        self.events = events
        self.originator_id = originator_id
        self.logged_cls = logged_cls

    def trigger_event(
        self, next_originator_version: int | None = None, **kwargs: Any
    ) -> TDomainEvent:
        """Return a new event with these attributes, which is not stored yet.

        Without a version it gets the next one, for which the last stored event is read.
        """
        domain_event: TDomainEvent = self._trigger_event(
            self.logged_cls, next_originator_version, **kwargs
        )
        return domain_event

    def _trigger_event(
        self, logged_cls: type[Any], next_originator_version: int | None = None, **kwargs: Any
    ) -> Any:
        """Return a new event of the given class, for subclasses that log events of several."""
        if next_originator_version is None:
            last = self.get_last()
            next_originator_version = (
                Aggregate.INITIAL_VERSION if last is None else last.originator_version + 1
            )
        create_timestamp = getattr(logged_cls, "create_timestamp", datetime_now_with_tzinfo)
        return logged_cls(
            originator_id=self.originator_id,
            originator_version=next_originator_version,
            timestamp=create_timestamp(),
            **kwargs,
        )

    def get_first(self) -> TDomainEvent | None:
        """Return the first event, `None` if the log is empty."""
        return next(self.get(limit=1), None)

    def get_last(self) -> TDomainEvent | None:
        """Return the last event, `None` if the log is empty."""
        return next(self.get(desc=True, limit=1), None)

    def get(
        self,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Iterator[TDomainEvent]:
        """Return events in the order of their versions, descending if `desc`.

        Versions greater than `gt`, up to and including `lte`, at most `limit` of them.
        """
        return self.events.get(self.originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
