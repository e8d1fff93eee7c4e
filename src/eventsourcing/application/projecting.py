"""Projectors: functions that make the state of an aggregate from its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from eventsourcing.domain import CanMutateProtocol, TDomainEvent

T = TypeVar("T")

ProjectorFunction = Callable[[T | None, Iterable[TDomainEvent]], T | None]
"""Makes the next state from the previous one (`None` at first) and the events after it."""

MutatorFunction = Callable[[TDomainEvent, T | None], T | None]
"""Makes the next state from one event and the previous state."""


def project_aggregate(aggregate: Any, domain_events: Iterable[Any]) -> Any:
    """Return the aggregate after the events, each of which has a method `mutate()`.

    `None` if there are no events, or if the last one ends the life of the aggregate. Raises
    `AssertionError` for an event without `mutate()`.
    """
    for domain_event in domain_events:
        try:
            mutate = domain_event.mutate
        except AttributeError:
            raise AssertionError(
                f"{type(domain_event)} does not implement the 'can mutate' protocol "
                "(see CanMutateProtocol): define mutate() on the event class, or use a projector "
                "function that knows these events"
            ) from None
        aggregate = mutate(aggregate)
    return aggregate


def can_mutate(domain_event: Any) -> bool:
    """Say whether the default projector can use the event."""
    return isinstance(domain_event, CanMutateProtocol)
