"""A recorder of dynamic consistency boundaries whose arguments and results are plain values."""

from __future__ import annotations

from typing import Any

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import Environment

Items = list[Any] | None


def query_of(items: Items) -> DCBQuery | None:
    """Return the query with these items, of which each is a list of types and one of tags."""
    if items is None:
        return None
    return DCBQuery([DCBQueryItem(types=types, tags=tags) for types, tags in items])


def plain(sequenced: Any) -> list[Any]:
    """Return the position, type, data and tags of an event."""
    event = sequenced.event
    return [sequenced.position, event.type, event.data, event.tags]


class Store:
    """A recorder with a factory of its own."""

    def __init__(self, env: dict[str, str], name: str) -> None:
        self.factory: Any = DCBInfrastructureFactory.construct(Environment(name, env))
        self.recorder: Any = self.factory.dcb_recorder()

    def close(self) -> None:
        """Close the connections."""
        self.factory.close()

    def append(self, events: list[Any], items: Items = None, after: int | None = None) -> int:
        """Append events, each given by type, data and tags; with items, on a condition."""
        made = [DCBEvent(type=type_, data=data, tags=tags) for type_, data, tags in events]
        query = query_of(items)
        condition = None if query is None else DCBAppendCondition(query, after)
        position: int = self.recorder.append(made, condition)
        return position

    def read(
        self, items: Items = None, after: int | None = None, limit: int | None = None
    ) -> list[Any]:
        """Return the head and the events."""
        response = self.recorder.read(query_of(items), after=after, limit=limit)
        return [response.head, [plain(each) for each in response]]

    def follow(self, count: int, items: Items = None, after: int | None = None) -> list[Any]:
        """Return so many events, waiting for them."""
        with self.recorder.subscribe(query_of(items), after=after) as subscription:
            return [plain(next(subscription)) for _ in range(count)]

    def count_up(self, writer: str, tag: str, times: int) -> list[int]:
        """Append the next number, decided on by the last one, so many times; return the numbers."""
        items = [[["counted"], [tag]]]
        counted = []
        while len(counted) < times:
            head, events = self.read(items)
            number = 1 + max((int(data) for _, _, data, _ in events), default=0)
            event = ["counted", str(number).encode(), [tag, writer]]
            try:
                self.append([event, ["noise", b"", [writer]]], items, head)
            except IntegrityError:
                continue
            counted.append(number)
        return counted

    def append_blocks(self, writer: str, times: int, size: int, *, conditional: bool) -> list[int]:
        """Append blocks of events without conflicts; return the positions of the last of each."""
        positions = []
        for number in range(times):
            tag = f"{writer} {number}"
            events = [["block", b"", [tag]] for _ in range(size)]
            positions.append(self.append(events, [[[], [tag]]] if conditional else None))
        return positions
