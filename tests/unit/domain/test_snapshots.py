"""Snapshots, class versions and upcasting: D186 to D197."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from eventsourcing.domain import (
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    CanSnapshotAggregate,
    MetaDomainEvent,
    Snapshot,
    event,
)
from eventsourcing.utils import TopicError, get_topic


class Dog(Aggregate):
    @event("Registered")
    def __init__(self, name):
        self.name = name
        self.tricks = []

    @event("TrickAdded")
    def add_trick(self, trick):
        self.tricks.append(trick)


def make_dog():
    dog = Dog("Fido")
    dog.add_trick("sit")
    return dog


def test_taking_a_snapshot():
    """D186 D187 D189 A53"""
    dog = make_dog()
    snapshot = Snapshot.take(dog)
    assert (snapshot.originator_id, snapshot.originator_version) == (dog.id, 2)
    assert snapshot.topic == get_topic(Dog)
    assert snapshot.timestamp >= dog.modified_on
    assert snapshot.state == {
        "_created_on": dog.created_on,
        "_modified_on": dog.modified_on,
        "name": "Fido",
        "tricks": ["sit"],
    }
    assert snapshot.state["tricks"] is dog.tricks
    assert len(dog.pending_events) == 2


def test_taking_a_snapshot_of_another_object():
    """D187"""

    @dataclass(frozen=True)
    class Basket:
        id: UUID
        version: int
        items: tuple

    basket = Basket(uuid4(), 3, ("a",))
    snapshot = Snapshot.take(basket)
    assert snapshot.state == {"id": basket.id, "version": 3, "items": ("a",)}
    rebuilt = snapshot.mutate(None)
    assert rebuilt == basket


def test_taking_a_snapshot_of_a_base_aggregate():
    """Q23"""

    class Small(BaseAggregate[UUID]):
        class Event(AggregateEvent):
            pass

        class Created(Event, AggregateCreated):
            pass

    small = Small._create(Small.Created, id=uuid4())
    assert set(Snapshot.take(small).state) == {"_created_on", "_modified_on"}


@pytest.mark.parametrize(("version", "expected"), [(1, None), (2, 2)])
def test_class_version_is_recorded_above_one(version, expected):
    """D188 D194"""

    class Versioned(Aggregate):
        class_version = version

    assert Snapshot.take(Versioned()).state.get("class_version") == expected


def test_rebuilding_from_a_snapshot():
    """D190 D191 A53"""
    dog = make_dog()
    snapshot = Snapshot.take(dog)
    dog.add_trick("roll over")
    *_, last = dog.collect_events()
    copy = snapshot.mutate(None)
    assert (copy.id, copy.version, copy.created_on) == (dog.id, 2, dog.created_on)
    assert copy.modified_on < dog.modified_on
    assert copy.pending_events == []
    copy.tricks = ["sit"]
    assert last.mutate(copy).tricks == ["sit", "roll over"]
    assert copy.version == 3


def test_no_code_of_the_class_runs():
    """D190"""

    class Silent(Aggregate):
        ready = False

        def __new__(cls):
            if cls.ready:
                raise AssertionError
            return super().__new__(cls)

        def __base_init__(self, originator_id, originator_version, timestamp):
            if self.ready:
                raise AssertionError
            super().__base_init__(originator_id, originator_version, timestamp)

        def __init__(self):
            if self.ready:
                raise AssertionError

        def __setattr__(self, name, value):
            if self.ready:
                raise AssertionError
            super().__setattr__(name, value)

    snapshot = Snapshot.take(Silent())
    Silent.ready = True
    assert type(snapshot.mutate("ignored")) is Silent


def test_topic_must_resolve():
    """D190"""
    snapshot = Snapshot(uuid4(), 1, Snapshot.create_timestamp(), "no.module:Gone", {})
    with pytest.raises(TopicError):
        snapshot.mutate(None)


def test_argument_is_required():
    """D190"""
    with pytest.raises(TypeError):
        Snapshot.take(make_dog()).mutate()


def test_state_need_only_be_accepted_by_dict():
    """D191"""

    class Listed(CanSnapshotAggregate[UUID]):
        def __init__(self, **kwargs):
            self.__dict__.update(kwargs)
            self.state = list(kwargs["state"].items())

    dog = make_dog()
    copy = Listed.take(dog).mutate(None)
    dog.collect_events()
    assert copy == dog


def test_snapshots_of_aggregates_with_string_ids():
    """D192"""

    class StrSnapshot(CanSnapshotAggregate[str], metaclass=MetaDomainEvent):
        originator_id: str
        originator_version: int
        timestamp: datetime
        topic: str
        state: dict

    @dataclass
    class Note:
        id: str
        version: int

    with pytest.raises(TypeError, match="non-UUID originator_id"):
        Snapshot.take(Note("a", 1))
    assert StrSnapshot.take(Note("a", 1)).mutate(None).id == "a"


def test_snapshot_class_of_aggregates():
    """D193"""

    class Own(Aggregate):
        class Snapshot(Snapshot):
            pass

    assert Aggregate.Snapshot is Snapshot
    assert issubclass(Own.Snapshot, Snapshot)
    assert Own.Snapshot.__qualname__.endswith("Own.Snapshot")
    assert not hasattr(BaseAggregate, "Snapshot")


class Grown(Aggregate):
    class_version = 4

    @staticmethod
    def upcast_v1_v2(state):
        state["name"] = state.pop("title")
        state["steps"] = [1]
        return "ignored"

    @classmethod
    def upcast_v2_v3(cls, state):
        assert "class_version" not in state
        assert "_version" not in state
        state["steps"] += [2]

    @staticmethod
    def upcast_v3_v4(state):
        state["steps"] += [3]


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"title": "a"}, {"name": "a", "steps": [1, 2, 3]}),
        ({"class_version": 2, "name": "a", "steps": []}, {"name": "a", "steps": [2, 3]}),
        ({"class_version": 3, "steps": []}, {"steps": [3]}),
        ({"class_version": 4, "steps": []}, {"steps": []}),
        ({"class_version": 5, "steps": []}, {"steps": []}),
    ],
)
def test_upcasting(stored, expected):
    """D195 D196"""
    before = dict(stored)
    snapshot = Snapshot(uuid4(), 3, Snapshot.create_timestamp(), get_topic(Grown), stored)
    rebuilt = snapshot.mutate(None)
    assert vars(rebuilt) == {
        **expected,
        "_id": snapshot.originator_id,
        "_version": 3,
        "_pending_events": [],
    }
    assert snapshot.state.keys() == before.keys()


def test_missing_upcast_method():
    """D195"""

    class Gap(Aggregate):
        class_version = 2

    snapshot = Snapshot(uuid4(), 3, Snapshot.create_timestamp(), get_topic(Gap), {})
    with pytest.raises(AttributeError, match="upcast_v1_v2"):
        snapshot.mutate(None)


def test_redefined_events_inherit_version_and_upcasting():
    """D197"""

    class Base(Aggregate):
        class Paid(Aggregate.Event):
            class_version = 2

            @staticmethod
            def upcast_v1_v2(state):
                pass

    class Later(Base):
        pass

    assert Later.Paid.class_version == 2
    assert hasattr(Later.Paid, "upcast_v1_v2")
