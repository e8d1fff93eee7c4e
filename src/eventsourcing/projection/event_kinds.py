"""Kinds of events: what is asked of an event, which each kind answers in its own way. Pure."""

from __future__ import annotations

from typing import Any, Protocol


class EventKind(Protocol):
    """Knows what the events that an application records consist of."""

    def fact(self, event: Any) -> Any:
        """Return the object that says what has happened, an instance of the user's class."""
        ...


class AggregateEvents:
    """Events of aggregates."""

    def fact(self, event: Any) -> Any:
        """Return the event itself."""
        return event


class TaggedDecisions:
    """Decisions, each with the tags of the things that it concerns."""

    def fact(self, event: Any) -> Any:
        """Return the decision."""
        return event.decision
