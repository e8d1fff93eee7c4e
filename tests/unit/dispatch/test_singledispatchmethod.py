"""Single dispatch with forward references: P1 to P10."""

import functools
import gc
import weakref
from abc import ABC, abstractmethod

import pytest

from eventsourcing.dispatch import singledispatchmethod


class Base:
    @singledispatchmethod
    def name(self, arg):
        """Name it."""
        return "default"

    @name.register
    def _(self, arg: int):
        return "int"

    @name.register(str)
    def _(self, arg):
        return "str"

    @name.register
    def _(self, arg: bytes | bytearray):
        return "bytes"

    @name.register
    def name_later(self, arg: "Later"):
        return "later"

    @name.register
    def _(self, arg: "Base"):
        return "base"

    name.register(list, lambda self, arg: "list")


class Later:
    pass


class SubLater(Later):
    pass


class Static:
    @singledispatchmethod
    @staticmethod
    def name(arg):
        return "default"

    @name.register
    @staticmethod
    def _(arg: "Later"):
        return "later"

    @name.register
    @staticmethod
    def _(arg: int):
        return "int"


class Clsm:
    @singledispatchmethod
    @classmethod
    def name(cls, arg):
        return "default"

    @name.register
    @classmethod
    def _(cls, arg: "Later"):
        return f"{cls.__name__} later"

    @name.register
    @classmethod
    def _(cls, arg: "Clsm"):
        return "enclosing"


@pytest.mark.parametrize(
    ("arg", "expected"),
    [
        (1.5, "default"),
        (1, "int"),
        (True, "int"),
        ("x", "str"),
        (b"x", "bytes"),
        (bytearray(), "bytes"),
        ([], "list"),
        (Later(), "later"),
        (SubLater(), "later"),
        (Base(), "base"),
    ],
)
def test_dispatch(arg, expected):
    """P1 P2 P3 A59"""
    assert Base().name(arg) == expected


def test_it_extends_the_standard_one():
    """P1"""
    assert issubclass(singledispatchmethod, functools.singledispatchmethod)
    assert singledispatchmethod.__module__ == "eventsourcing.dispatch"
    assert Base().name.__doc__ == "Name it."
    assert Base().name.__name__ == "name"
    assert Base().name.__wrapped__ is Base.__dict__["name"].func


def test_it_can_be_subscripted():
    """P1"""

    class Typed:
        @singledispatchmethod[str]
        def name(self, arg):
            return "default"

    assert Typed().name(1) == "default"


def test_handlers_stay_callable():
    """P3"""
    assert Base().name_later(Later()) == "later"
    assert Base().name_later(1) == "later"


def test_annotation_that_cannot_be_evaluated_raises_on_every_reading():
    """P2 P4 P10"""

    class Waiting:
        @singledispatchmethod
        def name(self, arg):
            return "default"

        @name.register
        def _(self, arg: "DefinedLater"):  # noqa: F821
            return "later"

    for _ in range(2):
        with pytest.raises(NameError):
            Waiting().name(1)
    assert len(Waiting.__dict__["name"].deferred_registrations) == 1
    globals()["DefinedLater"] = type("DefinedLater", (), {})
    try:
        assert Waiting().name(globals()["DefinedLater"]()) == "later"
        assert Waiting.__dict__["name"].deferred_registrations == []
    finally:
        del globals()["DefinedLater"]


def test_function_without_annotation_raises_on_reading():
    """P5"""

    class Wrong:
        @singledispatchmethod
        def name(self, arg):
            pass

        @name.register
        def _(self, arg):
            pass

    with pytest.raises(TypeError, match="Invalid first argument to"):
        Wrong().name(1)


@pytest.mark.parametrize("args", [(5,), (5, lambda self, arg: 1), ("x", len)])
def test_invalid_registration_fails_at_once(args):
    """P5"""
    dispatcher = singledispatchmethod(lambda self, arg: 1)
    with pytest.raises(TypeError):
        dispatcher.register(*args)


def test_static_methods():
    """P6 A59"""
    assert Static.name(Later()) == "later"
    assert Static().name(1) == "int"
    assert Static.name("x") == "default"


def test_class_methods():
    """P6 Q19 A59"""
    assert Clsm.name(Later()) == "Clsm later"
    assert Clsm().name(Clsm()) == "enclosing"
    assert Clsm.name("x") == "default"


def test_abstract_methods():
    """P7 A59"""

    class Abstract(ABC):
        @singledispatchmethod
        @abstractmethod
        def name(self, arg): ...

    with pytest.raises(TypeError, match="abstract"):
        Abstract()


def test_inheritance():
    """P8"""

    class Inheriting(Base):
        pass

    class Restarting(Base):
        @singledispatchmethod
        def name(self, arg):
            return "new default"

        @name.register
        def _(self, arg: int):
            return "new " + super().name(arg)

    assert Inheriting().name(Later()) == "later"
    assert Restarting().name(1) == "new int"
    assert Restarting().name("x") == "new default"


def test_instances_whose_method_was_called_are_collected():
    """P1: Python 3.13 caches bound methods, which would keep their instances alive."""

    class Receiver:
        @singledispatchmethod
        def receive(self, value):
            return "anything"

        @receive.register
        def _(self, value: int):
            return "int"

    receiver = Receiver()
    assert (receiver.receive(1), receiver.receive("")) == ("int", "anything")

    reference = weakref.ref(receiver)
    del receiver
    gc.collect()
    assert reference() is None
