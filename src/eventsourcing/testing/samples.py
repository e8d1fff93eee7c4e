"""Stored events for the conformance suites, and what recorders must select from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID, uuid4

from eventsourcing.persistence import Notification, StoredEvent

HOSTILE_TEXTS = (
    "with 'quotes', \"double\", `back` and \\slashes\\",
    "'; DROP TABLE stored_events; --",
    "%s %(name)s :name ? $1 {}",
    "日本語 ü 😀 \u202e",
    "new\nline\ttab",
    " blanks around ",
)
"""Texts that must be stored exactly as they are, wherever text is stored."""

DIFFICULT_TEXTS = (
    "nul \x00 nul",
    "lone surrogate \ud800",
    "".join(chr(0x4E00 + number * number % 20_000) for number in range(10_000)),
)
"""Texts that some databases cannot store; they must be stored exactly, or refused."""


def new_id(id_type: type[UUID | str]) -> UUID | str:
    """Return an originator ID that was never used before."""
    return uuid4() if id_type is UUID else f"order-{uuid4().hex[:12]}"


def make_events(
    originator_id: UUID | str, versions: Iterable[int], topic: str = "topic"
) -> list[StoredEvent]:
    """Return events of one aggregate, each with another state."""
    return [
        StoredEvent(originator_id, version, topic, f"state {version}".encode())
        for version in versions
    ]


def select_range(
    events: Sequence[StoredEvent],
    gt: int | None,
    lte: int | None,
    desc: bool,
    limit: int | None,
) -> list[StoredEvent]:
    """Return which of the events of one aggregate `select_events()` must select."""
    found = [
        event
        for event in sorted(events, key=lambda event: event.originator_version, reverse=desc)
        if (gt is None or event.originator_version > gt)
        and (lte is None or event.originator_version <= lte)
    ]
    return found[:limit]


def select_notifications(
    log: Sequence[Notification],
    start: int | None,
    limit: int,
    stop: int | None,
    topics: Collection[str],
    inclusive_of_start: bool,
) -> list[Notification]:
    """Return which notifications of a whole log the recorder must select."""
    found = [
        notification
        for notification in log
        if (
            start is None
            or notification.id > start
            or (inclusive_of_start and notification.id == start)
        )
        and (stop is None or notification.id <= stop)
        and (not topics or notification.topic in topics)
    ]
    return found[:limit]


def as_notifications(
    events: Sequence[StoredEvent], ids: Sequence[int] | None
) -> list[Notification]:
    """Return the notifications that the events with these IDs must be."""
    return [
        Notification(
            event.originator_id, event.originator_version, event.topic, event.state, notification_id
        )
        for event, notification_id in zip(events, ids or (), strict=True)
    ]
