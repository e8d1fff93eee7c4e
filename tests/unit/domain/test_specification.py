"""The specification that is kept on each aggregate class, and what replaces the module state."""

from uuid import UUID

import pytest

from eventsourcing.domain import Aggregate, AggregateSpec, BaseAggregate, event


class Order(Aggregate):
    id: UUID
    note: str = ""

    class Paid(Aggregate.Event):
        amount: int

    class Shipped(Aggregate.Event):
        pass

    @event(Paid)
    def pay(self, amount):
        self.amount = amount

    @event("Renamed")
    def rename(self, name):
        self.name = name

    @event(Shipped)
    def _(self):
        self.is_shipped = True


def test_specification_is_kept_on_the_class():
    """Every aggregate class has its own; `BaseAggregate` has none."""
    spec = Order.__es_spec__
    assert isinstance(spec, AggregateSpec)
    assert spec.aggregate_class is Order
    assert spec.takes_id
    assert spec.created_event_class is Order.Created
    assert not spec.has_explicit_topics
    assert BaseAggregate.__es_spec__ is None
    assert Aggregate.__es_spec__.aggregate_class is Aggregate


def test_specification_maps_commands_to_events():
    """The command names its event, the event classes are the class's own."""
    spec = Order.__es_spec__
    assert {c.attribute: c.event_name for c in spec.commands} == {
        "pay": "Paid",
        "rename": "Renamed",
        "_": "Shipped",
    }
    assert set(spec.event_classes) == {"Event", "Created", "Paid", "Renamed", "Shipped"}
    assert spec.event_classes["Paid"] is Order.Paid


def test_specification_is_frozen():
    """It is a value."""
    with pytest.raises(AttributeError):
        Order.__es_spec__.takes_id = False
    with pytest.raises(TypeError):
        Order.__es_spec__.event_classes["X"] = Order


def test_specification_can_be_printed():
    """The print shows what the declarations were understood to mean."""
    assert (
        repr(Order.__es_spec__)
        == f"""\
AggregateSpec of {__name__}:Order
  id: first parameter of the call
  created event: Order.Created(note)
  command: pay(amount) -> Paid
  command: rename(name) -> Renamed
  command: _() applies Shipped
  event class: Paid(DecoratedFuncCaller, Order.Paid)
  event class: Shipped(DecoratedFuncCaller, Order.Shipped)
  event class: Event(Aggregate.Event)
  event class: Created(Aggregate.Created, Order.Event)
  event class: Renamed(DecoratedFuncCaller, Order.Event)
  topics: made from module and name"""
    )


def test_print_of_a_class_that_cannot_decide():
    """The print names the candidates."""

    class Torn(Aggregate):
        class A(Aggregate.Created):
            pass

        class B(Aggregate.Created):
            pass

    class Bare(BaseAggregate[UUID]):
        def __init__(self, id):
            pass

    assert "created event: undecided between A, B" in repr(Torn.__es_spec__)
    assert "created event: none" in repr(Bare.__es_spec__)
    assert "id: parameter of __init__" in repr(Bare.__es_spec__)
    assert "id: made by create_id()" in repr(Torn.__es_spec__)
