"""Aggregate objects and triggering events: D47 to D63."""

import copy
import pickle
from abc import abstractmethod
from datetime import UTC, datetime, timedelta

import pytest

from eventsourcing.domain import (
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    DomainEvent,
    EventsourcingType,
    MetaAggregate,
    ProgrammingError,
    Snapshot,
    event,
)


class Plot(Aggregate):
    crop: str

    class Sown(Aggregate.Event):
        crop: str

        def apply(self, aggregate):
            aggregate.crop = self.crop


def test_base_aggregate_cannot_be_called():
    """D47 A9"""
    with pytest.raises(TypeError, match=r"^Please define or use subclasses of BaseAggregate\.$"):
        BaseAggregate()
    with pytest.raises(NotImplementedError):
        BaseAggregate.create_id()


def test_what_aggregate_has():
    """D48"""
    assert Aggregate.create_id(1, a=2).version == 4
    assert Aggregate.Event.__bases__ == (AggregateEvent,)
    assert Aggregate.Created.__bases__ == (Aggregate.Event, AggregateCreated)
    assert Aggregate.Snapshot is Snapshot
    assert "INITIAL_VERSION" not in Aggregate.__dict__
    assert Aggregate.INITIAL_VERSION == 1
    assert "__dataclass_fields__" not in Aggregate.__dict__


def test_abstract_aggregates_cannot_be_constructed():
    """D49"""

    class Shape(Aggregate):
        @abstractmethod
        def area(self): ...

        @event("Scaled")
        @abstractmethod
        def scale(self): ...

    assert issubclass(MetaAggregate, EventsourcingType)
    assert Shape.__abstractmethods__ == {"area", "scale"}
    with pytest.raises(TypeError, match="abstract"):
        Shape()


def test_metaclass_may_forbid_the_call():
    """D49 A52"""

    class Forbidding(MetaAggregate):
        def __call__(cls, *args, **kwargs):
            raise RuntimeError

    class Closed(Aggregate, metaclass=Forbidding):
        pass

    with pytest.raises(RuntimeError):
        Closed()
    assert isinstance(Closed._create(Closed.Created), Closed)


@pytest.mark.parametrize("name", ["id", "created_on", "pending_events"])
def test_read_only_properties(name):
    """D50 D51"""
    with pytest.raises(AttributeError):
        setattr(Aggregate(), name, 1)


def test_writable_properties():
    """D51"""
    aggregate = Aggregate()
    later = aggregate.modified_on + timedelta(seconds=1)
    aggregate.version, aggregate.modified_on = 7, later
    assert (aggregate._version, aggregate._modified_on) == (7, later)
    assert aggregate.pending_events is aggregate._pending_events


def test_fresh_aggregate():
    """D52 A6"""
    before = datetime.now(UTC)
    aggregate = Aggregate()
    after = datetime.now(UTC)
    (created,) = aggregate.pending_events
    assert type(created) is Aggregate.Created
    assert (created.originator_id, created.originator_version) == (aggregate.id, 1)
    assert aggregate.version == 1
    assert before <= aggregate.created_on == aggregate.modified_on == created.timestamp <= after


def test_each_event_moves_modified_on():
    """D52"""
    aggregate = Aggregate()
    aggregate.trigger_event(Aggregate.Event)
    assert aggregate.modified_on == aggregate.pending_events[-1].timestamp
    assert aggregate.created_on == aggregate.pending_events[0].timestamp


def test_collecting_empties_the_list():
    """D53"""
    aggregate = Aggregate()
    aggregate.trigger_event(Aggregate.Event)
    pending = aggregate.pending_events
    collected = aggregate.collect_events()
    assert [e.originator_version for e in collected] == [1, 2]
    assert pending == []
    assert aggregate.collect_events() == []


def test_equality():
    """D54 A32"""
    plot = Plot("leek")
    rebuilt = plot.pending_events[0].mutate(None)
    assert plot == plot
    assert plot != Plot("leek")
    assert plot != rebuilt
    plot.collect_events()
    assert plot == rebuilt
    plot.trigger_event(Plot.Sown, crop="kale")
    assert plot != rebuilt
    assert plot.__eq__(1) is False
    assert plot.__eq__(Aggregate()) is False


def test_aggregates_are_unhashable():
    """D55 Q21: and they are known to be so by whoever expects a `TypeError`."""
    with pytest.raises(NotImplementedError) as caught:
        hash(Aggregate())
    assert isinstance(caught.value, TypeError)
    assert str(caught.value) == ""


def test_repr():
    """D56 A33"""
    plot = Plot("leek")
    times = f"created_on={plot.created_on!r}, modified_on={plot.modified_on!r}"
    assert repr(plot) == f"Plot(id={plot.id!r}, version=1, {times}, crop='leek')"
    plot._secret = 1
    assert repr(plot).endswith("crop='leek', secret=1)")


def test_copying_and_pickling():
    """D57"""
    plot = Plot("leek")
    assert copy.deepcopy(plot) == plot
    assert pickle.loads(pickle.dumps(plot)) == plot


def test_triggering_makes_applies_and_keeps_the_event():
    """D58 A30"""
    plot = Plot("leek")
    plot.trigger_event(Plot.Sown, crop="kale", originator_id=None, originator_version=99)
    sown = plot.pending_events[-1]
    assert (sown.originator_id, sown.originator_version) == (plot.id, 2)
    assert (plot.crop, plot.version, plot.modified_on) == ("kale", 2, sown.timestamp)


@pytest.mark.parametrize("cls", [AggregateEvent, Aggregate.Event, Plot.Event])
def test_any_event_class_can_be_triggered(cls):
    """D61 A30"""
    plot = Plot("leek")
    plot.trigger_event(event_class=cls)
    assert type(plot.pending_events[-1]) is cls


def test_event_class_of_another_aggregate_can_be_triggered():
    """D61"""
    aggregate = Aggregate()
    aggregate.trigger_event(Plot.Sown, crop="kale")
    assert aggregate.crop == "kale"


def test_event_that_cannot_be_constructed():
    """D59 A30"""
    plot = Plot("leek")
    with pytest.raises(TypeError) as caught:
        plot.trigger_event(Plot.Sown)
    text = "Sown.__init__() missing 1 required positional argument: 'crop'"
    assert str(caught.value).startswith(f"Can't construct event {Plot.Sown}: ")
    assert str(caught.value).endswith(text)
    assert caught.value.__suppress_context__
    assert len(plot.pending_events) == 1


def test_other_exceptions_of_the_constructor_propagate():
    """D59"""

    class Checked(Aggregate.Event):
        def __post_init__(self):
            raise ValueError("checked")

    with pytest.raises(ValueError, match=r"^checked$"):
        Aggregate().trigger_event(Checked)


def test_raising_mutate_leaves_the_aggregate():
    """D60"""

    class Raising(Aggregate.Event):
        def apply(self, aggregate):
            raise RuntimeError

    aggregate = Aggregate()
    with pytest.raises(RuntimeError):
        aggregate.trigger_event(Raising)
    assert len(aggregate.pending_events) == 1
    assert (aggregate.version, aggregate.modified_on) == (1, aggregate.created_on)


def test_created_event_cannot_be_triggered():
    """D61"""
    with pytest.raises(TypeError, match=r"^Can't construct event .*originator_topic"):
        Aggregate().trigger_event(Aggregate.Created)


def test_bare_domain_event_cannot_be_triggered():
    """D61"""
    with pytest.raises(AttributeError, match="mutate"):
        Aggregate().trigger_event(DomainEvent)


def test_timestamp_can_be_given():
    """D62"""
    aggregate = Aggregate()
    then = datetime(2020, 1, 1, tzinfo=UTC)
    aggregate.trigger_event(Aggregate.Event, timestamp=then)
    assert aggregate.modified_on == then
    aggregate.trigger_event(Aggregate.Event, timestamp=None)
    assert aggregate.modified_on > then


def test_triggering_from_a_body_is_refused():
    """D63 Q5"""

    class Nested(Aggregate):
        @event("Outer")
        def outer(self):
            self.inner()

        @event("Inner")
        def inner(self):
            pass

    nested = Nested()
    with pytest.raises(ProgrammingError, match=r"Nested\.Inner was triggered on .*Nested while"):
        nested.outer()
    assert [type(e).__name__ for e in nested.collect_events()] == ["Created"]
    assert nested.version == 1


def test_triggering_from_init_is_refused():
    """D63 Q5"""

    class Nested(Aggregate):
        def __init__(self):
            self.inner()

        @event("Inner")
        def inner(self):
            pass

    with pytest.raises(ProgrammingError, match=r"Inner was triggered on .* while .*Created"):
        Nested()
