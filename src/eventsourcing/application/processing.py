"""Units of work: what an application records at one time, and what it tells others of it."""

from __future__ import annotations

import warnings
from typing import Any, Generic, cast

from eventsourcing.domain import DomainEventProtocol, MutableOrImmutableAggregate, TAggregateID
from eventsourcing.persistence import Recording, Tracking


class ProcessingEvent(Generic[TAggregateID]):
    """Collects new events, which are recorded together, with the position they result from."""

    def __init__(self, tracking: Tracking | None = None) -> None:
        self.tracking = tracking
        self.events: list[DomainEventProtocol[TAggregateID]] = []
        self.aggregates: dict[TAggregateID, MutableOrImmutableAggregate[TAggregateID]] = {}
        self.saved_kwargs: dict[str, Any] = {}

    def collect_events(
        self,
        *objs: MutableOrImmutableAggregate[TAggregateID] | DomainEventProtocol[TAggregateID] | None,
        **kwargs: Any,
    ) -> None:
        """Take the events given, and the pending events out of the aggregates given.

        The keywords are for the recorder. May be called repeatedly.
        """
        events = self.events
        for obj in objs:
            if obj is None:
                continue
            # This is what DomainEventProtocol asks for; isinstance() with a protocol takes ten
            # times as long.
            if hasattr(obj, "originator_id") and hasattr(obj, "originator_version"):
                events.append(cast("DomainEventProtocol[TAggregateID]", obj))
                continue
            aggregate: Any = obj
            aggregate_id = aggregate.id
            collect_events = getattr(aggregate, "collect_events", None)
            if collect_events is not None:
                events.extend(collect_events())
            self.aggregates[aggregate_id] = aggregate
        self.saved_kwargs.update(kwargs)

    def include(self, other: ProcessingEvent[TAggregateID]) -> None:
        """Take what another unit of work has collected, after what is here."""
        self.events.extend(other.events)
        self.aggregates.update(other.aggregates)
        self.saved_kwargs.update(other.saved_kwargs)

    def save(
        self,
        *aggregates: MutableOrImmutableAggregate[TAggregateID]
        | DomainEventProtocol[TAggregateID]
        | None,
        **kwargs: Any,
    ) -> None:
        """Do the same as `collect_events()` (deprecated)."""
        warnings.warn(
            "'save()' is deprecated, use 'collect_events()' instead",
            DeprecationWarning,
            stacklevel=2,
        )
        self.collect_events(*aggregates, **kwargs)


class ProcessEvent(ProcessingEvent[TAggregateID]):
    """The name of `ProcessingEvent` in early releases (deprecated)."""

    def __init__(self, tracking: Tracking | None = None) -> None:
        warnings.warn(
            "'ProcessEvent' is deprecated, use 'ProcessingEvent' instead",
            DeprecationWarning,
            stacklevel=2,
        )
        super().__init__(tracking)


class RecordingEvent(Generic[TAggregateID]):
    """Tells followers what one save of a leading application has recorded."""

    def __init__(
        self,
        application_name: str,
        recordings: list[Recording[DomainEventProtocol[TAggregateID]]],
        previous_max_notification_id: int | None,
    ) -> None:
        self.application_name = application_name
        self.recordings = recordings
        self.previous_max_notification_id = previous_max_notification_id
