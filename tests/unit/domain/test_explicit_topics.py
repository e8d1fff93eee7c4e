"""Explicit topics: D176 to D185, with events of the library and of pydantic."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel, ConfigDict

from eventsourcing.domain import (
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    DomainEvent,
    ProgrammingError,
    event,
)
from eventsourcing.utils import clear_topic_cache, get_topic, register_topic, resolve_topic


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    originator_id: UUID
    originator_version: int
    timestamp: datetime


class PydanticAggregate(BaseAggregate[UUID]):
    class Event(Frozen, CanMutateAggregate[UUID]):
        pass

    class Created(Event, CanInitAggregate[UUID]):
        originator_topic: str

    @staticmethod
    def create_id():
        return uuid4()


both_kinds = pytest.mark.parametrize("base", [Aggregate, PydanticAggregate])


def make_mode(base):
    """Return an aggregate class in explicit-topic mode."""

    class Order(base):
        TOPIC = "order"

        class Created(base.Created):
            TOPIC: ClassVar[str] = "order.created"

        class Paid(base.Event):
            TOPIC: ClassVar[str] = "order.paid"

        @event("Sent", topic="order.sent")
        def send(self):
            self.is_sent = True

    return Order


@both_kinds
def test_topics_are_registered_and_used(base):
    """D176 D177 D178 D179 D181 A50"""
    order_class = make_mode(base)
    assert resolve_topic("order") is order_class
    assert resolve_topic("order.created") is order_class.Created
    assert resolve_topic("order.paid") is order_class.Paid
    assert resolve_topic("order.sent") is order_class.Sent
    assert get_topic(order_class.Paid) == "order.paid"
    order = order_class()
    order.trigger_event(order_class.Paid)
    order.send()
    assert order.is_sent
    assert order.pending_events[0].originator_topic == "order"


@both_kinds
@pytest.mark.parametrize("topic", ["", None])
def test_false_topics_are_no_mode(base, topic):
    """D177"""
    made = type(base)("Order", (base,), {"TOPIC": topic, "__module__": __name__})
    assert not made.__es_spec__.has_explicit_topics
    assert get_topic(made) == f"{__name__}:Order"


@both_kinds
def test_subclass_must_define_its_topic(base):
    """D178 A50"""
    order_class = make_mode(base)
    with pytest.raises(ProgrammingError) as caught:

        class Sub(order_class):
            pass

    assert str(caught.value).startswith("Explicit topic not defined on <class '")
    assert str(caught.value).endswith("Sub'>")


@both_kinds
def test_topic_that_is_taken(base):
    """D178 A50"""
    register_topic("order", dict)
    with pytest.raises(ProgrammingError) as caught:
        make_mode(base)
    assert str(caught.value).startswith("Explicit topic 'order' of <class '")
    assert str(caught.value).endswith(" already registered for <class 'dict'>")


@both_kinds
def test_created_event_must_define_its_topic(base):
    """D179 D180 A50"""
    with pytest.raises(ProgrammingError, match=r"^Explicit topic not defined on .*Created'>$"):

        class Order(base):
            TOPIC = "order"


@both_kinds
@pytest.mark.parametrize("name", ["Paid", "paid"])
def test_nested_event_must_define_its_topic(base, name):
    """D179 A50: lower-case names too."""
    created = {"TOPIC": "order.created", "__annotations__": {"TOPIC": ClassVar[str]}}
    with pytest.raises(ProgrammingError, match=rf"^Explicit topic not defined on .*{name}'>$"):
        type(base)(
            "Order",
            (base,),
            {
                "TOPIC": "order",
                "__module__": __name__,
                "Created": type(base.Created)("Created", (base.Created,), created),
                name: type(base.Event)(name, (base.Event,), {"__qualname__": name}),
            },
        )


@both_kinds
def test_decorated_event_must_define_its_topic(base):
    """D179 D181 A50"""
    with pytest.raises(ProgrammingError, match=r"^Explicit topic not defined on .*Sent'>$"):

        class Order(base):
            TOPIC = "order"

            @event("Created", topic="order.created")
            def __init__(self):
                pass

            @event("Sent")
            def send(self):
                pass


@both_kinds
def test_repeated_topic(base):
    """D179 A50"""
    with pytest.raises(ProgrammingError) as caught:

        class Order(base):
            TOPIC = "order"

            @event("Created", topic="same")
            def __init__(self):
                pass

            @event("Sent", topic="same")
            def send(self):
                pass

    assert str(caught.value).startswith("Explicit topic 'same' of <class '")
    assert " already registered for <class '" in str(caught.value)


@both_kinds
def test_topic_on_decorated_init(base):
    """D181 A50"""

    class Order(base):
        TOPIC = "order"

        @event("Created", topic="order.created")
        def __init__(self):
            pass

    assert Order.Created.TOPIC == "order.created"
    assert resolve_topic("order.created") is Order.Created


@both_kinds
def test_inherited_events_conflict(base):
    """D180 A50"""
    order_class = make_mode(base)
    with pytest.raises(ProgrammingError, match="already registered for"):

        class Sub(order_class):
            TOPIC = "sub"


def test_topics_without_the_mode():
    """D181"""

    class Order(Aggregate):
        class Paid(Aggregate.Event):
            TOPIC = "order.paid"

        @event("Sent", topic="order.sent")
        def send(self):
            pass

        @event(Paid, topic="ignored")
        def pay(self):
            pass

    assert Order.Sent.TOPIC == "order.sent"
    assert get_topic(Order.Paid) == "order.paid"
    Order().send()


@both_kinds
def test_base_event_cannot_be_triggered(base):
    """D182 A51"""
    order_class = make_mode(base)
    order = order_class()
    for cls in (order_class.Event, base.Event):
        with pytest.raises(
            ProgrammingError, match=r"^Triggering base 'Event' class is prohibited\.$"
        ):
            order.trigger_event(cls)


class Loose:
    class Event(AggregateEvent):
        pass


def use_create(order_class, cls):
    order_class._create(cls)


def use_trigger(order_class, cls):
    order_class().trigger_event(cls)


@pytest.mark.parametrize(
    ("use", "source"), [(use_create, AggregateCreated), (use_trigger, AggregateEvent)]
)
def test_classes_from_outside_must_be_registered(use, source):
    """D183 D184 A51"""
    order_class = make_mode(Aggregate)

    class Outside(source):
        pass

    with pytest.raises(ProgrammingError) as caught:
        use(order_class, Outside)
    assert str(caught.value) == f"Explicit topic not defined on {Outside}"

    Outside.TOPIC = "outside"
    with pytest.raises(ProgrammingError) as caught:
        use(order_class, Outside)
    assert str(caught.value) == f"Explicit topic 'outside' on {Outside} is not registered"

    register_topic("outside", dict)
    with pytest.raises(ProgrammingError) as caught:
        use(order_class, Outside)
    assert str(caught.value) == (
        f"Explicit topic 'outside' on {Outside} already registered for <class 'dict'>"
    )

    clear_topic_cache()
    for cls in (order_class, order_class.Created, Outside):
        register_topic(cls.TOPIC, cls)
    use(order_class, Outside)


def test_bare_domain_event_passes_the_checks_only():
    """D185 A51"""
    order = make_mode(Aggregate)()

    class Bare(DomainEvent):
        TOPIC = "bare"

    with pytest.raises(ProgrammingError, match="is not registered"):
        order.trigger_event(Bare)
    register_topic("bare", Bare)
    with pytest.raises(AttributeError, match="mutate"):
        order.trigger_event(Bare)
