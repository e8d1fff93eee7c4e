"""An aggregate with text IDs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    CanSnapshotAggregate,
    event,
)


class Book(BaseAggregate[str]):
    @dataclass(frozen=True)
    class Event(CanMutateAggregate[str]):
        originator_id: str
        originator_version: int
        timestamp: datetime

    @dataclass(frozen=True)
    class Written(Event, CanInitAggregate[str]):
        originator_topic: str
        title: str

    @dataclass(frozen=True)
    class Renamed(Event):
        title: str

    @staticmethod
    def create_id() -> str:
        return f"book-{uuid4()}"

    @event(Written)
    def __init__(self, title: str) -> None:
        self.title = title

    @event(Renamed)
    def rename(self, title: str) -> None:
        self.title = title


@dataclass(frozen=True)
class BookSnapshot(CanSnapshotAggregate[str]):
    originator_id: str
    originator_version: int
    timestamp: datetime
    topic: str
    state: dict[str, object]
