"""Topics: U1 to U19."""

import datetime
import sys
import threading
import types
from collections.abc import Iterator

import pytest

from eventsourcing import utils
from eventsourcing.domain import Aggregate
from eventsourcing.utils import (
    TopicError,
    clear_topic_cache,
    construct_topic,
    get_topic,
    register_topic,
    resolve_topic,
)

NAME = "tests_made_up_module"


@pytest.fixture(autouse=True)
def no_topics() -> Iterator[None]:
    clear_topic_cache()
    yield
    clear_topic_cache()


@pytest.fixture
def module(monkeypatch):
    """A module `made.up.shop` with a class `Order` that has a nested class `Paid`."""

    class Order:
        class Paid:
            pass

    made = types.ModuleType("made.up.shop")
    made.Order = Order
    monkeypatch.setitem(sys.modules, "made.up.shop", made)
    for name in ("made", "made.up"):
        package = types.ModuleType(name)
        package.__path__ = []
        monkeypatch.setitem(sys.modules, name, package)
    return made


class Outer:
    class Inner:
        pass

    def method(self):
        pass


class Unhashable(type):
    __hash__ = None


def test_error_derives_from_exception_only():
    """1.2"""
    assert TopicError.__bases__ == (Exception,)
    assert TopicError.__module__ == "eventsourcing.utils"


@pytest.mark.parametrize(
    ("obj", "topic"),
    [
        (Aggregate, "eventsourcing.domain:Aggregate"),
        (Aggregate.Created, "eventsourcing.domain:Aggregate.Created"),
        (int, "builtins:int"),
        (Outer.Inner, f"{__name__}:Outer.Inner"),
        (Outer.method, f"{__name__}:Outer.method"),
        (get_topic, "eventsourcing.utils:get_topic"),
    ],
)
def test_topic_of_classes_and_functions(obj, topic):
    """U1 U2 A55"""
    assert get_topic(obj) == topic
    assert construct_topic(obj) == topic
    assert resolve_topic(topic) is obj


def test_topic_of_local_classes():
    """U2 U5"""

    class Local:
        pass

    topic = f"{__name__}:test_topic_of_local_classes.<locals>.Local"
    with pytest.raises(TopicError):
        resolve_topic(topic)
    assert get_topic(Local) == topic
    assert resolve_topic(topic) is Local


def test_explicit_topic():
    """U3 A55"""

    class Named:
        TOPIC = "named"

    class Sub(Named):
        pass

    class Emptied(Named):
        TOPIC = ""

    assert get_topic(Named) == "named"
    assert construct_topic(Sub) == "named"
    assert get_topic(Emptied).endswith("Emptied")
    assert resolve_topic("named") is Named


def test_topic_is_remembered():
    """U4 U17 Q18"""

    class Kept:
        pass

    topic = get_topic(Kept)
    register_topic("other", Kept)
    clear_topic_cache()
    assert get_topic(Kept) == topic
    with pytest.raises(TopicError):
        resolve_topic(topic)


def test_objects_without_names():
    """U6"""
    with pytest.raises(AttributeError):
        get_topic(1)
    with pytest.raises(AttributeError):
        get_topic(datetime)
    with pytest.raises(TypeError):
        get_topic([])
    with pytest.raises(TypeError):
        get_topic(obj=int)


def test_two_classes_of_the_same_name():
    """U7"""

    def make():
        class Same:
            pass

        return Same

    topic = get_topic(make())
    with pytest.raises(TopicError, match=f"is already registered for topic '{topic}'"):
        get_topic(make())


def test_constructing_registers_nothing():
    """U8"""

    class Local:
        pass

    topic = construct_topic(Local)
    assert topic not in utils._topic_cache
    assert Local not in utils._type_cache


@pytest.mark.parametrize("obj", [int, len, datetime, 5])
def test_any_object_can_be_registered(obj):
    """U9"""
    register_topic("any", obj)
    register_topic("any", obj)
    assert resolve_topic("any") == obj


def test_equal_object_can_be_registered_again():
    """U9"""
    register_topic("list", [1])
    register_topic("list", [1])


def test_topic_that_is_taken():
    """U10 A55"""
    register_topic("taken", int)
    with pytest.raises(TopicError) as caught:
        register_topic("taken", str)
    assert str(caught.value) == (
        f"Refusing to cache {str} (oid {id(str)}): {int} (oid {id(int)}) "
        f"is already registered for topic 'taken'"
    )
    assert resolve_topic("taken") is int


def test_longest_bound_prefix_wins(module):
    """U11"""

    class First:
        class Paid:
            class Twice:
                pass

    class Second:
        class Twice:
            pass

    register_topic("made.up.shop:Old", First)
    register_topic("made.up.shop:Old.Paid", Second)
    assert resolve_topic("made.up.shop:Old.Paid.Twice") is Second.Twice
    assert resolve_topic("made.up.shop:Old.Paid") is Second
    assert resolve_topic("made.up.shop:Order.Paid") is module.Order.Paid


def test_resolved_topic_is_bound():
    """U12"""
    resolve_topic("datetime:timezone.utc")
    assert utils._topic_cache == {"datetime:timezone.utc": datetime.UTC}


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("oldmodule", "No module named 'oldmodule'"),
        ("oldmodule:A", "No module named 'oldmodule'"),
        ("made.up.shop:Gone", "module 'made.up.shop' has no attribute 'Gone'"),
        ("made.up.shop:Order.Gone", "type object 'Order' has no attribute 'Gone'"),
        ("eventsourcing.domain.Aggregate", "No module named"),
    ],
)
def test_topics_that_do_not_resolve(module, topic, text):
    """U13 U15 A55"""
    with pytest.raises(TopicError) as caught:
        resolve_topic(topic)
    assert str(caught.value).startswith(f"Failed to resolve topic '{topic}': {text}")
    assert isinstance(caught.value.__cause__, (ImportError, AttributeError))


def test_other_exceptions_of_the_import_propagate(tmp_path, monkeypatch):
    """U13"""
    (tmp_path / f"{NAME}.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ZeroDivisionError):
        resolve_topic(f"{NAME}:A")


def test_import_error_inside_the_module_is_a_topic_error(tmp_path, monkeypatch):
    """U13"""
    (tmp_path / f"{NAME}.py").write_text("import no_such_module_at_all")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(TopicError, match="no_such_module_at_all"):
        resolve_topic(f"{NAME}:A")


@pytest.mark.parametrize(
    ("topic", "error"),
    [("", ValueError), (":", ValueError), (".relative:A", TypeError), (None, AttributeError)],
)
def test_wrong_topics(topic, error):
    """U14"""
    with pytest.raises(error):
        resolve_topic(topic)


@pytest.mark.parametrize("wrong", [5, []])
def test_topics_that_are_not_strings(wrong):
    """U14"""
    with pytest.raises(AttributeError):
        resolve_topic(wrong)


def test_topic_of_a_module():
    """U15"""
    assert resolve_topic("datetime") is datetime
    assert resolve_topic("datetime:") is datetime


def test_renamed_class(module):
    """U16 A55"""
    register_topic("made.up.shop:OldOrder", module.Order)
    assert resolve_topic("made.up.shop:OldOrder") is module.Order
    assert resolve_topic("made.up.shop:OldOrder.Paid") is module.Order.Paid
    assert resolve_topic("made.up.shop:Order.Paid") is module.Order.Paid


def test_renamed_nested_class(module):
    """U16"""
    register_topic("made.up.shop:Order.Payed", module.Order.Paid)
    assert resolve_topic("made.up.shop:Order.Payed") is module.Order.Paid


def test_moved_class(module):
    """U16"""
    register_topic("elsewhere:Order", module.Order)
    assert resolve_topic("elsewhere:Order.Paid") is module.Order.Paid


def test_renamed_module(module):
    """U16 A55"""
    register_topic("oldshop", module)
    assert resolve_topic("oldshop:Order") is module.Order
    assert resolve_topic("oldshop:Order.Paid") is module.Order.Paid
    assert resolve_topic("oldshop") is module


def test_renamed_package(module):
    """U16 A55"""
    register_topic("old", sys.modules["made"])
    assert resolve_topic("old.up.shop:Order.Paid") is module.Order.Paid
    register_topic("older.inner", sys.modules["made.up"])
    assert resolve_topic("older.inner.shop:Order") is module.Order
    assert resolve_topic("made.up.shop:Order") is module.Order


def test_moved_module(module):
    """U16 A55"""
    register_topic("old.shop.model", module)
    assert resolve_topic("old.shop.model:Order") is module.Order


def test_renamed_package_and_class(module):
    """U16 A55"""
    register_topic("old", sys.modules["made"])
    register_topic("old.up.shop:OldOrder", module.Order)
    assert resolve_topic("old.up.shop:OldOrder.Paid") is module.Order.Paid


def test_clearing_removes_explicit_bindings():
    """U17"""
    register_topic("explicit", int)
    clear_topic_cache()
    with pytest.raises(TopicError):
        resolve_topic("explicit")


def test_binding_is_atomic():
    """U18"""
    bound, refused = [], []
    barrier = threading.Barrier(8)

    def bind(obj):
        barrier.wait()
        try:
            register_topic("contended", obj)
            bound.append(obj)
        except TopicError:
            refused.append(obj)

    threads = [threading.Thread(target=bind, args=(object(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [resolve_topic("contended")] == bound
    assert len(refused) == 7


def test_registry_can_be_touched():
    """U19"""
    topic = get_topic(Outer)
    assert topic in utils._topic_cache
    assert utils._type_cache[Outer] == topic
    with utils._topic_cache_lock:
        del utils._topic_cache[topic]
    assert resolve_topic(topic) is Outer
    utils._topic_cache.clear()
    assert resolve_topic(topic) is Outer
