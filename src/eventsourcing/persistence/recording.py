"""Pairing of what was stored with the notification IDs that it got."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence.records import Notification, Recording, StoredEvent


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
