"""Events, queries and append conditions, as the specification at dcb.events has them (C1-C7)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class DCBQueryItem:
    """Matches events that have one of the types, if there are any, and all of the tags."""

    types: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


@dataclass
class DCBQuery:
    """Matches events that one of the items matches; all events, if there are no items."""

    items: list[DCBQueryItem] = field(default_factory=list)


@dataclass
class DCBAppendCondition:
    """Has an append fail if events match the query after a position; `None` means any position.

    `after` is usually the `head` of what was read to decide.
    """

    fail_if_events_match: DCBQuery = field(default_factory=DCBQuery)
    after: int | None = None


@dataclass
class DCBEvent:
    """An event: its type, its serialised data, and the tags by which it can be found."""

    type: str
    data: bytes
    tags: list[str] = field(default_factory=list)


@dataclass
class DCBSequencedEvent:
    """An event with its position in the sequence of all events; positions begin with 1."""

    event: DCBEvent
    position: int
