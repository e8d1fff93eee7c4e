"""Declarations whose annotations are strings."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID, uuid4

import msgspec
from pydantic import BaseModel, ConfigDict

from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import (
    Aggregate,
    AggregateEvent,
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    MetaDomainEvent,
    aggregate,
    event,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Money:
    amount: Decimal


class Paid(AggregateEvent):
    limit: ClassVar[int] = 3
    money: Money
    tags: list[str] = field(default_factory=list)


class Account(Aggregate):
    class Closed(Aggregate.Event):
        reason: str
        at: datetime | None = None

    @event("Opened")
    def __init__(self, owner: str, *, limit: Decimal | None = None, tags: list[str] = []) -> None:  # noqa: B006
        self.owner = owner
        self.limit = limit
        self.reason = ""
        self.balance: list[Money] = []

    @event("Credited")
    def credit(self, money: Money, times: int = 1) -> None:
        self.balance += [money] * times

    @event(Closed)
    def close(self, reason: str) -> None:
        self.reason = reason

    @property
    def name(self) -> str:
        return self.owner

    @name.setter
    @event("Renamed")
    def name(self, name: str) -> None:
        self.owner = name


class Shelf(Aggregate):
    label: str
    count: ClassVar[int] = 0
    width: int = 1
    books: list[str] = field(default_factory=list)
    doubled: int = field(init=False)
    _: KW_ONLY
    depth: int = 2

    def __post_init__(self) -> None:
        self.doubled = 2 * self.width


class DeepShelf(Shelf):
    height: int = 5


class Page(Aggregate):
    id: UUID
    title: str


@aggregate
class Plain:
    name: str


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    originator_id: UUID
    originator_version: int
    timestamp: datetime


class ModelAggregate(BaseAggregate[UUID]):
    class Event(Model, CanMutateAggregate[UUID]):
        pass

    class Created(Event, CanInitAggregate[UUID]):
        originator_topic: str

    @staticmethod
    def create_id() -> UUID:
        return uuid4()


class ModelDog(ModelAggregate):
    class Moved(ModelAggregate.Event, Generic[T]):
        to: T

    class MovedFar(Moved[int]):
        pass

    @event("Registered")
    def __init__(self, name: str, born: datetime | None = None) -> None:
        self.name = name
        self.weights: list[Money] = []

    @event("Weighed")
    def weigh(self, money: Money, notes: dict[str, Any] | None = None) -> None:
        self.weights.append(money)

    @event(MovedFar)
    def move(self, to: int) -> None:
        self.to = to


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


class StructDog(StructAggregate):
    @event("Registered")
    def __init__(self, name: str, born: datetime | None = None) -> None:
        self.name = name
        self.weights: list[Money] = []

    @event("Weighed")
    def weigh(self, money: Money) -> None:
        self.weights.append(money)


class TextEvent(CanMutateAggregate[str], metaclass=MetaDomainEvent):
    originator_id: str
    originator_version: int
    timestamp: datetime


class TextAggregate(BaseAggregate[str]):
    class Event(TextEvent):
        pass

    class Created(Event, CanInitAggregate[str]):
        originator_topic: str


class Port(TextAggregate):
    name: str

    @staticmethod
    def create_id(name: str) -> str:
        return f"port-{name}"


class Dispatching:
    @singledispatchmethod
    def handle(self, value: object) -> str:
        return "default"

    @handle.register
    def _(self, value: Money) -> str:
        return "money"

    @handle.register
    def _(self, value: int | str) -> str:
        return "number or text"
