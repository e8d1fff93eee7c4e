"""Aggregates declared like dataclasses: D82 to D88."""

import dataclasses
from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar

import pytest

from eventsourcing.domain import Aggregate


@dataclass
class Named:
    name: str


@pytest.mark.parametrize("decorate", [lambda cls: cls, dataclass, dataclass()])
def test_class_is_a_dataclass_when_annotated(decorate):
    """D82 A29"""

    @decorate
    class Annotated(Aggregate):
        a: int

    assert "__dataclass_fields__" in Annotated.__dict__
    params = Annotated.__dataclass_params__
    assert (params.eq, params.repr) == (False, False)
    annotated = Annotated(1)
    assert "a=1" in repr(annotated)
    assert annotated != Annotated(1)


def test_class_is_a_dataclass_when_a_direct_base_is():
    """D82 D87"""

    class Base(Aggregate):
        a: int

    class Sub(Base):
        pass

    class Mixed(Named, Aggregate):
        pass

    assert "__dataclass_fields__" in Sub.__dict__
    assert "__dataclass_fields__" in Mixed.__dict__
    assert Mixed("x").pending_events[0].name == "x"


def test_class_is_no_dataclass_otherwise():
    """D82 A29"""

    class Plain(Aggregate):
        def __init__(self, a: int):
            self.a = a

    assert "__dataclass_fields__" not in Plain.__dict__
    assert "__dataclass_fields__" not in Aggregate.__dict__


def test_explicit_dataclass_without_annotations_is_a_plain_one():
    """D83"""

    @dataclass
    class Plain(Aggregate):
        pass

    plain = Plain()
    assert plain == Plain()
    assert repr(plain) == f"{Plain.__qualname__}()"
    with pytest.raises(TypeError):
        hash(plain)


def test_init_in_the_body_is_kept():
    """D84"""

    class Declared(Aggregate):
        a: int = 1
        b: str

        def __init__(self, c):
            self.b = c

    declared = Declared("x")
    assert declared.pending_events[0].c == "x"
    assert (declared.a, declared.b) == (1, "x")


def test_dataclass_features():
    """D85"""

    class Full(Aggregate):
        limit: ClassVar[int] = 3
        a: int
        b: list[int] = field(default_factory=list)
        c: int = field(init=False)
        _: KW_ONLY
        d: str = "d"

        def __post_init__(self):
            self.c = self.a + 1

    full = Full(1, d="e")
    assert (full.a, full.b, full.c, full.d) == (1, [], 2, "e")
    with pytest.raises(TypeError, match="got an unexpected keyword argument 'c'"):
        Full(1, c=3)


@pytest.mark.parametrize(
    ("annotations", "values", "text"),
    [
        ({"a": list}, {"a": []}, "mutable default"),
        ({"a": int, "b": int}, {"a": 1}, "non-default argument 'b' follows default argument"),
    ],
)
def test_standard_errors_apply(annotations, values, text):
    """D85"""
    with pytest.raises((TypeError, ValueError), match=text):
        type("Wrong", (Aggregate,), {"__annotations__": annotations, **values})


def test_factory_makes_the_value_of_the_event():
    """Q2: and the aggregate gets a value of its own when it is rebuilt."""

    class Basket(Aggregate):
        items: list[str] = field(default_factory=list)

    one, two = Basket(), Basket()
    (created,) = one.collect_events()
    assert created.items == []
    assert one.items is not two.items
    assert one == created.mutate(None)
    assert Basket(items=["a"]).items == ["a"]
    assert Basket(["a"]).pending_events[0].items == ["a"]


def test_factory_is_inherited():
    """Q2"""

    class Basket(Aggregate):
        items: list[str] = field(default_factory=list)

    class Trolley(Basket):
        wheels: int = 4

    assert Trolley().pending_events[0].items == []
    assert Trolley(wheels=3).items == []


@pytest.mark.parametrize("decorate", [lambda cls: cls, dataclass])
@pytest.mark.parametrize("in_post_init", [False, True])
def test_fields_without_init_survive_subclassing(decorate, in_post_init):
    """D86 A29"""

    def post_init(self):
        self.b = False

    @decorate
    class A(Aggregate):
        a: int

    @decorate
    class B(A):
        b: bool = field(init=False) if in_post_init else field(init=False, default=False)
        if in_post_init:
            __post_init__ = post_init

    @decorate
    class C(B):
        c: str

    assert B(a=1).b is False
    made = C(a=1, c="c")
    assert (made.a, made.b, made.c) == (1, False, "c")
    assert made.pending_events[0].mutate(None).b is False
    with pytest.raises(TypeError, match="got an unexpected keyword argument 'b'"):
        B(a=1, b=True)


def test_mixin_before_aggregate_brings_its_equality_and_repr():
    """D87"""

    class Plant(Named, Aggregate):
        height: int = 0

    plant = Plant("fern", 3)
    assert plant.pending_events[0].height == 3
    assert plant == Plant("fern", 99)
    assert repr(plant).endswith("Plant(name='fern')")


def test_annotations_are_kept():
    """D88"""

    class Kept(Aggregate):
        a: int
        b: "str"

    assert Kept.__annotations__ == {"a": int, "b": "str"}
    assert [f.name for f in dataclasses.fields(Kept)] == ["a", "b"]


def test_documentation_is_the_signature_of_init():
    """D82: not that of the metaclass."""

    class Page(Aggregate):
        title: str = ""

    assert Page.__doc__.endswith("Page(title: str = '')")
