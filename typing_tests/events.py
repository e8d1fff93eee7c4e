"""Attributes of events, IDs, and generic aggregates."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from decimal import Decimal
from typing import Any, assert_type
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from eventsourcing.domain import (
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    CanSnapshotAggregate,
    DomainEvent,
    DomainEventProtocol,
    MetaDomainEvent,
    Snapshot,
    datetime_now_with_tzinfo,
    event,
)

NOW = datetime_now_with_tzinfo()


class Paid(AggregateEvent):
    amount: Decimal
    tags: list[str] = field(default_factory=list[str])


def attributes_of_events() -> None:
    paid = Paid(uuid4(), 1, NOW, Decimal(1))
    assert_type(paid.originator_id, UUID)
    assert_type(paid.originator_version, int)
    assert_type(paid.timestamp, datetime)
    assert_type(paid.amount, Decimal)
    assert_type(paid.tags, list[str])
    assert_type(Paid.create_timestamp(), datetime)
    Paid(originator_id=uuid4(), originator_version=1, timestamp=NOW, amount=Decimal(1), tags=["a"])

    Paid(uuid4(), 1, NOW)  # type: ignore[call-arg]
    Paid("a", 1, NOW, Decimal(1))  # type: ignore[arg-type]
    Paid(uuid4(), 1, NOW, 0.5)  # type: ignore[arg-type]
    paid.amount = Decimal(2)  # type: ignore[misc]


def library_events() -> None:
    assert_type(DomainEvent(uuid4(), 1, NOW).originator_id, UUID)
    assert_type(AggregateCreated(uuid4(), 1, NOW, "topic").originator_topic, str)
    assert_type(Snapshot(uuid4(), 1, NOW, "topic", {}).state, dict[str, Any])
    AggregateCreated(uuid4(), 1, NOW)  # type: ignore[call-arg]


class Order(Aggregate):
    class Opened(Aggregate.Created):
        customer: str

    class Closed(Aggregate.Event):
        reason: str

        def apply(self, aggregate: Order) -> None:
            aggregate.reason = self.reason

    @event(Opened)
    def __init__(self, customer: str) -> None:
        self.customer = customer
        self.reason = ""

    @classmethod
    def open(cls, customer: str) -> Order:
        return cls._create(cls.Opened, customer=customer)


def nested_events(order: Order) -> None:
    opened = Order.Opened(uuid4(), 1, NOW, "topic", "Ann")
    assert_type(opened.customer, str)
    closed = Order.Closed(order.id, 2, NOW, "enough")
    assert_type(closed.mutate(order), Order | None)
    assert_type(opened.mutate(None), None)
    assert_type(order.collect_events(), Sequence[CanMutateAggregate[UUID]])
    snapshot = Snapshot.take(order)
    assert_type(snapshot, Snapshot)
    for domain_event in order.collect_events():
        as_protocol: DomainEventProtocol[UUID] = domain_event
        assert_type(as_protocol.originator_id, UUID)


class Shelf(Aggregate):
    label: str
    width: int = 1
    books: list[str] = field(default_factory=list[str], init=False)

    @staticmethod
    def create_id(label: str) -> UUID:
        return uuid5(NAMESPACE_URL, label)

    @event("Filled")
    def fill(self, books: list[str]) -> None:
        self.books = books


def dataclass_style() -> None:
    shelf = Shelf("a", width=2)
    assert_type(shelf.label, str)
    assert_type(shelf.width, int)
    assert_type(shelf.books, list[str])
    assert_type(Shelf.create_id("a"), UUID)
    Shelf()  # type: ignore[call-arg]
    Shelf(1)  # type: ignore[arg-type]
    Shelf("a", books=[])  # type: ignore[call-arg]


class TextEvent(CanMutateAggregate[str], metaclass=MetaDomainEvent):
    originator_id: str
    originator_version: int
    timestamp: datetime


class TextAggregate(BaseAggregate[str]):
    class Event(TextEvent):
        pass

    class Created(Event, CanInitAggregate[str]):
        originator_topic: str

    class Snapshot(CanSnapshotAggregate[str], metaclass=MetaDomainEvent):
        originator_id: str
        originator_version: int
        timestamp: datetime
        topic: str
        state: dict[str, Any]


class Port(TextAggregate):
    def __init__(self, country: str) -> None:
        self.country = country

    @staticmethod
    def create_id(country: str) -> str:
        return f"PORT-{country}"


def string_ids() -> None:
    port = Port("NZ")
    assert_type(port.id, str)
    assert_type(port.pending_events, list[CanMutateAggregate[str]])
    port.trigger_event(Port.Event)
    port.trigger_event(Paid)  # type: ignore[arg-type]
    Port._create(Port.Created, id="x", country="NZ")  # pyright: ignore[reportPrivateUsage]
    as_protocol: DomainEventProtocol[str] = TextEvent("a", 1, NOW)
    not_this: DomainEventProtocol[UUID] = as_protocol  # type: ignore[assignment]
    assert_type(not_this, DomainEventProtocol[UUID])


class Numbered(Aggregate):
    # In strict mode pyright does not like a field where the base class has a property.
    id: UUID  # pyright: ignore[reportIncompatibleMethodOverride]
    name: str


def id_annotation() -> None:
    assert_type(Numbered(uuid4(), "a").id, UUID)
    assert_type(Numbered(id=uuid4(), name="a").name, str)
    Numbered("a")  # type: ignore[call-arg, arg-type]
