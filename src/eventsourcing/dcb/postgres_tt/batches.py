"""Appends, and which of them can be done in one transaction: pure (C10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from eventsourcing.dcb.api import DCBEvent, Selection

Positions = list[int | None]
"""Of each append of a batch, the position of its last event; `None` if it was refused."""

_MAX_APPENDS = 100
_MAX_EVENTS = 1000


class Append:
    """Events that are to be appended, unless there are some that match the condition."""

    def __init__(self, events: Sequence[DCBEvent], condition: Selection | None) -> None:
        self.types: list[str] = [event.type for event in events]
        self.datas: list[bytes] = [bytes(event.data) for event in events]
        self.tags: list[list[str]] = [event.tags for event in events]
        self.tag_literals: list[str] = [array_literal(tags) for tags in self.tags]
        self.after: int = 0
        self.items: list[tuple[Sequence[str], Sequence[str]]] = []
        if condition is not None:
            self.after = condition.after
            self.items += condition.criteria or [((), ())]


class AppendBatch:
    """Appends that are done in one transaction, each after the ones before it.

    None of them has a condition that events of those before it could match. So it can be told for
    all of them at once, before anything is stored, whether their conditions are fulfilled.
    """

    def __init__(self) -> None:
        self.appends: list[Append] = []
        self._num_events = 0
        self._types: set[str] = set()
        self._tags: set[str] = set()

    @property
    def is_full(self) -> bool:
        """Whether no more can be added."""
        return len(self.appends) >= _MAX_APPENDS or self._num_events >= _MAX_EVENTS

    def try_add(self, append: Append) -> bool:
        """Add an append, unless it has to be done after the others, or would make the batch long.

        An empty batch takes any.
        """
        if self.appends and (
            self._num_events + len(append.types) > _MAX_EVENTS
            or any(self._may_match(types, tags) for types, tags in append.items)
        ):
            return False
        self.appends.append(append)
        self._num_events += len(append.types)
        self._types.update(append.types)
        for tags in append.tags:
            self._tags.update(tags)
        return True

    def parameters(self, lock_timeout: int) -> dict[str, Any]:
        """Return the arguments of the append function."""
        numbered = list(enumerate(self.appends, 1))
        items = [(number, each.after, *item) for number, each in numbered for item in each.items]
        return {
            "sizes": [len(each.types) for each in self.appends],
            "appends": [number for number, each in numbered for _ in each.types],
            "types": [type_ for each in self.appends for type_ in each.types],
            "datas": [data for each in self.appends for data in each.datas],
            "tags": [literal for each in self.appends for literal in each.tag_literals],
            "item_appends": [number for number, _, _, _ in items],
            "item_afters": [after for _, after, _, _ in items],
            "item_types": [array_literal(types) for _, _, types, _ in items],
            "item_tags": [array_literal(tags) for _, _, _, tags in items],
            "lock_timeout": f"{lock_timeout}s",
        }

    def split(self) -> Iterator[AppendBatch]:
        """Return a batch for each of the appends."""
        for each in self.appends:
            single = AppendBatch()
            single.try_add(each)
            yield single

    def first_events(self) -> dict[str, Any]:
        """Return the columns of the first event of each append."""
        return {
            "types": [each.types[0] for each in self.appends],
            "datas": [each.datas[0] for each in self.appends],
            "tags": [each.tag_literals[0] for each in self.appends],
        }

    def _may_match(self, types: Sequence[str], tags: Sequence[str]) -> bool:
        """Say whether an item could match one of the events; it is enough to be never wrong."""
        return self._tags.issuperset(tags) and (not types or not self._types.isdisjoint(types))


def array_literal(strings: Iterable[str]) -> str:
    """Return an array as the server reads it from text; there are no arrays of unequal arrays."""
    return "{" + ",".join([f'"{each}"' for each in map(_escape, strings)]) + "}"


def _escape(string: str) -> str:
    return string.replace("\\", "\\\\").replace('"', '\\"')
