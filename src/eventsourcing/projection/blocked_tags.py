"""The dead letters of decisions, by tag. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


class BlockedTags:
    """Which tags have dead letters, and which is the first of each."""

    def __init__(self) -> None:
        self._tags: dict[int, Sequence[str]] = {}
        self._ids: dict[str, dict[int, None]] = {}  # in the order in which they were added

    def add(self, notification_id: int, tags: Sequence[str]) -> None:
        """Add a dead letter; its ID is greater than those added before."""
        self._tags[notification_id] = tags
        for tag in tags:
            self._ids.setdefault(tag, {})[notification_id] = None

    def discard(self, notification_id: int | None) -> None:
        """Leave out a dead letter, if it is there."""
        if notification_id is None:
            return
        for tag in self._tags.pop(notification_id, ()):
            ids = self._ids.get(tag, {})
            ids.pop(notification_id, None)
            if not ids:
                self._ids.pop(tag, None)

    def find(self, tags: Iterable[Any]) -> int | None:
        """Return the first ID of those that have one of the tags, `None` if there are none."""
        firsts = (next(iter(self._ids[tag])) for tag in tags if tag in self._ids)
        return min(firsts, default=None)
