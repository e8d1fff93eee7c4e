"""Decorated commands keep their signatures."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, assert_type
from uuid import UUID

from eventsourcing.domain import Aggregate, CanMutateAggregate, aggregate, event, triggers


class Dog(Aggregate):
    class Fed(Aggregate.Event):
        grams: int

    @event("Registered")
    def __init__(self, name: str, *, age: int = 0) -> None:
        self._name = name
        self.age = age
        self.tricks: list[str] = []
        self.eaten = 0

    @event("TrickAdded")
    def add_trick(self, trick: str, times: int = 1) -> None:
        self.tricks.append(trick)

    @event(Fed)
    def feed(self, grams: int) -> None:
        self.eaten += grams

    @event
    def birthday(self) -> None:
        self.age += 1

    @event()
    def nap(self, *, minutes: int) -> None: ...

    @triggers("Sold", topic="dog:sold")
    def sell(self, price: int, timestamp: datetime | None = None) -> None: ...

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    @event("Renamed")
    def name(self, name: str) -> None:
        self._name = name


def right_calls() -> None:
    dog = Dog("Fido", age=3)
    assert_type(dog, Dog)
    assert_type(dog.id, UUID)
    assert_type(dog.version, int)
    assert_type(dog.created_on, datetime)
    assert_type(dog.modified_on, datetime)
    assert_type(dog.tricks, list[str])
    assert_type(dog.pending_events, list[CanMutateAggregate[UUID]])
    assert_type(dog.name, str)
    dog.name = "Rex"
    dog.add_trick("sit")
    dog.add_trick(trick="sit", times=2)
    dog.feed(grams=1)
    dog.birthday()
    dog.nap(minutes=5)
    dog.sell(5, timestamp=dog.created_on)
    Dog.add_trick(dog, "sit")
    add_trick: Callable[[str, int], None] = dog.add_trick
    add_trick("sit", 1)
    dog.trigger_event(Dog.Fed, grams=1)


def wrong_calls(dog: Dog) -> None:
    Dog()  # type: ignore[call-arg]
    Dog(1)  # type: ignore[arg-type]
    Dog("Fido", 3)  # type: ignore[call-arg]
    Dog("Fido", colour="red")  # type: ignore[call-arg]
    dog.add_trick()  # type: ignore[call-arg]
    dog.add_trick(1)  # type: ignore[arg-type]
    dog.add_trick("sit", 1, 2)  # type: ignore[call-arg]
    dog.feed("much")  # type: ignore[arg-type]
    dog.birthday(1)  # type: ignore[call-arg]
    dog.nap(5)  # type: ignore[call-arg]
    dog.sell(5, when=1)  # type: ignore[call-arg]
    dog.name = 1  # type: ignore[assignment]
    dog.id = dog.id  # type: ignore[misc]
    dog.pending_events = []  # type: ignore[misc]
    dog.trigger_event(int)  # type: ignore[arg-type]
    Dog.add_trick("sit")  # type: ignore[call-arg, arg-type]


def wrong_decorators() -> None:
    @event(1)  # type: ignore[call-overload, untyped-decorator]
    def _counted(self: Any) -> None: ...

    @event("Asked")  # type: ignore[type-var]
    def _ask(self: Any) -> int:
        return 1


class Named:
    def __init__(self, name: str) -> None:
        self.name = name


class NamedDog(Named, Dog):
    pass


@aggregate
class Cat:
    def __init__(self, name: str) -> None:
        self.name = name
