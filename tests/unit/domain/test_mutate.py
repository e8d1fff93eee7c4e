"""Applying events: D35 to D46."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from eventsourcing.domain import (
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    OriginatorIDError,
    OriginatorVersionError,
)
from eventsourcing.utils import TopicError, get_topic

NOW = datetime(2024, 5, 17, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


class Counter(Aggregate):
    def __init__(self):
        self.count = 0
        self.seen = []

    class Counted(Aggregate.Event):
        by: int

        def apply(self, aggregate):
            aggregate.seen.append((aggregate.version, aggregate.modified_on))
            aggregate.count += self.by
            if self.by < 0:
                raise ValueError(self.by)
            return "ignored"

    class Ended(Aggregate.Event):
        def mutate(self, aggregate):
            super().mutate(aggregate)


def make_event(counter, cls=Counter.Counted, **kwargs):
    values = {
        "originator_id": counter.id,
        "originator_version": counter.version + 1,
        "timestamp": LATER,
        "by": 1,
        **kwargs,
    }
    return cls(**values)


def test_mutate_evolves_the_aggregate_in_place_and_returns_it():
    """D35 D36"""
    counter = Counter()
    assert make_event(counter).mutate(counter) is counter
    assert (counter.count, counter.version, counter.modified_on) == (1, 2, LATER)


def test_mutate_needs_an_aggregate():
    """D35"""
    with pytest.raises(AssertionError):
        make_event(Counter()).mutate(None)


def test_any_object_with_id_version_and_modified_on_will_do():
    """D35"""

    class Other:
        id = uuid4()
        version = 4
        modified_on = NOW

    other = Other()
    assert AggregateEvent(other.id, 5, LATER).mutate(other) is other
    assert (other.version, other.modified_on) == (5, LATER)


def test_event_of_another_aggregate_is_refused():
    """D36 D8 A31"""
    counter, other_id = Counter(), uuid4()
    with pytest.raises(OriginatorIDError) as caught:
        make_event(counter, originator_id=other_id, originator_version=9).mutate(counter)
    assert caught.value.args == (other_id, counter.id)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_event_that_is_not_the_next_is_refused(version):
    """D36 D8 A31"""
    counter = Counter()
    with pytest.raises(OriginatorVersionError) as caught:
        make_event(counter, originator_version=version).mutate(counter)
    assert caught.value.args == (version, 2)


def test_exception_from_apply_leaves_version_and_time():
    """D37"""
    counter = Counter()
    with pytest.raises(ValueError, match="-1"):
        make_event(counter, by=-1).mutate(counter)
    assert (counter.version, counter.modified_on) == (1, counter.created_on)
    assert counter.count == -1


def test_apply_sees_the_previous_version_and_time():
    """D38"""
    counter = Counter()
    make_event(counter).mutate(counter)
    assert counter.seen == [(1, counter.created_on)]


def test_apply_does_nothing_by_default():
    """D38"""
    assert AggregateEvent(uuid4(), 2, NOW).apply(object()) is None


def test_mutate_may_end_the_life_of_an_aggregate():
    """D39"""
    counter = Counter()
    counter.trigger_event(Counter.Ended)
    copy = None
    for e in counter.collect_events():
        copy = e.mutate(copy)
    assert copy is None


def test_folding_all_events_gives_an_equal_aggregate():
    """D40 A31"""
    counter = Counter()
    counter.trigger_event(Counter.Counted, by=2)
    counter.trigger_event(Counter.Counted, by=3)
    copy = None
    for e in counter.collect_events():
        copy = e.mutate(copy)
    assert copy == counter
    assert copy is not counter
    assert copy.count == 5


def test_created_event_constructs_an_aggregate():
    """D41"""
    created = Aggregate.Created(uuid4(), 1, NOW, get_topic(Aggregate))
    aggregate = created.mutate(None)
    assert type(aggregate) is Aggregate
    assert aggregate.id == created.originator_id
    assert aggregate.pending_events == []


def test_created_event_takes_no_aggregate():
    """D41"""
    aggregate = Aggregate()
    with pytest.raises(AssertionError):
        aggregate.pending_events[0].mutate(aggregate)


def test_topic_of_created_event_must_resolve():
    """D42"""
    with pytest.raises(TopicError):
        AggregateCreated(uuid4(), 1, NOW, "no.module:Gone").mutate(None)


def test_order_of_construction():
    """D42 D45 D46"""
    calls = []

    class Built(Aggregate):
        class Event(Aggregate.Event):
            def apply(self, aggregate):
                calls.append("base apply")

        class Started(Event, Aggregate.Created):
            colour: str

            def apply(self, aggregate):
                calls.append("apply")
                super().apply(aggregate)

        def __new__(cls, *args, **kwargs):
            calls.append(("new", args, kwargs))
            return super().__new__(cls)

        def __base_init__(self, originator_id, originator_version, timestamp, colour):
            calls.append(("base init", colour))
            super().__base_init__(originator_id, originator_version, timestamp)

        def __init__(self, colour):
            calls.append(("init", colour))

    Built("red")
    assert calls == [
        ("new", (), {}),
        ("base init", "red"),
        ("init", "red"),
        "apply",
        "base apply",
    ]


def test_attributes_that_init_does_not_name_are_dropped():
    """D43"""

    class Bag(Aggregate):
        class Started(Aggregate.Created):
            a: int
            b: int = 2

        def __init__(self, a):
            self.a = a

    assert Bag(1).pending_events[0].b == 2


def test_init_parameter_without_matching_attribute_gives_the_standard_error():
    """D43"""

    class Bag(Aggregate):
        class Started(Aggregate.Created):
            pass

        def __init__(self, a):
            self.a = a

    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'a'"):
        Bag._create(Bag.Started)


def test_init_may_name_the_standard_attributes():
    """D43"""

    class Told(Aggregate):
        def __init__(
            self, timestamp=None, originator_id=None, originator_version=None, originator_topic=None
        ):
            self.told = (timestamp, originator_id, originator_version, originator_topic)

    told = Told()
    assert told.told == (told.created_on, told.id, 1, get_topic(Told))


def test_everything_is_set_inside_init():
    """D44"""
    seen = []

    class Early(Aggregate):
        def __init__(self):
            seen.append((self.id, self.version, self.created_on, self.modified_on))
            seen.append(list(self.pending_events))

    early = Early()
    assert seen == [(early.id, 1, early.created_on, early.created_on), []]


def test_base_init_sets_the_attributes_in_order():
    """D45"""
    assert list(vars(Aggregate())) == [
        "_id",
        "_version",
        "_created_on",
        "_modified_on",
        "_pending_events",
    ]
