"""The aggregate decorator: D172 to D175."""

import copy
import pickle
from dataclasses import dataclass

import pytest

from eventsourcing.domain import Aggregate, aggregate, event


@aggregate
class Importable:
    a: int


def test_class_without_bases():
    """D172 D175 Q8 A46"""

    @aggregate
    class Dog:
        """Barks."""

        name: str

        class Barked(Aggregate.Event):
            pass

        @event("Renamed")
        def rename(self, name: str) -> None:
            self.name = name

        @event(Barked)
        def bark(self) -> None:
            self.barked = True

    assert Dog.__bases__ == (Aggregate,)
    assert Dog.__doc__ == "Barks."
    assert Dog.__annotations__ == {"name": str}
    assert Dog.__name__ == Dog.__qualname__ == f"{test_class_without_bases.__name__}.<locals>.Dog"
    dog = Dog("Fido")
    dog.rename("Rex")
    dog.bark()
    assert vars(dog)["name"] == "Rex"
    assert "name='Rex'" in repr(dog)
    rebuilt = None
    for e in dog.collect_events():
        rebuilt = e.mutate(rebuilt)
    assert rebuilt == dog
    assert copy.deepcopy(dog) == dog


def test_importable_class_can_be_pickled():
    """D172 Q8"""
    made = Importable(1)
    assert pickle.loads(pickle.dumps(made)) == made


def test_class_with_bases():
    """D172 A46"""

    class Base:
        def greet(self):
            return "hello"

    class BaseWithBase(Base):
        pass

    @aggregate
    class One(Base):
        def greet(self):
            return super().greet() + "!"

    @aggregate
    class Two(BaseWithBase):
        pass

    assert One.__bases__ == (Base, Aggregate)
    assert Two.__bases__ == (BaseWithBase, Aggregate)
    assert One().greet() == "hello!"


@pytest.mark.parametrize(
    ("decorate", "name"),
    [(aggregate(), "Created"), (aggregate(created_event_name="Started"), "Started")],
)
def test_called_forms(decorate, name):
    """D172 A46"""

    @decorate
    class Dog:
        pass

    assert type(Dog().pending_events[0]).__name__ == name


def test_aggregate_is_refused():
    """D173 A46"""

    class Dog(Aggregate):
        pass

    with pytest.raises(TypeError) as caught:
        aggregate(Dog)
    assert str(caught.value) == f"{Dog.__qualname__} is already an Aggregate"


def test_on_a_dataclass():
    """D174 A46"""

    @aggregate
    @dataclass
    class Dog:
        name: str

    dog = Dog("Fido")
    assert dog == Dog("Fido")
    assert repr(dog).endswith("Dog(name='Fido')")
    assert dog.pending_events[0].name == "Fido"


def test_under_a_dataclass():
    """D174 A46"""

    @dataclass
    @aggregate
    class Dog:
        name: str

    assert Dog("Fido") != Dog("Fido")
    assert Dog("Fido").pending_events[0].name == "Fido"


def test_all_underscore_methods_are_effective():
    """D166 Q3: although the body of a plain class keeps the last only."""

    @aggregate
    class Gate:
        class Opened(Aggregate.Event):
            pass

        class Closed(Aggregate.Event):
            pass

        @event(Opened)
        def _(self):
            self.is_open = True

        @event(Closed)
        def _(self):
            self.is_open = False

    gate = Gate()
    gate.trigger_event(Gate.Opened)
    assert gate.is_open
    gate.trigger_event(Gate.Closed)
    assert not gate.is_open
