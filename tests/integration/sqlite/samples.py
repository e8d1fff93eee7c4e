"""Stored events for the tests."""

from __future__ import annotations

from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent


def make_events(
    count: int, originator_id: UUID | str | None = None, first: int = 1
) -> list[StoredEvent]:
    """Return events of one aggregate with versions from `first`, with topics `topic{version}`."""
    originator_id = originator_id or uuid4()
    return [
        StoredEvent(originator_id, version, f"topic{version}", f"state{version}".encode())
        for version in range(first, first + count)
    ]
