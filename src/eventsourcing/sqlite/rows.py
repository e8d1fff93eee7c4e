"""Values made from rows, and rows from values, with little time spent on each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

_new = object.__new__


def format_originator_id(originator_id: UUID | str) -> str:
    """Return the text under which events of the aggregate are stored."""
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id


def make_rows(stored_events: Iterable[StoredEvent]) -> list[tuple[str, int, str, bytes]]:
    """Return the values of the columns for each event."""
    return [
        (
            format_originator_id(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )
        for stored_event in stored_events
    ]


def make_stored_events(
    rows: Sequence[tuple[Any, ...]], convert_id: Callable[[str], UUID | str]
) -> list[StoredEvent]:
    """Return the events of one aggregate."""
    if not rows:
        return []
    originator_id = convert_id(rows[0][0])
    stored_events = []
    for _, originator_version, topic, state in rows:
        # Half the time that the constructor of a frozen dataclass takes.
        stored_event = _new(StoredEvent)
        attributes = stored_event.__dict__
        attributes["originator_id"] = originator_id
        attributes["originator_version"] = originator_version
        attributes["topic"] = topic
        attributes["state"] = state
        stored_events.append(stored_event)
    return stored_events


def make_notifications(
    rows: Sequence[tuple[Any, ...]], convert_id: Callable[[str], UUID | str]
) -> list[Notification]:
    """Return the notifications; those of one aggregate share the object that is their ID."""
    ids: dict[str, UUID | str] = {}
    notifications = []
    for notification_id, text, originator_version, topic, state in rows:
        originator_id = ids.get(text)
        if originator_id is None:
            originator_id = ids[text] = convert_id(text)
        notification = _new(Notification)
        attributes = notification.__dict__
        attributes["originator_id"] = originator_id
        attributes["originator_version"] = originator_version
        attributes["topic"] = topic
        attributes["state"] = state
        attributes["id"] = notification_id
        notifications.append(notification)
    return notifications
