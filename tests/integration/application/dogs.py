"""The aggregates of the tests: a dog of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from eventsourcing.domain import (
    Aggregate,
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    DomainEvent,
    datetime_now_with_tzinfo,
    event,
)


class Dog(Aggregate):
    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name = name
        self.tricks: list[str] = []

    @event("TrickAdded")
    def add_trick(self, trick: str) -> None:
        self.tricks.append(trick)


class Puppy(Dog):
    """Of a class for which no interval is configured."""


class Stray(BaseAggregate[UUID]):
    """A mutable aggregate with UUIDs and without a nested snapshot class."""

    @dataclass(frozen=True)
    class Event(CanMutateAggregate[UUID]):
        originator_id: UUID
        originator_version: int
        timestamp: datetime

    @dataclass(frozen=True)
    class Found(Event, CanInitAggregate[UUID]):
        originator_topic: str
        place: str

    @dataclass(frozen=True)
    class Moved(Event):
        place: str

        def apply(self, aggregate: Stray) -> None:
            aggregate.place = self.place

    @staticmethod
    def create_id() -> UUID:
        return uuid4()

    @event(Found)
    def __init__(self, place: str) -> None:
        self.place = place

    @event(Moved)
    def move(self, place: str) -> None:
        self.place = place


@dataclass(frozen=True)
class Cat:
    """An immutable aggregate, made by a projector function of its own."""

    id: UUID
    version: int
    mood: str


class CatSeen(DomainEvent):
    mood: str


class CatGone(DomainEvent):
    pass


def see_cat(cat_id: UUID, version: int, mood: str) -> CatSeen:
    return CatSeen(
        originator_id=cat_id,
        originator_version=version,
        timestamp=datetime_now_with_tzinfo(),
        mood=mood,
    )


def lose_cat(cat_id: UUID, version: int) -> CatGone:
    return CatGone(
        originator_id=cat_id, originator_version=version, timestamp=datetime_now_with_tzinfo()
    )


def project_cat(cat: Cat | None, domain_events: object) -> Cat | None:
    for domain_event in domain_events:  # type: ignore[attr-defined]
        if isinstance(domain_event, CatSeen):
            cat = Cat(
                domain_event.originator_id, domain_event.originator_version, domain_event.mood
            )
        elif isinstance(domain_event, CatGone):
            cat = None
        else:
            cat = Cat(**domain_event.state)  # a snapshot
    return cat
