"""Recordings: what was stored, with the notification IDs that it got."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from eventsourcing.persistence.records import Notification, Recording, StoredEvent

Awaited: TypeAlias = int | Sequence[Recording[Any]] | None
"""What can be waited for: a notification, by its ID, or what `save()` has returned."""


def pair_with_notifications(
    domain_events: Sequence[Any], stored_events: Sequence[StoredEvent], ids: Sequence[int] | None
) -> list[Recording[Any]]:
    """Return a recording for each event; none if the recorder returned no IDs.

    Raises `AssertionError` if there are not as many IDs as events.
    """
    if not ids:
        return []
    if len(ids) != len(stored_events):
        raise AssertionError(
            f"The recorder returned {len(ids)} notification IDs for {len(stored_events)} events"
        )
    return [
        Recording(
            domain_event,
            Notification(
                stored.originator_id, stored.originator_version, stored.topic, stored.state, id_
            ),
        )
        for domain_event, stored, id_ in zip(domain_events, stored_events, ids, strict=True)
    ]


def awaited_position(awaited: Awaited) -> int | None:
    """Return the ID of the last notification that is waited for, `None` if there is none."""
    if awaited is None or isinstance(awaited, int):
        return awaited
    if isinstance(awaited, Sequence) and all(isinstance(each, Recording) for each in awaited):
        return max((each.notification.id for each in awaited), default=None)
    raise TypeError(
        f"notification_id is {awaited!r}: expected the ID of a notification, the recordings that "
        "save() has returned, or None"
    )


def check_wait(application_name: object, timeout: object) -> None:
    """Raise `TypeError` for what is no name, or no number of seconds."""
    if not isinstance(application_name, str):
        raise TypeError(
            f"application_name is {application_name!r}: expected text, such as app.name"
        )
    if not isinstance(timeout, int | float):
        raise TypeError(f"timeout is {timeout!r}: expected a number of seconds")
