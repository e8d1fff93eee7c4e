"""Decisions, and how they are applied to objects: C35, C36."""

import copy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from eventsourcing.dcb import msgpack
from eventsourcing.dcb.domain import Decision, InitialDecision, Selector, Slice
from eventsourcing.domain import AbstractDecision, event


@dataclass
class AsDataclass(Decision):
    a: int
    b: str = "b"


@dataclass(slots=True)
class AsSlottedDataclass(Decision):
    a: int
    b: str = "b"


class AsStruct(msgpack.Decision):
    a: int
    b: str = "b"


class AsModel(BaseModel, Decision):
    model_config = ConfigDict(frozen=True)

    a: int
    b: str = "b"


class AsPlainClass(Decision):
    def __init__(self, a: int, b: str = "b") -> None:
        self.a, self.b = a, b


KINDS = [AsDataclass, AsSlottedDataclass, AsStruct, AsModel, AsPlainClass]
each_kind = pytest.mark.parametrize("kind", KINDS)


def slice_with(*methods: Any) -> Any:
    """Return a slice of a new class with these methods, all of which log what they get."""
    namespace = {method.decorated_func.__name__: method for method in methods}
    namespace["consistency_boundary"] = lambda _: Selector()
    made: Any = type(Slice)("Made", (Slice,), namespace)()
    made.log = []
    return made


@each_kind
def test_attributes_are_a_dict_of_their_own(kind: Any) -> None:
    """C35: whatever keeps them."""
    decision = kind(a=1)
    attributes = decision.as_dict()
    assert attributes == {"a": 1, "b": "b"}
    attributes["a"] = 2
    assert decision.a == 1


def test_a_struct_that_also_inherits_from_a_plain_class_has_its_fields() -> None:
    """C35: such a struct has a `__dict__`, which is empty."""

    class Described:
        pass

    class Made(msgpack.Decision, Described):
        a: int

    assert Made(1).as_dict() == {"a": 1}


def test_the_base_classes_are_for_the_event_decorator_only() -> None:
    """C35, D130: they keep nothing, so structs and slotted classes stay as small as they are."""
    assert issubclass(Decision, AbstractDecision)
    assert issubclass(InitialDecision, Decision)
    assert not hasattr(Decision(), "__dict__")


@each_kind
def test_the_body_gets_the_attributes_that_it_names(kind: Any) -> None:
    """C36"""

    @event(kind)
    def nothing(self):
        self.log.append(())

    @event(kind)
    def one(self, b):
        self.log.append((b,))

    @event(kind)
    def both(self, b, a):
        self.log.append((b, a))

    @event(kind)
    def more(self, a, c="c", b=None):
        self.log.append((a, c, b))

    @event(kind)
    def keyword(self, a, *, b):
        self.log.append((a, b))

    for method, expected in [
        (nothing, ()),
        (one, ("x",)),
        (both, ("x", 1)),
        (more, (1, "c", "x")),
        (keyword, (1, "x")),
    ]:
        made = slice_with(method)
        assert kind(a=1, b="x").mutate(made) is made
        assert made.log == [expected]


def test_the_body_gets_what_as_dict_returns() -> None:
    """C35, C36: a decision may show other attributes than it keeps."""

    class Shown(msgpack.Decision):
        cents: int

        def as_dict(self) -> dict[str, Any]:
            return {"amount": self.cents / 100}

    @event(Shown)
    def pay(self, amount, cents=None):
        self.log.append((amount, cents))

    made = slice_with(pay)
    Shown(250).mutate(made)
    assert made.log == [(2.5, None)]


@each_kind
def test_a_body_with_other_parameters_is_refused(kind: Any) -> None:
    """C36: the text names decision, object and attributes."""

    @event(kind)
    def put(self, b, z):
        pass

    with pytest.raises(TypeError) as caught:
        kind(a=1, b="x").mutate(slice_with(put))
    assert str(caught.value).startswith(
        f"Failed to apply {kind.__qualname__} to Made with kwargs {{'b': 'x'}}: "
    )
    assert str(caught.value).endswith("missing 1 required positional argument: 'z'")
    assert isinstance(caught.value.__cause__, TypeError)


def test_other_errors_of_a_body_come_through() -> None:
    """C36"""

    @event(AsStruct)
    def put(self, a):
        raise ValueError(a)

    with pytest.raises(ValueError, match=r"^1$"):
        AsStruct(1).mutate(slice_with(put))


def test_apply_runs_after_the_body() -> None:
    """C35, C36"""

    class Applied(msgpack.Decision):
        a: int

        def apply(self, obj: Any) -> None:
            obj.log.append(("apply", self.a))

    @event(Applied)
    def put(self, a):
        self.log.append(("body", a))

    made = slice_with(put)
    Applied(1).mutate(made)
    assert made.log == [("body", 1), ("apply", 1)]


def test_apply_does_not_run_when_the_body_fails() -> None:
    """C36"""

    class Applied(msgpack.Decision):
        def apply(self, obj: Any) -> None:
            obj.log.append("apply")

    @event(Applied)
    def put(self):
        raise ValueError

    made = slice_with(put)
    with pytest.raises(ValueError):
        Applied().mutate(made)
    assert made.log == []


def test_objects_without_such_a_method_ignore_the_decision() -> None:
    """C36: of whatever class they are."""

    @event(AsDataclass)
    def put(self, a):
        self.log.append(a)

    class Special(AsDataclass):
        pass

    made = slice_with(put)
    for decision in (AsStruct(1), Special(1)):
        assert decision.mutate(made) is made
    assert made.log == []
    other = object()
    assert AsStruct(1).mutate(other) is other


def test_a_decision_that_is_not_initial_needs_an_object() -> None:
    """C36"""
    with pytest.raises(AssertionError, match=r"^AsStruct is not an initial decision"):
        AsStruct(1).mutate(None)


@each_kind
def test_decisions_can_be_copied_in_any_thread(kind: Any) -> None:
    """C65"""
    decision = kind(a=1)
    with ThreadPoolExecutor(1) as pool:
        copied = pool.submit(copy.deepcopy, decision).result()
    assert copied is not decision
    assert copied.as_dict() == decision.as_dict()
