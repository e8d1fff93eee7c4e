"""Events made of other frozen classes: D198, D201, D202; immutable aggregates."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

import msgspec
import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    CanSnapshotAggregate,
    Snapshot,
    event,
)

T = TypeVar("T")


class FrozenModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PydanticEvent(FrozenModel):
    originator_id: UUID
    originator_version: int
    timestamp: datetime


class PydanticAggregate(BaseAggregate[UUID]):
    class Event(PydanticEvent, CanMutateAggregate[UUID]):
        pass

    class Created(Event, CanInitAggregate[UUID]):
        originator_topic: str

    @staticmethod
    def create_id():
        return uuid4()


class PydanticSnapshot(PydanticEvent, CanSnapshotAggregate[UUID]):
    topic: str
    state: dict[str, Any]


class FrozenStruct(msgspec.Struct, frozen=True):
    originator_id: UUID
    originator_version: int
    timestamp: datetime


class StructAggregate(BaseAggregate[UUID]):
    class Event(FrozenStruct, CanMutateAggregate[UUID], frozen=True):
        pass

    class Created(Event, CanInitAggregate[UUID], frozen=True):
        originator_topic: str

    @staticmethod
    def create_id():
        return uuid4()


@dataclass(frozen=True)
class PlainEvent:
    originator_id: UUID
    originator_version: int
    timestamp: datetime


class PlainAggregate(BaseAggregate[UUID]):
    @dataclass(frozen=True)
    class Event(PlainEvent, CanMutateAggregate[UUID]):
        pass

    @dataclass(frozen=True)
    class Created(Event, CanInitAggregate[UUID]):
        originator_topic: str

    @staticmethod
    def create_id():
        return uuid4()


@pytest.mark.parametrize("base", [PydanticAggregate, StructAggregate])
def test_events_are_of_the_kind_of_the_base(base):
    """D198"""

    class Dog(base):
        class Fed(base.Event, **({"frozen": True} if base is StructAggregate else {})):
            grams: int

        @event("Registered")
        def __init__(self, name: str, age: int = 0):
            self.name, self.age, self.tricks, self.eaten = name, age, [], 0

        @event("TrickAdded")
        def add_trick(self, trick: str, times: int = 1):
            self.tricks.append((trick, times))

        @event(Fed)
        def feed(self, grams):
            self.eaten += grams

    kind = base.Event.__bases__[0]
    dog = Dog("Fido")
    dog.add_trick("sit")
    dog.feed(5)
    for name in ("Registered", "TrickAdded", "Fed", "Created", "Event"):
        event_class = getattr(Dog, name)
        assert issubclass(event_class, kind)
        assert issubclass(event_class, Dog.Event)
        assert event_class.originator_id_type is UUID
        assert event_class.__qualname__ == f"{Dog.__qualname__}.{name}"
    assert Dog.TrickAdded.__annotations__ == {"trick": str, "times": int}
    assert (dog.tricks, dog.eaten) == ([("sit", 1)], 5)
    copy = None
    for e in dog.collect_events():
        copy = e.mutate(copy)
    assert copy == dog
    with pytest.raises((ValidationError, AttributeError)):
        copy.collect_events()
        dog.trigger_event(Dog.Fed, grams=1)
        dog.pending_events[0].grams = 2


def test_exceptions_of_pydantic_propagate():
    """D59 A51"""

    class Dog(PydanticAggregate):
        name: str

        @event("Renamed")
        def rename(self, name: str):
            self.name = name

    with pytest.raises(ValidationError):
        Dog(1)
    dog = Dog("Fido")
    with pytest.raises(ValidationError):
        dog.rename(1)
    assert len(dog.pending_events) == 1


def test_exceptions_of_structs_are_explained():
    """D59"""

    class Dog(StructAggregate):
        class Fed(StructAggregate.Event, frozen=True):
            grams: int

    with pytest.raises(TypeError, match=r"^Can't construct event .*Missing required argument"):
        Dog().trigger_event(Dog.Fed)


def test_pydantic_generics():
    """D97 D202 A26"""

    class Shop(PydanticAggregate):
        class Moved(PydanticAggregate.Event, Generic[T]):
            to: T

        class MovedToShelf(Moved[int]):
            pass

        @event(MovedToShelf)
        def move(self, to):
            self.place = to

    assert issubclass(Shop.MovedToShelf, Shop.Moved)
    shop = Shop()
    shop.move(3)
    assert shop.place == 3
    with pytest.raises(ValidationError):
        shop.move("x")


def test_generics_without_library_bases():
    """D97: written over the bare kinds, so that all are replaced."""

    class Model(PydanticEvent, CanMutateAggregate[UUID], Generic[T]):
        value: T

    class Shop(PydanticAggregate):
        class A(PydanticEvent, CanMutateAggregate[UUID], Generic[T]):
            value: T

        class B(A[int]):
            pass

    assert issubclass(Shop.A, Shop.Event)
    assert issubclass(Shop.B, Shop.A)
    assert issubclass(Shop.B, Shop.Event)
    shop = Shop()
    shop.trigger_event(Shop.B, value=1)
    assert shop.pending_events[-1].value == 1


def test_pydantic_snapshot():
    """D198"""

    class Dog(PydanticAggregate):
        name: str

    dog = Dog("Fido")
    dog.collect_events()
    assert PydanticSnapshot.take(dog).mutate(None) == dog


def test_plain_dataclasses_must_be_decorated_themselves():
    """D201"""

    class Dog(PlainAggregate):
        @dataclass(frozen=True)
        class Fed(PlainAggregate.Event):
            grams: int

            def apply(self, aggregate):
                aggregate.eaten = self.grams

    class Puppy(Dog):
        pass

    puppy = Puppy()
    puppy.trigger_event(Puppy.Fed, grams=3)
    assert puppy.eaten == 3
    assert type(puppy.pending_events[0]) is Puppy.Created


def test_slotted_dataclasses():
    """D32 D201: redefinitions have no `__dict__` either."""

    @dataclass(frozen=True, slots=True)
    class SlottedEvent:
        originator_id: UUID
        originator_version: int
        timestamp: datetime

    class SlottedAggregate(BaseAggregate[UUID]):
        @dataclass(frozen=True, slots=True)
        class Event(SlottedEvent, CanMutateAggregate[UUID]):
            pass

        @dataclass(frozen=True, slots=True)
        class Created(Event, CanInitAggregate[UUID]):
            originator_topic: str

        @staticmethod
        def create_id():
            return uuid4()

    class Dog(SlottedAggregate):
        @dataclass(frozen=True, slots=True)
        class Fed(SlottedAggregate.Event):
            grams: int

        @event(Fed)
        def feed(self, grams):
            self.eaten = grams

    class Puppy(Dog):
        pass

    puppy = Puppy()
    puppy.feed(3)
    puppy.trigger_event(Puppy.Fed, grams=4)
    assert puppy.eaten == 4
    assert not any(hasattr(e, "__dict__") for e in puppy.pending_events)
    copy = None
    for e in puppy.collect_events():
        copy = e.mutate(copy)
    assert copy == puppy


def test_structs_may_say_themselves_what_their_attributes_are():
    """D32"""

    class Dog(StructAggregate):
        class Fed(StructAggregate.Event, frozen=True):
            grams: int

            def _as_dict(self):
                return {**super()._as_dict(), "grams": self.grams * 2}

        @event(Fed)
        def feed(self, grams):
            self.eaten = grams

    dog = Dog()
    dog.feed(3)
    assert dog.eaten == 6


@dataclass(frozen=True)
class Basket:
    id: UUID
    version: int
    items: tuple


@dataclass(frozen=True)
class Started(PlainEvent):
    def mutate(self, _):
        return Basket(self.originator_id, self.originator_version, ())


@dataclass(frozen=True)
class Added(PlainEvent):
    item: str

    def mutate(self, basket):
        return replace(basket, version=self.originator_version, items=(*basket.items, self.item))


def test_immutable_aggregates_work_by_the_protocols():
    """D33 D190"""
    now = Snapshot.create_timestamp()
    given = uuid4()
    basket = None
    for e in (Started(given, 1, now), Added(given, 2, now, "a")):
        basket = e.mutate(basket)
    assert basket == Basket(given, 2, ("a",))
    assert Snapshot.take(basket).mutate(None) == basket
