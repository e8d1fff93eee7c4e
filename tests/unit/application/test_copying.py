"""Copies of aggregates, and the change of their state in one step."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from eventsourcing.application.copying import adopt_state, copy_aggregate
from tests.integration.application.dogs import Dog


def test_a_copy_is_equal_and_independent() -> None:
    """R11: not even lists are shared."""
    dog = Dog("Fido")
    dog.add_trick("roll over")
    copied = copy_aggregate(dog)
    assert copied == dog
    dog.tricks.append("fetch ball")
    assert copied.tricks == ["roll over"]


@dataclass
class Thing:
    values: list[Any] = field(default_factory=list)
    extra: Any = None


def test_what_cannot_change_may_be_shared() -> None:
    """R11: attributes that are immutable by their very type."""
    for value in (uuid4(), datetime.now(UTC), date.today(), timedelta(1), Decimal("1.0")):
        thing = Thing(values=[value], extra=value)
        copied = copy_aggregate(thing)
        assert copied == thing
        assert copied.extra is value
        assert copied.values is not thing.values


def test_cycles_and_shared_parts_are_copied_as_such() -> None:
    """R11: as copy.deepcopy() does."""
    thing = Thing()
    thing.values = [thing]
    thing.extra = thing.values
    copied = copy_aggregate(thing)
    assert copied is not thing
    assert copied.values[0] is copied
    assert copied.extra is copied.values


def test_a_class_may_say_how_it_is_copied() -> None:
    """R11: as copy.deepcopy() does."""

    class Odd:
        def __init__(self) -> None:
            self.number = 1

        def __deepcopy__(self, memo: dict[int, Any]) -> str:
            return "copied"

    assert copy_aggregate(Odd()) == copy.deepcopy(Odd()) == "copied"


def test_an_object_without_a_dict_is_copied() -> None:
    """R11: and one that is no aggregate at all."""
    assert copy_aggregate(Slotted(1)) == Slotted(1)
    assert copy_aggregate([1]) == [1]


def test_an_object_adopts_the_state_of_another_of_its_class() -> None:
    """R12: and stays the same object."""
    fido, millie = Dog("Fido"), Dog("Millie")
    before = fido.__dict__
    assert adopt_state(fido, millie)
    assert fido == millie
    assert before["name"] == "Fido"


def test_a_frozen_object_adopts_a_state_too() -> None:
    """R12: no code of the class runs."""

    @dataclass(frozen=True)
    class Point:
        x: int

    point = Point(1)
    assert adopt_state(point, Point(2))
    assert point.x == 2


@dataclass(slots=True)
class Slotted:
    x: int


@dataclass
class Half(Slotted):
    y: int = 0


@pytest.mark.parametrize(
    ("target", "source"), [(Slotted(1), Slotted(2)), (Half(1), Half(2)), (Dog("A"), Half(1))]
)
def test_a_state_that_is_not_all_in_the_dict_is_not_adopted(target: object, source: object) -> None:
    """R14: such an object is replaced instead."""
    before = repr(target)
    assert not adopt_state(target, source)
    assert repr(target) == before
