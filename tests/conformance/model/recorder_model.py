"""What a process recorder is, in forty lines: a list, a dict, and when a call is refused."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent, Tracking


class RecorderModel:
    """The log with its notification IDs, and the greatest tracked ID of each upstream name."""

    def __init__(self) -> None:
        self.log: list[Notification] = []
        self.tracked: dict[str, int] = {}

    def copy(self) -> RecorderModel:
        other = RecorderModel()
        other.log, other.tracked = list(self.log), dict(self.tracked)
        return other

    def refuses(self, events: Sequence[StoredEvent], tracking: Tracking | None) -> bool:
        """Say whether inserting this is an IntegrityError (B1, Y2)."""
        given = [(event.originator_id, event.originator_version) for event in events]
        stored = {(each.originator_id, each.originator_version) for each in self.log}
        if len(set(given)) < len(given) or not stored.isdisjoint(given):
            return True
        if tracking is None:
            return False
        return tracking.notification_id <= self.tracked.get(tracking.application_name, 0)

    def insert(
        self, events: Sequence[StoredEvent], tracking: Tracking | None, ids: Sequence[int]
    ) -> None:
        for event, notification_id in zip(events, ids, strict=True):
            self.log.append(Notification(**vars(event), id=notification_id))
        if tracking is not None:
            self.tracked[tracking.application_name] = tracking.notification_id

    def max_id(self) -> int | None:
        return self.log[-1].id if self.log else None

    def events_of(self, originator_id: UUID) -> list[StoredEvent]:
        return [
            StoredEvent(each.originator_id, each.originator_version, each.topic, each.state)
            for each in self.log
            if each.originator_id == originator_id
        ]
