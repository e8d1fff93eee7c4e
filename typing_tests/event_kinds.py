"""Events and aggregates of other kinds: pydantic models, structs, immutable aggregates."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_type
from uuid import UUID, uuid4

import msgspec
from pydantic import BaseModel, ConfigDict

from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    CanMutateProtocol,
    CanSnapshotAggregate,
    DomainEventProtocol,
    ImmutableAggregateProtocol,
    MutableAggregateProtocol,
    MutableOrImmutableAggregate,
    SnapshotProtocol,
    datetime_now_with_tzinfo,
    event,
)

NOW = datetime_now_with_tzinfo()


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)

    originator_id: UUID
    originator_version: int
    timestamp: datetime


class ModelAggregate(BaseAggregate[UUID]):
    class Event(Model, CanMutateAggregate[UUID]):
        pass

    class Created(Event, CanInitAggregate[UUID]):
        originator_topic: str

    class Snapshot(Model, CanSnapshotAggregate[UUID]):
        topic: str
        state: dict[str, Any]

    @staticmethod
    def create_id() -> UUID:
        return uuid4()


class Page(ModelAggregate):
    class Edited(ModelAggregate.Event):
        body: str

    @event("Started")
    def __init__(self, title: str) -> None:
        self.title = title
        self.body = ""

    @event(Edited)
    def edit(self, body: str) -> None:
        self.body = body


def pydantic_events(page: Page) -> None:
    edited = Page.Edited(originator_id=page.id, originator_version=2, timestamp=NOW, body="a")
    assert_type(edited.body, str)
    assert_type(edited.originator_id, UUID)
    assert_type(Page.Snapshot.take(page), ModelAggregate.Snapshot)
    Page("Tea").edit("a")
    Page(1)  # type: ignore[arg-type]
    page.edit(text="a")  # type: ignore[call-arg]
    snapshot: SnapshotProtocol[UUID] = Page.Snapshot.take(page)
    assert_type(snapshot.originator_id, UUID)


class Struct(msgspec.Struct, frozen=True):
    originator_id: UUID
    originator_version: int
    timestamp: datetime


class StructAggregate(BaseAggregate[UUID]):
    class Event(Struct, CanMutateAggregate[UUID], frozen=True):
        pass

    class Created(Event, CanInitAggregate[UUID], frozen=True):
        originator_topic: str

    @staticmethod
    def create_id() -> UUID:
        return uuid4()


class Lot(StructAggregate):
    class Entered(StructAggregate.Event, frozen=True):
        plate: str

    @event("Opened")
    def __init__(self, spaces: int) -> None:
        self.spaces = spaces

    @event(Entered)
    def enter(self, plate: str) -> None:
        self.spaces -= 1


def struct_events(lot: Lot) -> None:
    entered = Lot.Entered(lot.id, 2, NOW, "A 1")
    assert_type(entered.plate, str)
    entered.plate = "B 2"  # type: ignore[misc]
    lot.enter(1)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Basket:
    id: UUID
    version: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class LineAdded:
    originator_id: UUID
    originator_version: int
    line: str

    def mutate(self, aggregate: Basket | None) -> Basket | None:
        if aggregate is None:
            return None
        return replace(aggregate, lines=(*aggregate.lines, self.line))


def immutable_aggregates(basket: Basket, added: LineAdded, page: Page) -> None:
    event: DomainEventProtocol[UUID] = added
    can_mutate: CanMutateProtocol[Basket] = added
    assert_type(can_mutate.mutate(basket), Basket | None)
    assert_type(event.originator_version, int)
    immutable: ImmutableAggregateProtocol[UUID] = basket
    either: MutableOrImmutableAggregate[UUID] = basket
    mutable: MutableAggregateProtocol[UUID] = page
    mutable.version = 3
    assert_type(immutable.id, UUID)
    either = page
    assert_type(either.version, int)
    not_mutable: MutableAggregateProtocol[UUID] = basket  # type: ignore[assignment]
    not_text: DomainEventProtocol[str] = added  # type: ignore[assignment]
    assert_type(not_mutable, MutableAggregateProtocol[UUID])
    assert_type(not_text, DomainEventProtocol[str])
