"""The rules that read annotations, in a module whose annotations are strings."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from eventsourcing.domain import Aggregate, AggregateEvent, CanMutateAggregate, event
from tests.unit.domain.test_other_kinds import PydanticAggregate, StructAggregate


class Money:
    pass


def test_events_are_dataclasses():
    """D9 D12"""

    class Paid(AggregateEvent):
        limit: ClassVar[int] = 1
        amount: Money
        tags: list[str] = field(default_factory=list)

    assert Paid.__annotations__["amount"] == "Money"
    assert [*Paid.__dataclass_fields__][3:] == ["limit", "amount", "tags"]
    assert dataclass(frozen=False)(Paid) is Paid


def test_id_annotation():
    """D77 D88"""

    class Page(Aggregate):
        id: UUID
        title: str
        words: ClassVar[int] = 3
        _: KW_ONLY
        tags: list[str] = field(default_factory=list)

    given = uuid4()
    page = Page(given, "a", tags=["b"])
    assert (page.id, page.title, page.tags) == (given, "a", ["b"])
    assert "id" not in Page.__annotations__
    assert Page.__annotations__["title"] == "str"
    with pytest.raises(TypeError, match="missing 2 required positional arguments: 'id' and 'title"):
        Page()


def test_decorated_methods():
    """D113 D138"""

    class Order(Aggregate):
        @event("Opened")
        def __init__(self, price: Money, note: str = ""):
            self.price = price

        @event("Paid")
        def pay(self, amount: Money, again: bool = False):
            self.amount = amount

    assert Order.Opened.__annotations__ == {"price": "Money", "note": "str"}
    assert Order.Paid.__annotations__ == {"amount": "Money", "again": "bool"}
    order = Order(Money())
    order.pay(Money())
    assert order.pending_events[-1].again is False


def test_type_of_the_id():
    """D29"""

    class Event(CanMutateAggregate[UUID]):
        pass

    assert Event.originator_id_type is UUID


@pytest.mark.parametrize("base", [PydanticAggregate, StructAggregate])
def test_other_kinds(base):
    """D198"""

    class Dog(base):
        @event("Registered")
        def __init__(self, name: str, age: int = 0):
            self.name = name

        @event("Weighed")
        def weigh(self, grams: int):
            self.grams = grams

    dog = Dog("Fido")
    dog.weigh(5)
    assert dog.grams == 5
    if base is PydanticAggregate:
        with pytest.raises(ValidationError):
            dog.weigh("x")
