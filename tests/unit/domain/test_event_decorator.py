"""The event decorator on methods: D129 to D155."""

import copy
import functools
import inspect
from datetime import UTC, datetime

import pytest

import eventsourcing.domain
from eventsourcing.domain import (
    Aggregate,
    AggregateEvent,
    BaseAggregate,
    BoundCommandMethodDecorator,
    DecoratedFuncCaller,
    DomainEvent,
    UnboundCommandMethodDecorator,
    aggregate,
    event,
    triggers,
)
from eventsourcing.utils import get_method_name

THEN = datetime(2020, 1, 1, tzinfo=UTC)


class Dog(Aggregate):
    @event("Registered")
    def __init__(self, name):
        self.name = name
        self.tricks = []

    @event("TrickAdded")
    def add_trick(self, trick: str, times: int = 1) -> None:
        """Teach the dog a trick."""
        if not trick:
            raise ValueError(trick)
        self.tricks.append(trick)
        return trick


class PlainDog:
    def add_trick(self, trick: str, times: int = 1) -> None:
        """Teach the dog a trick."""


def last(made):
    return made.pending_events[-1]


def test_dog():
    """D143 D144 D137"""
    dog = Dog(name="Fido")
    assert dog.add_trick(trick="roll over") is None
    assert [type(e).__name__ for e in dog.pending_events] == ["Registered", "TrickAdded"]
    assert type(last(dog)) is Dog.TrickAdded
    assert (last(dog).trick, last(dog).times) == ("roll over", 1)
    assert dog.tricks == ["roll over"]


def test_triggers_is_the_same_object():
    """D129"""
    assert triggers is event
    assert eventsourcing.domain.triggers is event


def test_all_forms():
    """D129 D133 A37 A38"""

    class Things(Aggregate):
        @event
        def stock_counted(self):
            pass

        @event()
        def _moved(self, to):
            self.to = to

        @event("Renamed")
        def rename(self, name="x"):
            pass

        @event(topic="things.repaired")
        def repaired(self):
            pass

        class Sold(Aggregate.Event):
            pass

        @event(Sold)
        def sell(self):
            pass

        def done(self):
            self.is_done = True

        audit = event("Audited")(done)
        finish = event(done)

    things = Things()
    for command, args, name in (
        (things.stock_counted, (), "StockCounted"),
        (things._moved, ("x",), "Moved"),
        (things.rename, (), "Renamed"),
        (things.repaired, (), "Repaired"),
        (things.sell, (), "Sold"),
        (things.audit, (), "Audited"),
        (things.finish, (), "Done"),
    ):
        command(*args)
        assert type(last(things)).__qualname__ == f"{Things.__qualname__}.{name}"
    assert Things.Repaired.TOPIC == "things.repaired"
    assert things.to == "x"
    count = len(things.pending_events)
    things.done()
    assert len(things.pending_events) == count


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stock_counted", "StockCounted"),
        ("_moved", "Moved"),
        ("__moved", "Moved"),
        ("step2_done", "Step2Done"),
        ("HTTPUp", "Httpup"),
    ],
)
def test_inferred_names(name, expected):
    """D133"""

    def func(self):
        pass

    func.__name__ = name
    assert event(func).event_cls_name == expected


def static(self):
    pass


class Unrelated:
    def method(self):
        pass


@pytest.mark.parametrize(
    "arg",
    [1, staticmethod(static), classmethod(static), functools.partial(static), len, Unrelated],
)
def test_wrong_argument(arg):
    """D130 A39"""
    text = f"{arg} is not a str, function, property, or subclass of CanMutateAggregate"
    with pytest.raises(TypeError) as caught:
        event(arg)
    assert str(caught.value) == text


def test_bare_domain_event_is_refused():
    """D130 A42"""
    with pytest.raises(TypeError, match="is not a str, function, property, or subclass of"):
        event(type("Bare", (DomainEvent,), {}))


def test_argument_is_positional_only():
    """D129"""
    with pytest.raises(TypeError):
        event(arg="Name")


@pytest.mark.parametrize("form", [event("Done"), event(), event(Dog.Event)])
@pytest.mark.parametrize(
    "obj", [1, staticmethod(static), classmethod(static), len, functools.partial(static)]
)
def test_only_functions_and_properties_can_be_decorated(form, obj):
    """D131 A39"""
    with pytest.raises(TypeError) as caught:
        form(obj)
    assert str(caught.value) == f"{obj} is not a function or property"


def test_empty_name():
    """D132 A39"""
    decorate = event("")
    with pytest.raises(ValueError, match=r"^Can't use empty string as name of event class$"):
        decorate(static)


def many(self, a, /, *args, **kwargs):
    pass


def star(self, *args):
    pass


def double_star(self, **kwargs):
    pass


def positional_only(self, a, b, /, c):
    pass


@pytest.mark.parametrize("form", [event, event(), event("Done")])
@pytest.mark.parametrize(
    ("func", "text"),
    [
        (star, "*args not supported by decorator on star()"),
        (double_star, "**kwargs not supported by decorator on double_star()"),
        (
            positional_only,
            "positional only args arg not supported by @event decorator on positional_only(): a, b",
        ),
    ],
)
def test_unsupported_parameters(form, func, text):
    """D134 A40"""
    with pytest.raises(TypeError) as caught:
        form(func)
    assert str(caught.value) == text


def test_unsupported_parameters_with_an_explicit_class():
    """D134: not refused, but nothing can be passed for them."""

    class Loose(Aggregate):
        class Done(Aggregate.Event):
            pass

        @event(Done)
        def done(self, *args, **kwargs):
            self.seen = (args, kwargs)

    loose = Loose()
    loose.done()
    assert loose.seen == ((), {})
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given"):
        loose.done(1)


def test_event_class_can_be_used_once():
    """D135 A41"""

    class Once(AggregateEvent):
        pass

    event(Once)(static)
    with pytest.raises(TypeError) as caught:
        event(Once)(static)
    assert str(caught.value) == "Once event class used in more than one decorator"


async def coroutine(self):
    pass


def generator(self):
    yield 1


async def async_generator(self):
    yield 1


@pytest.mark.parametrize("func", [coroutine, generator, async_generator])
def test_bodies_that_would_never_run_are_refused(func):
    """D136 Q11"""
    with pytest.raises(TypeError, match=rf"^@event can't decorate {func.__name__}\(\)"):
        event("Done")(func)


def test_decorator_below():
    """D136"""

    def log(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            calls.append(kwargs)
            return func(*args, **kwargs)

        return wrapper

    calls = []

    class Logged(Aggregate):
        @event("Done")
        @log
        def do(self, a):
            self.a = a

    logged = Logged()
    logged.do(1)
    assert logged.a == 1
    assert calls == [{"a": 1}]


def test_decorator_above():
    """D136 Q12"""

    class Wrapped(Aggregate):
        @functools.cache  # noqa: B019
        @event("Done")
        def do(self):
            pass

    with pytest.raises((TypeError, KeyError)):
        Wrapped.do(Wrapped)


def test_class_made_by_name():
    """D138"""

    class Box(Aggregate):
        @event("Packed")
        def pack(self, id: int, what: "str" = "", *, timestamp=None):
            self.packed = (id, what)

    assert Box.Packed.__bases__ == (DecoratedFuncCaller, Box.Event)
    assert Box.Packed.__annotations__ == {"id": int, "what": "str"}
    box = Box()
    box.pack(3)
    assert box.packed == (3, "")


@pytest.mark.parametrize("name", ["Paid", "Event", "Created", "Done", "pay", "size"])
def test_name_that_is_taken(name):
    """D139 A41"""
    with pytest.raises(TypeError) as caught:

        class Shop(Aggregate):
            size = 1

            class Paid(Aggregate.Event):
                pass

            @event("Done")
            def done(self):
                pass

            @event(name)
            def pay(self):
                pass

    assert str(caught.value) == f"{name} event already defined on Shop"


def test_class_given():
    """D140"""
    written = []

    class Shop(Aggregate):
        class Paid(AggregateEvent):
            amount: int

        written.append(Paid)

        @event(Paid)
        def pay(self, amount):
            self.amount = amount

    shop = Shop()
    shop.pay(3)
    assert type(last(shop)) is Shop.Paid
    assert Shop.Paid.__bases__[0] is DecoratedFuncCaller
    assert issubclass(Shop.Paid, written[0])
    assert issubclass(Shop.Paid, Shop.Event)
    assert shop.amount == 3


def test_created_class_given():
    """D140 A42"""
    with pytest.raises(TypeError) as caught:

        class Shop(Aggregate):
            class Opened(Aggregate.Created):
                pass

            @event(Opened)
            def open(self):
                pass

    assert str(caught.value).endswith("Opened'> is subclass of CanInitAggregate")


def test_class_given_that_is_not_nested():
    """D140 Q22 A42"""

    class Paid(AggregateEvent):
        pass

    with pytest.raises(TypeError, match=r"can't be used by @event on .*pay"):

        class Shop(Aggregate):
            @event(Paid)
            def pay(self):
                pass


def test_base_event_class_given():
    """D140"""

    class Shop(Aggregate):
        class Event(Aggregate.Event):
            pass

        @event(Event)
        def do(self):
            self.done = True

    shop = Shop()
    shop.do()
    assert type(last(shop)) is Shop.Event
    assert shop.done


def test_lower_case_name():
    """D141"""

    class Shop(Aggregate):
        @event("paid")
        def pay(self):
            pass

    class Sub(Shop):
        pass

    shop = Sub()
    shop.pay()
    assert type(last(shop)) is Shop.paid
    assert "paid" not in Sub.__dict__


def test_attribute_stays_the_decorator():
    """D142"""
    assert type(Dog.__dict__["add_trick"]).__name__ == "CommandMethodDecorator"
    assert inspect.isdatadescriptor(Dog.__dict__["add_trick"])


def test_arguments_are_bound_before_anything_happens():
    """D143"""
    dog = Dog("Fido")
    with pytest.raises(TypeError) as caught:
        dog.add_trick()
    text = "Dog.add_trick() missing 1 required positional argument: 'trick'"
    assert str(caught.value) == text
    assert len(dog.pending_events) == 1


def test_call_goes_through_trigger_event():
    """D143"""
    calls = []

    class Watched(Aggregate):
        @event("Done")
        def do(self, a):
            pass

        def trigger_event(self, event_class, **kwargs):
            calls.append((event_class, kwargs))
            super().trigger_event(event_class, **kwargs)

    Watched().do(1)
    assert calls == [(Watched.Done, {"a": 1})]


def test_body_runs_at_each_reconstruction():
    """D144"""
    dog = Dog("Fido")
    dog.add_trick("roll over")
    copy = None
    for e in dog.collect_events():
        copy = e.mutate(copy)
    assert copy == dog


def test_apply_runs_after_the_body():
    """D145 A36"""
    order = []

    class Shop(Aggregate):
        class Event(Aggregate.Event):
            def apply(self, aggregate):
                order.append("base")

        class Paid(Event):
            amount: int

            def apply(self, aggregate):
                order.append("apply")
                super().apply(aggregate)

        @event(Paid)
        def pay(self, amount):
            if amount < 0:
                raise ValueError(amount)
            order.append("body")

    shop = Shop()
    order.clear()
    shop.pay(1)
    assert order == ["body", "apply", "base"]
    order.clear()
    with pytest.raises(ValueError, match="-1"):
        shop.pay(-1)
    assert order == []


def test_raising_body_triggers_nothing():
    """D145 A35"""
    dog = Dog("Fido")
    before = dog.pending_events[:]
    with pytest.raises(ValueError, match=r"^$"):
        dog.add_trick("")
    assert dog.pending_events == before
    assert dog.version == 1


def test_argument_without_field_is_not_recorded():
    """D146"""

    class Shop(Aggregate):
        class Paid(AggregateEvent):
            amount: int = 5

        @event(Paid)
        def pay(self, note="default"):
            self.note = note

        class Refunded(AggregateEvent):
            pass

        @event(Refunded)
        def refund(self, note):
            pass

    shop = Shop()
    shop.pay(note="call")
    assert shop.note == "default"
    assert last(shop).amount == 5
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'note'"):
        shop.refund("x")


def test_field_without_parameter_needs_a_default():
    """D146 D59"""

    class Shop(Aggregate):
        class Paid(AggregateEvent):
            amount: int

        @event(Paid)
        def pay(self):
            pass

    with pytest.raises(TypeError, match=r"^Can't construct event .*'amount'$"):
        Shop().pay()


def test_parameters_named_like_standard_attributes():
    """D147 D149 A17"""

    class Diary(Aggregate):
        class Noted(AggregateEvent):
            pass

        @event("Written")
        def write(self, timestamp=None, originator_id=None, originator_version=None):
            self.told = (timestamp, originator_id, originator_version)

        @event(Noted)
        def note(self, timestamp=None):
            self.noted = timestamp

    diary = Diary()
    diary.write(THEN, originator_id="x", originator_version="y")
    assert diary.told == (THEN, diary.id, 2)
    assert diary.modified_on == THEN
    assert "timestamp" not in Diary.Written.__dict__.get("__annotations__", {})
    diary.note()
    assert diary.noted == diary.modified_on > THEN
    diary.note(timestamp=None)
    assert diary.noted == diary.modified_on


def test_parameter_named_like_a_property():
    """D148"""

    class Doc(Aggregate):
        @event("Published")
        def publish(self, version):
            self.published = version

    doc = Doc()
    doc.publish("v1")
    assert doc.published == "v1"
    assert doc.version == 2


def test_calling_through_the_class():
    """D150 A45"""
    dog = Dog("Fido")
    Dog.add_trick(dog, "sit", times=2)
    assert dog.tricks == ["sit"]
    for args in ((), ("sit",), (1, 2)):
        with pytest.raises(TypeError, match=r"^Expected aggregate as first argument$"):
            Dog.add_trick(*args)


def test_calling_through_the_class_of_a_base_aggregate():
    """D150 Q9"""

    class Small(BaseAggregate):
        class Event(Aggregate.Event):
            pass

        class Created(Event, Aggregate.Created):
            pass

        create_id = staticmethod(Aggregate.create_id)

        @event("Done")
        def do(self):
            self.done = True

    small = Small()
    Small.do(small)
    assert small.done


@pytest.mark.parametrize(
    "name", ["__module__", "__name__", "__qualname__", "__annotations__", "__doc__"]
)
def test_wrappers_look_like_the_function(name):
    """D151 A44"""
    plain, bound, unbound = PlainDog.add_trick, Dog("Fido").add_trick, Dog.add_trick
    expected = getattr(plain, name)
    if name == "__qualname__":
        expected = "Dog.add_trick"
    assert getattr(bound, name) == expected
    assert getattr(unbound, name) == expected
    assert type(bound) is BoundCommandMethodDecorator
    assert type(unbound) is UnboundCommandMethodDecorator


def test_method_name_and_signatures():
    """D151"""
    dog = Dog("Fido")
    assert get_method_name(dog.add_trick) == get_method_name(Dog.add_trick) == "Dog.add_trick"
    assert str(inspect.signature(dog.add_trick)) == "(trick: str, times: int = 1) -> None"
    assert str(inspect.signature(Dog.add_trick)) == "(self, trick: str, times: int = 1) -> None"
    assert not hasattr(dog.add_trick, "no_such_attribute")


def test_documentation_of_the_wrapper_classes():
    """D151: the classes keep their own."""
    assert "on an instance" in BoundCommandMethodDecorator.__doc__
    assert "on the class" in UnboundCommandMethodDecorator.__doc__
    assert BoundCommandMethodDecorator.__module__ == "eventsourcing.domain"


def test_falsy_aggregates():
    """D152 Q7"""

    class Empty(Aggregate):
        @event("Done")
        def do(self):
            self.done = True

        def __len__(self):
            return 0

    empty = Empty()
    empty.do()
    assert empty.done


def test_decorated_init_reads_as_the_function():
    """D153"""
    assert inspect.isfunction(Dog.__init__)
    dog = Dog("Fido")
    assert inspect.ismethod(dog.__init__)
    dog.__init__("Rex")
    assert dog.name == "Rex"
    assert len(dog.pending_events) == 1


def test_public_method_that_decides_and_private_one_that_triggers():
    """D154 A48"""

    class Order(Aggregate):
        def __init__(self):
            self.is_paid = False

        def pay(self, amount):
            if amount < 10:
                raise ValueError(amount)
            self._pay(amount)

        @event("Paid")
        def _pay(self, amount):
            self.is_paid = True

    order = Order()
    with pytest.raises(ValueError, match="5"):
        order.pay(5)
    assert not order.is_paid
    order.pay(10)
    copy = None
    for e in order.collect_events():
        copy = e.mutate(copy)
    assert copy.is_paid


def test_function_that_was_never_wired():
    """D155"""

    class Mixin:
        @event("Done")
        def do(self):
            pass

    class Mixed(Mixin, Aggregate):
        pass

    with pytest.raises(KeyError) as caught:
        Mixed().do()
    assert caught.value.args == (
        f"Event class not registered for event decorator on {Mixin.do.__qualname__}",
    )


def test_assigning_to_a_decorated_method():
    """Q12"""
    with pytest.raises(TypeError, match="Can't assign to 'add_trick' of Dog"):
        Dog("Fido").add_trick = 1


def test_bare_underscore():
    """D166 Q12"""
    with pytest.raises(TypeError, match=r"^@event on _\(\) requires event class"):

        class Gate(Aggregate):
            @event
            def _(self):
                pass


def test_aggregate_decorator_is_not_hindered():
    """D172"""

    @aggregate
    class Plain:
        @event("Done")
        def do(self):
            self.done = True

    plain = Plain()
    plain.do()
    assert plain.done


def test_function_without_receiver():
    """Issue 3, item 2: the remedy is named."""

    def alone():
        pass

    with pytest.raises(TypeError, match=r"alone\(\): it has no parameter .* write 'self'"):
        event("Done")(alone)


def test_wrappers_can_be_copied():
    """D151: looking like the function does not hinder that."""
    dog = Dog("Fido")
    copy.copy(dog.add_trick)("sit")
    assert dog.tricks == ["sit"]
