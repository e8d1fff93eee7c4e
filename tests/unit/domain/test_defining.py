"""Defining an aggregate class, and the event classes in its body: D89 to D102."""

import dataclasses
import sys
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Generic, TypeVar
from uuid import UUID

import pytest

from eventsourcing.domain import (
    ENVVAR_DISABLE_REDEFINITION_CHECK,
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    CanMutateAggregate,
    DomainEvent,
    ProgrammingError,
    Snapshot,
    event,
)
from eventsourcing.utils import TopicError, get_topic, resolve_topic

T = TypeVar("T")


class Taken(Aggregate):
    pass


a_variable = 1


class Bed(Aggregate):
    class Watered(Aggregate.Event):
        litres: int

        def apply(self, aggregate):
            aggregate.litres += self.litres

    def __init__(self):
        self.litres = 0

    def water(self, litres):
        self.trigger_event(self.Watered, litres=litres)


class Tub(Bed):
    pass


def test_unknown_class_arguments_are_refused():
    """9.1 step 1"""
    with pytest.raises(TypeError, match=r"__init_subclass__\(\) got an unexpected keyword"):

        class Wrong(Aggregate, colour="red"):
            pass


def test_init_subclass_of_users_with_arguments():
    """D89"""

    class Coloured(Aggregate):
        def __init_subclass__(cls, colour="grey", **rest):
            super().__init_subclass__(**rest)
            cls.colour = colour

    class Red(Coloured, colour="red", created_event_name="Mixed"):
        pass

    assert Red.colour == "red"
    assert type(Red().pending_events[0]).__name__ == "Mixed"


def test_classes_made_by_calling_type():
    """D90"""
    made = type("Made", (Aggregate,), {"__annotations__": {"a": int}, "__module__": __name__})
    assert made(1).a == 1
    assert made.Created.__qualname__ == "Made.Created"
    assert made.Created.__module__ == __name__


def test_module_that_cannot_be_imported():
    """D90"""
    with pytest.raises(ImportError):
        type("Made", (Aggregate,), {"__module__": "no.such.module"})


@pytest.mark.parametrize("name", ["Taken", "a_variable", "pytest"])
def test_name_that_the_module_has_is_refused(name):
    """D91 D92 A28: here the class would be local to a function."""
    existing = getattr(sys.modules[__name__], name)
    with pytest.raises(ProgrammingError) as caught:
        type(name, (Aggregate,), {"__module__": __name__})
    text = str(caught.value)
    assert text.startswith(f"Name '{name}' of <class '")
    assert text.endswith(f" already defined in '{__name__}' module: {existing}")


def test_variable_switches_the_check_off(monkeypatch):
    """D5 D93: whatever its value."""
    monkeypatch.setenv(ENVVAR_DISABLE_REDEFINITION_CHECK, "")
    get_topic(Taken)
    again = type("Taken", (Aggregate,), {"__module__": __name__})
    assert ENVVAR_DISABLE_REDEFINITION_CHECK == "EVENTSOURCING_DISABLE_REDEFINITION_CHECK"
    with pytest.raises(TopicError, match="is already registered for topic"):
        get_topic(again)


def test_base_event_class_is_defined_when_missing():
    """D94 A25"""
    assert Tub.Event.__qualname__ == "Tub.Event"
    assert Tub.Event.__bases__ == (Bed.Event,)
    assert Bed.Event.__bases__ == (Aggregate.Event,)


def test_base_event_class_of_the_body_is_kept():
    """D94"""

    class Other(Aggregate):
        class Event(AggregateEvent):
            pass

    assert not issubclass(Other.Event, Aggregate.Event)
    assert issubclass(Other.Created, Other.Event)


def test_base_event_class_must_be_written_in_the_body():
    """Q12"""
    with pytest.raises(TypeError, match=r"^Event of <class .* must be an event class of its own"):

        class Wrong(Aggregate):
            Event = AggregateEvent


@pytest.mark.parametrize("decorated", [False, True])
def test_events_need_a_base_event_class(decorated):
    """D95 A27"""

    class Nested(AggregateEvent):
        pass

    def done(self):
        pass

    body = {"done": event("Done")(done)} if decorated else {"Nested": Nested}
    with pytest.raises(TypeError) as caught:
        type("Baseless", (BaseAggregate,), body)
    assert str(caught.value).startswith("Base event class 'Event' not defined on <class '")
    assert str(caught.value).endswith("Baseless'> or ancestors")


def test_class_without_events_needs_no_base_event_class():
    """D95"""

    class Bare(BaseAggregate[UUID]):
        pass

    assert not hasattr(Bare, "Event")


def test_nested_events_get_the_base_event_class():
    """D96 D97 D98"""
    written = []

    class Shop(Aggregate):
        class A(AggregateEvent):
            pass

        class B(A):
            pass

        class C(Aggregate.Event):
            pass

        written.extend([A, B, C])

    original_a, original_b, original_c = written
    assert Shop.A.__bases__ == (original_a, Shop.Event)
    assert Shop.B.__bases__ == (original_b, Shop.A, Shop.Event)
    assert Shop.C.__bases__ == (original_c, Shop.Event)
    assert Shop.A.__module__ == __name__
    assert Shop.A.__name__ == "A"
    assert Shop.A.__qualname__ == f"{Shop.__qualname__}.A"
    assert get_topic(Shop.A) == f"{__name__}:{Shop.__qualname__}.A"


def test_topic_resolves_to_the_replacement():
    """D98"""
    assert resolve_topic(f"{__name__}:Bed.Watered") is Bed.Watered


def test_nested_events_that_derive_from_the_own_base_are_kept():
    """D96"""
    written = []

    class Shop(Aggregate):
        class Event(Aggregate.Event):
            pass

        class A(Event):
            pass

        written.append(A)

    assert Shop.A is written[0]


def test_generic_dataclass_events():
    """D97 D202 A26"""

    class Shop(Aggregate):
        class A(AggregateEvent, Generic[T]):
            a: T

        class B(A[int]):
            b: T

    assert issubclass(Shop.B, Shop.A)
    shop = Shop()
    shop.trigger_event(Shop.B, a=1, b=2)
    assert shop.pending_events[-1].b == 2


def test_lower_case_names_are_left_alone():
    """D99"""
    written = []

    class Shop(Aggregate):
        class opened(AggregateCreated):
            pass

        class _(AggregateEvent):
            pass

        written.extend([opened, _])

    class Sub(Shop):
        pass

    assert [Shop.opened, Shop.__dict__["_"]] == written
    assert "opened" not in Sub.__dict__
    assert type(Shop().pending_events[0]) is Shop.Created


def test_attributes_count_like_nested_classes():
    """D99"""

    class Shared:
        class Paid(AggregateEvent):
            pass

    class Shop(Aggregate):
        Paid = Shared.Paid

    paid = Shared.Paid
    assert Shop.Paid is not paid
    assert issubclass(Shop.Paid, paid)
    assert Shop.Paid.__qualname__ == f"{Shop.__qualname__}.Paid"


def test_other_nested_classes_are_left_alone():
    """D100"""
    written = []

    class Shop(Aggregate):
        class Bare(DomainEvent):
            pass

        class Picture(Snapshot):
            pass

        @dataclass
        class Value:
            a: int

        written.extend([Bare, Picture, Value])

    class Sub(Shop):
        pass

    assert [Shop.Bare, Shop.Picture, Shop.Value] == written
    assert "Bare" not in Sub.__dict__


def test_inherited_events_are_defined_anew():
    """D101 A25"""

    class Sub(Bed):
        class Started(Bed.Created):
            pass

        class Ended(AggregateEvent):
            pass

    class SubSub(Sub):
        pass

    for name in ("Watered", "Created", "Started", "Ended"):
        event_class = getattr(SubSub, name)
        assert event_class.__qualname__ == f"{SubSub.__qualname__}.{name}"
        assert issubclass(event_class, getattr(Sub, name))
        assert issubclass(event_class, SubSub.Event)
    assert SubSub.Ended.__bases__ == (SubSub.Event, Sub.Ended)
    assert Tub.Watered.__qualname__ == "Tub.Watered"


def test_mixins_contribute_their_events():
    """D101"""

    class Billing:
        class Billed(AggregateEvent):
            amount: int

    class Shop(Billing, Aggregate):
        pass

    assert Shop.Billed.__bases__ == (Shop.Event, Billing.Billed)


def test_events_with_apply_work_in_subclasses():
    """D102"""
    tub = Tub()
    tub.water(5)
    assert type(tub.pending_events[-1]) is Tub.Watered
    assert tub.litres == 5


def test_base_event_may_call_a_method_of_the_aggregate():
    """D102"""

    class Story(Aggregate):
        class Event(Aggregate.Event):
            def apply(self, aggregate):
                aggregate.on(self)

        class Told(Event):
            line: str

        def __init__(self):
            self.lines = []

        @singledispatchmethod
        def on(self, _):
            pass

        @on.register
        def _(self, told: Told):
            self.lines.append(told.line)

    story = Story()
    story.trigger_event(Story.Told, line="once")
    assert story.lines == ["once"]


def test_event_classes_are_frozen_dataclasses_with_the_declared_fields():
    """D98 D9"""
    assert [f.name for f in dataclasses.fields(Tub.Watered)][-1] == "litres"
    assert issubclass(Tub.Watered, CanMutateAggregate)


def test_event_classes_that_cannot_be_made_are_explained():
    """Issue 3, item 2: Python's error is kept, and says which class was to be made."""

    class Other(type):
        pass

    class Event(CanMutateAggregate, metaclass=Other):
        pass

    with pytest.raises(TypeError, match="metaclass conflict") as caught:
        type(
            "Mixed",
            (Aggregate,),
            {"Event": type(Event)("Event", (Event,), {"__qualname__": "Mixed.Event"})},
        )
    (note,) = caught.value.__notes__
    assert note.startswith("while event class 'Created' of <class '")


def test_generic_aggregates():
    """D9.1: they may have type parameters of their own."""

    class Box(Aggregate, Generic[T]):
        def __init__(self, content: T):
            self.content = content

    class IntBox(Box[int]):
        pass

    assert IntBox(1).content == 1
    assert issubclass(IntBox.Created, Box.Created)


def test_several_aggregate_bases():
    """D94 D101"""

    class Left(Aggregate):
        class Lifted(Aggregate.Event):
            pass

    class Right(Aggregate):
        @event("Ringed")
        def ring(self, times):
            self.times = times

    class Both(Left, Right):
        pass

    both = Both()
    both.ring(2)
    both.trigger_event(Both.Lifted)
    both.trigger_event(Both.Ringed, times=3)
    assert both.times == 3
    assert issubclass(Both.Ringed, Both.Event)
