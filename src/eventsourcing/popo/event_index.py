"""The events of each aggregate, sorted by version, in which the in-memory recorders look up."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort_right
from collections.abc import Hashable
from uuid import UUID

from eventsourcing.persistence import StoredEvent

_CANONICAL_UUID_LENGTH = 36


class EventIndex:
    """Finds events by originator ID and version, in logarithmic time; not thread-safe by itself.

    A UUID and its canonical hyphenated text are the same originator.
    """

    def __init__(self) -> None:
        self._rows: dict[Hashable, _AggregateEvents] = {}

    def has(self, originator_id: UUID | str, version: int) -> bool:
        """Say whether there is an event with this ID and version."""
        rows = self._rows.get(index_key(originator_id))
        return rows is not None and rows.has(version)

    def add(self, stored_event: StoredEvent) -> None:
        """Add an event that is not there yet."""
        key = index_key(stored_event.originator_id)
        rows = self._rows.get(key)
        if rows is None:
            rows = self._rows[key] = _AggregateEvents()
        rows.add(stored_event)

    def select(
        self,
        originator_id: UUID | str,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """Return a new list of the events of one aggregate, as recorders select them."""
        rows = self._rows.get(index_key(originator_id))
        return [] if rows is None else rows.select(gt, lte, desc, limit)


class _AggregateEvents:
    """The events of one aggregate, and in a list beside them their versions, ascending."""

    __slots__ = ("events", "versions")

    def __init__(self) -> None:
        self.versions: list[int] = []
        self.events: list[StoredEvent] = []

    def has(self, version: int) -> bool:
        versions = self.versions
        if version > versions[-1]:
            return False
        return versions[bisect_left(versions, version)] == version

    def add(self, stored_event: StoredEvent) -> None:
        version = stored_event.originator_version
        versions = self.versions
        if not versions or version > versions[-1]:
            versions.append(version)
            self.events.append(stored_event)
        else:
            self.events.insert(bisect_right(versions, version), stored_event)
            insort_right(versions, version)

    def select(
        self, gt: int | None, lte: int | None, desc: bool, limit: int | None
    ) -> list[StoredEvent]:
        first = 0 if gt is None else bisect_right(self.versions, gt)
        end = len(self.versions) if lte is None else bisect_right(self.versions, lte)
        if limit is not None:
            limit = max(limit, 0)
            if desc:
                first = max(first, end - limit)
            else:
                end = min(end, first + limit)
        selected = self.events[first:end]
        if desc:
            selected.reverse()
        return selected


def index_key(originator_id: object) -> Hashable:
    """Return what identifies an originator: the same for a UUID and for its canonical text."""
    if isinstance(originator_id, UUID):
        return originator_id.int
    if isinstance(originator_id, str):
        if len(originator_id) != _CANONICAL_UUID_LENGTH:
            return originator_id
        number = _uuid_as_int(originator_id)
        return originator_id if number is None else number
    return (originator_id,)  # so that the number 1 is not UUID(int=1)


def _uuid_as_int(text: str) -> int | None:
    """Return the number of the UUID whose canonical text this is; `None` if it is other text."""
    try:
        number = int(text.replace("-", ""), 16)
    except ValueError:
        return None
    digits = f"{number:032x}"
    canonical = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return number if canonical == text else None
