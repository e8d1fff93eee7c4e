"""The domain model through an application: A47, D210."""

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, AggregateEvent, event


class Order(Aggregate):
    class Confirmed(AggregateEvent):
        by: str

    def __init__(self, name):
        self.name = name
        self.confirmed_by = None

    @event(Confirmed)
    def confirm(self, by):
        self.confirmed_by = by

    class Shipped(Aggregate.Event):
        pass

    @event(Shipped)
    def _(self):
        self.is_shipped = True


def test_aggregate_with_explicit_event_classes_is_saved_and_got():
    """A47 D140 D165"""
    app = Application[Order]()
    order = Order("one")
    order.confirm("me")
    order.trigger_event(Order.Shipped)
    app.save(order)

    copy = app.repository.get(order.id)

    assert copy == order
    assert (copy.name, copy.confirmed_by, copy.is_shipped) == ("one", "me", True)
