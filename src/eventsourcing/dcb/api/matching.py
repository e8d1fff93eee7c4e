"""Which events a query matches: the definition that all recorders follow (C2-C4). Pure."""

from __future__ import annotations

from eventsourcing.dcb.api.values import DCBEvent, DCBQuery, DCBQueryItem


def query_matches(query: DCBQuery | None, event: DCBEvent) -> bool:
    """Say whether the query, or `None` for all events, matches the event."""
    if query is None or not query.items:
        return True
    return any(item_matches(item, event) for item in query.items)


def item_matches(item: DCBQueryItem, event: DCBEvent) -> bool:
    """Say whether the event has one of the types, if there are any, and all of the tags."""
    return (not item.types or event.type in item.types) and set(item.tags).issubset(event.tags)
