"""Kinds of events: what is asked of an event, which each kind answers in its own way. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID


class EventKind(Protocol):
    """Knows what the events that an application records consist of."""

    has_tags: bool
    """Whether dead letters of such events have tags; else they have an originator."""
    key_name: str
    """What the keys of an event are called."""

    def fact(self, event: Any) -> Any:
        """Return the object that says what has happened, an instance of the user's class."""
        ...

    def keys(self, event: Any) -> Sequence[UUID | str]:
        """Return what orders the event: those that share a key are processed in order."""
        ...

    def origin(self, event: Any) -> dict[str, Any]:
        """Return the fields of the event's dead letter that say where it comes from."""
        ...


class AggregateEvents:
    """Events of aggregates: each belongs to one."""

    has_tags = False
    key_name = "originator_id"

    def fact(self, event: Any) -> Any:
        """Return the event itself."""
        return event

    def keys(self, event: Any) -> Sequence[UUID | str]:
        """Return the ID of the aggregate; nothing if the event has none."""
        originator_id: UUID | str | None = getattr(event, "originator_id", None)
        return () if originator_id is None else (originator_id,)

    def origin(self, event: Any) -> dict[str, Any]:
        """Return the ID of the aggregate, and the version to which the event has brought it."""
        return {
            "originator_id": event.originator_id,
            "originator_version": event.originator_version,
        }


class TaggedDecisions:
    """Decisions, each with the tags of the things that it concerns."""

    has_tags = True
    key_name = "tags"

    def fact(self, event: Any) -> Any:
        """Return the decision."""
        return event.decision

    def keys(self, event: Any) -> Sequence[UUID | str]:
        """Return the tags."""
        tags: Sequence[str] = event.tags
        return tags

    def origin(self, event: Any) -> dict[str, Any]:
        """Return the tags."""
        return {"originator_id": None, "originator_version": None, "tags": tuple(event.tags)}


AGGREGATE_EVENTS: EventKind = AggregateEvents()
TAGGED_DECISIONS: EventKind = TaggedDecisions()
