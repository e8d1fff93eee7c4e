"""Where the events of each type and tag are, in which the in-memory recorder looks up (C18)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby, islice

from eventsourcing.dcb.api import Criterion, DCBEvent, Selection

_Positions = list[int]  # ascending

_NOWHERE: _Positions = []


class EventIndex:
    """Finds events by type and tags; not thread-safe by itself, except for what is found.

    Positions are 1, 2, 3, …
    """

    def __init__(self) -> None:
        self._events: list[DCBEvent] = []
        self._by_type: dict[str, _Positions] = {}
        self._by_tag: dict[str, _Positions] = {}

    def __len__(self) -> int:
        return len(self._events)

    def add(self, event: DCBEvent) -> None:
        """Add an event at the next position."""
        self._events.append(event)
        position = len(self._events)
        self._by_type.setdefault(event.type, []).append(position)
        for tag in set(event.tags):
            self._by_tag.setdefault(tag, []).append(position)

    def find(self, selection: Selection) -> Iterator[int]:
        """Return an iterator over positions, ascending, of events that are there now.

        It may be used while events are added.
        """
        if not selection.criteria:
            everything = range(selection.after + 1, len(self._events) + 1)
            return islice(everything, selection.limit)
        each = [self._find(criterion, selection.after) for criterion in selection.criteria]
        found = each[0] if len(each) == 1 else (position for position, _ in groupby(merge(*each)))
        return islice(found, selection.limit)

    def _find(self, criterion: Criterion, after: int) -> Iterator[int]:
        """Go through the fewest candidates, and look at their events for what is left to match."""
        types, tags = frozenset(criterion.types), frozenset(criterion.tags)
        by_type = [self._by_type.get(each, _NOWHERE) for each in types]
        by_tag = [self._by_tag.get(each, _NOWHERE) for each in tags]
        shortest = min(by_tag, key=len, default=_NOWHERE)
        if not tags or (types and sum(map(len, by_type)) < len(shortest)):
            found = _merge([_follow(positions, after) for positions in by_type])
            types = frozenset()
        else:
            found = _follow(shortest, after)
            tags = tags if len(tags) > 1 else frozenset()
        events = self._events
        if types:
            found = (each for each in found if events[each - 1].type in types)
        if tags:
            found = (each for each in found if tags.issubset(events[each - 1].tags))
        return found


def _follow(positions: _Positions, after: int) -> Iterator[int]:
    """Go through the list from there to where it ends now, without copying it."""
    return map(positions.__getitem__, range(bisect_right(positions, after), len(positions)))


def _merge(iterators: Sequence[Iterator[int]]) -> Iterator[int]:
    return iterators[0] if len(iterators) == 1 else merge(*iterators)
