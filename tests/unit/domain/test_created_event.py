"""The created event class: D103 to D118."""

import dataclasses
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.domain import (
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    event,
)


def created_class(made):
    return type(made.pending_events[0])


def own_fields(cls):
    return [f.name for f in dataclasses.fields(cls)][4:]


@pytest.mark.parametrize("decorate", [lambda cls: cls, dataclass])
def test_defined_and_explicit_created_events(decorate):
    """D98 D111 D109 A11 A18"""

    @decorate
    class Plain(Aggregate):
        pass

    @decorate
    class Empty(Aggregate):
        def __init__(self):
            pass

    @decorate
    class Explicit(Aggregate):
        class Started(Aggregate.Created):
            pass

    @decorate
    class Annotated(Aggregate):
        a: int = 1

    for cls, name in (
        (Plain, "Created"),
        (Empty, "Created"),
        (Explicit, "Started"),
        (Annotated, "Created"),
    ):
        made = cls()
        assert created_class(made).__qualname__ == f"{cls.__qualname__}.{name}"
        assert made.pending_events[0].mutate(None).id == made.id


def test_decorated_init_with_a_nested_class():
    """D104 A18"""

    class Kiosk(Aggregate):
        class Other(Aggregate.Created):
            pass

        class Opened(AggregateCreated):
            street: str

        @event(Opened)
        def __init__(self, street):
            self.street = street

    assert created_class(Kiosk("Main")) is Kiosk.Opened


def test_decorated_init_with_a_base_of_candidates():
    """D104"""

    class Kiosk(Aggregate):
        class Opened(AggregateCreated):
            pass

        class Reopened(AggregateCreated):
            pass

        @event(AggregateCreated)
        def __init__(self):
            pass

    assert created_class(Kiosk()) is Kiosk.Opened


def test_decorated_init_with_a_class_from_outside():
    """D104 A18"""

    class Opened(AggregateCreated):
        street: str

    class Kiosk(Aggregate):
        @event(Opened)
        def __init__(self, street):
            self.street = street

    assert created_class(Kiosk("Main")) is Opened


def test_decorated_init_needs_a_created_event_class():
    """D104 A22"""
    with pytest.raises(TypeError) as caught:

        class Kiosk(Aggregate):
            class Opened(AggregateEvent):
                pass

            @event(Opened)
            def __init__(self):
                pass

    assert str(caught.value) == "class 'Opened' not a \"created\" event class"


def test_decorated_init_with_a_name():
    """D105"""

    class Kiosk(Aggregate):
        @event("Opened")
        def __init__(self, street):
            pass

    class Chosen(Aggregate):
        class Opened(Aggregate.Created):
            pass

        class Other(Aggregate.Created):
            pass

        @event("Opened")
        def __init__(self):
            pass

    assert created_class(Kiosk("Main")) is Kiosk.Opened
    assert Kiosk.Opened.__bases__ == (Aggregate.Created, Kiosk.Event)
    assert created_class(Chosen()) is Chosen.Opened


def init(self):
    pass


init.__name__ = "__init__"


@pytest.mark.parametrize("decorate", [event, event()])
def test_decorated_init_needs_name_or_class(decorate):
    """D106 A22"""
    with pytest.raises(TypeError) as caught:

        class Kiosk(Aggregate):
            __init__ = decorate(init)

    assert str(caught.value) == "@event decorator on __init__ has neither event name nor class"


def test_class_argument_that_conflicts_with_the_decorator():
    """D107 A21"""
    text = "^Given 'created_event_name' conflicts with decorator on __init__$"
    with pytest.raises(TypeError, match=text):

        class ByName(Aggregate, created_event_name="Started"):
            @event("Opened")
            def __init__(self):
                pass

    with pytest.raises(TypeError, match=text):

        class ByClass(Aggregate, created_event_name="Started"):
            class Opened(Aggregate.Created):
                pass

            @event(Opened)
            def __init__(self):
                pass


def test_class_argument_that_agrees_with_the_decorator():
    """D107 A21"""

    class ByName(Aggregate, created_event_name="Opened"):
        @event("Opened")
        def __init__(self):
            pass

    class ByClass(Aggregate, created_event_name="Opened"):
        class Opened(Aggregate.Created):
            pass

        @event(Opened)
        def __init__(self):
            pass

    assert created_class(ByName()) is ByName.Opened
    assert created_class(ByClass()) is ByClass.Opened


def test_class_argument_nominates_a_candidate():
    """D108 A19"""

    class Torn(Aggregate, created_event_name="Opened"):
        class Started(Aggregate.Created):
            pass

        class Opened(Aggregate.Created):
            pass

    assert created_class(Torn()) is Torn.Opened


@pytest.mark.parametrize("style", ["none", "init", "dataclass"])
def test_class_argument_defines_a_class(style):
    """D111 A18"""
    if style == "none":

        class Kiosk(Aggregate, created_event_name="Opened"):
            pass

        kiosk = Kiosk()
    elif style == "init":

        class Kiosk(Aggregate, created_event_name="Opened"):
            def __init__(self, street: str, floor: int = 0):
                pass

        kiosk = Kiosk("Main")
        assert kiosk.pending_events[0].floor == 0
    else:

        class Kiosk(Aggregate, created_event_name="Opened"):
            street: str

        kiosk = Kiosk("Main")
    assert created_class(kiosk) is Kiosk.Opened
    assert issubclass(Kiosk.Opened, Aggregate.Created)
    assert issubclass(Kiosk.Opened, Kiosk.Event)


def test_name_that_matches_no_candidate_defines_a_class():
    """D111 A20"""

    class Kiosk(Aggregate, created_event_name="Opened"):
        class Started(Aggregate.Created):
            pass

    assert created_class(Kiosk()) is Kiosk.Opened


def test_subclasses_keep_the_nominated_name():
    """D111 D116 A24"""

    class Kiosk(Aggregate):
        @event("Opened")
        def __init__(self, street):
            self.street = street

    class Sub(Kiosk):
        pass

    class SubSub(Sub):
        def __init__(self, street, floor=1):
            super().__init__(street)
            self.floor = floor

    assert created_class(Sub("Main")).__qualname__ == f"{Sub.__qualname__}.Opened"
    assert Sub.Opened.__bases__ == (Kiosk.Opened, Sub.Event)
    made = SubSub("Main", floor=2)
    assert created_class(made) is SubSub.Opened
    assert own_fields(SubSub.Opened) == ["street", "floor"]
    assert (made.street, made.floor) == ("Main", 2)
    assert hasattr(SubSub, "Created")


def test_name_without_base_is_refused():
    """D112 A20"""
    with pytest.raises(TypeError) as caught:

        class Bare(BaseAggregate[UUID], created_event_name="Opened"):
            class Event(AggregateEvent):
                pass

    assert str(caught.value) == "Can't defined \"created\" event class for name 'Opened'"


def test_fields_are_the_parameters_without_defaults():
    """D113 Q24"""

    class Kiosk(Aggregate):
        def __init__(self, street: str, floor: "int" = 0, *, id=None, open=True, timestamp=None):
            pass

    assert own_fields(Kiosk.Created) == ["street", "floor", "open"]
    assert Kiosk.Created.__annotations__["street"] is str
    assert Kiosk.Created.__annotations__["floor"] == "int"
    assert all(f.default is dataclasses.MISSING for f in dataclasses.fields(Kiosk.Created))
    assert Kiosk.Created.__annotations__["open"] is Any


def test_parameter_without_default_is_redeclared():
    """D113"""

    class Dated(Aggregate):
        def __init__(self, timestamp):
            self.seen = timestamp

    assert list(Dated.Created.__annotations__) == ["timestamp"]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'timestamp'"):
        Dated()


def test_class_without_own_init_adds_no_fields():
    """D113"""

    class Base(Aggregate):
        class Started(Aggregate.Created):
            a: int

        def __init__(self, a, b=2):
            pass

    class Sub(Base):
        pass

    assert own_fields(Sub.Started) == ["a"]


def test_variable_parameters_are_refused():
    """D114 A13"""
    with pytest.raises(TypeError, match=r"^\*args not supported by decorator on __init__\(\)$"):

        class Star(Aggregate):
            def __init__(self, *args):
                pass

    with pytest.raises(TypeError, match=r"^\*\*kwargs not supported by decorator on __init__\(\)$"):

        class DoubleStar(Aggregate):
            def __init__(self, **kwargs):
                pass


def test_variable_parameters_are_allowed_with_an_explicit_class():
    """D114"""

    class Kiosk(Aggregate):
        class Opened(Aggregate.Created):
            pass

        def __init__(self, *args, **kwargs):
            pass

    assert created_class(Kiosk()) is Kiosk.Opened
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given"):
        Kiosk(1)
    with pytest.raises(TypeError, match="got an unexpected keyword argument 'a'"):
        Kiosk(a=1)


def test_explicit_class_must_match_the_arguments():
    """D115 A23"""

    class TooFew(Aggregate):
        class Started(Aggregate.Created):
            pass

        def __init__(self, a=1):
            pass

    class TooMany(Aggregate):
        class Started(Aggregate.Created):
            a: int

        def __init__(self):
            pass

    class Extra(Aggregate):
        class Started(Aggregate.Created):
            a: int
            b: int = 2

        def __init__(self, a):
            pass

    with pytest.raises(TypeError, match=r"^Unable .*Started.* unexpected keyword argument 'a'"):
        TooFew()
    with pytest.raises(TypeError, match=r"^Unable .*Started.* missing 1 required .*: 'a'"):
        TooMany()
    assert Extra(1).pending_events[0].b == 2


def test_overriding_init_must_accept_the_fields_of_the_base():
    """D116"""

    class Base(Aggregate):
        def __init__(self, a):
            pass

    class Sub(Base):
        def __init__(self, b):
            pass

    with pytest.raises(TypeError, match=r"^Unable to construct"):
        Sub(1)


def test_subclass_of_a_class_that_cannot_decide():
    """D117 A19"""

    class Torn(Aggregate):
        class Started(Aggregate.Created):
            pass

        class Opened(Aggregate.Created):
            pass

    class Sub(Torn):
        pass

    class Choosing(Torn, created_event_name="Opened"):
        pass

    assert created_class(Sub()) is Sub.Created
    assert created_class(Choosing()) is Choosing.Opened
    assert Choosing.Opened.__bases__ == (Torn.Opened, Choosing.Event)


def test_inherited_created_classes_exist_beside_the_nominated():
    """D118"""

    class Kiosk(Aggregate, created_event_name="Opened"):
        pass

    assert Kiosk.Created.__bases__ == (Kiosk.Event, Aggregate.Created)


def test_typical_base_of_own_events():
    """D199"""

    class Base(BaseAggregate[UUID]):
        class Event(AggregateEvent):
            pass

        class Created(Event, AggregateCreated):
            pass

        @staticmethod
        def create_id():
            return uuid4()

    class Kiosk(Base):
        def __init__(self, street):
            self.street = street

    assert created_class(Base()) is Base.Created
    assert created_class(Kiosk("Main")) is Kiosk.Created
    assert own_fields(Kiosk.Created) == ["street"]


@pytest.mark.parametrize("name", ["Event", "size", "Value"])
def test_name_of_something_else_is_refused(name):
    """Q12"""
    with pytest.raises(TypeError, match=f"^Can't define \"created\" event class '{name}' on "):

        class Kiosk(Aggregate, created_event_name=name):
            size = 1

            class Value:
                pass


def test_inherited_name_of_something_else_is_refused():
    """Q12"""

    class Base(Aggregate):
        class Paid(Aggregate.Event):
            pass

        def pay(self):
            pass

    for name in ("Paid", "pay"):
        with pytest.raises(TypeError, match=f"^Can't define \"created\" event class '{name}' on "):

            class Kiosk(Base, created_event_name=name):
                pass
