"""What rows and the values of composite types look like, and what is made of rows."""

from __future__ import annotations

from typing import Any, NamedTuple

from eventsourcing.dcb.api import DCBEvent, DCBSequencedEvent

Row = tuple[Any, ...]
"""Position, type, data and tags of an event; or, of the head, the position and nothing else."""


class PsycopgDCBEvent(NamedTuple):
    """An event, shaped like the composite type `dcb_event_tt`."""

    type: str
    data: bytes
    tags: list[str]


class PsycopgDCBQueryItem(NamedTuple):
    """An item of a query, shaped like the composite type `dcb_query_item_tt`."""

    types: list[str]
    tags: list[str]


def make_event(row: Row) -> DCBSequencedEvent:
    """Make an event of its row."""
    position, type_, data, tags = row
    return DCBSequencedEvent(DCBEvent(type_, data, tags), position)


def take_head(rows: list[Row]) -> int | None:
    """Remove the row of the head, and return the position."""
    # It is last, or before the last event, which has the same position.
    head: int | None = rows.pop(-1 if rows[-1][1] is None else -2)[0]
    return head


def last_position(rows: list[Row]) -> int | None:
    """Return the position of the last event; there must be no row of the head."""
    return rows[-1][0] if rows else None
