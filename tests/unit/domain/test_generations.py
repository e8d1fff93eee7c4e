"""Stored events and snapshots of every generation of a class: D195, D197, A54."""

from uuid import UUID

import pytest

from eventsourcing.domain import Aggregate, Snapshot, event
from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder, Mapper, UUIDAsHex
from eventsourcing.utils import clear_topic_cache, get_topic, register_topic


class First(Aggregate):
    @event("Started")
    def __init__(self, title):
        self.title = title


def rename_title(state):
    state["name"] = state.pop("title")


def add_colour(state):
    state["colour"] = "red"


def add_size(state):
    state["size"] = 1


class Second(Aggregate):
    """The attribute `title` was renamed."""

    class_version = 2
    upcast_v1_v2 = staticmethod(rename_title)

    class Started(Aggregate.Created):
        name: str
        class_version = 2
        upcast_v1_v2 = staticmethod(rename_title)

    @event(Started)
    def __init__(self, name):
        self.name = name


class Third(Aggregate):
    """The attribute `colour` was added."""

    class_version = 3
    upcast_v1_v2 = staticmethod(rename_title)
    upcast_v2_v3 = staticmethod(add_colour)

    class Started(Aggregate.Created):
        name: str
        colour: str
        class_version = 3
        upcast_v1_v2 = staticmethod(rename_title)
        upcast_v2_v3 = staticmethod(add_colour)

    @event(Started)
    def __init__(self, name, colour="red"):
        self.name, self.colour = name, colour


class Fourth(Aggregate):
    """The attribute `size` was added, to the aggregate only."""

    class_version = 4
    upcast_v1_v2 = staticmethod(rename_title)
    upcast_v2_v3 = staticmethod(add_colour)
    upcast_v3_v4 = staticmethod(add_size)

    class Started(Aggregate.Created):
        name: str
        colour: str
        class_version = 3
        upcast_v1_v2 = staticmethod(rename_title)
        upcast_v2_v3 = staticmethod(add_colour)

    @event(Started)
    def __init__(self, name, colour="red"):
        self.name, self.colour, self.size = name, colour, 1


GENERATIONS = [First, Second, Third, Fourth]
ATTRIBUTES = [
    {"title": "a"},
    {"name": "a"},
    {"name": "a", "colour": "red"},
    {"name": "a", "colour": "red", "size": 1},
]


def make_mapper() -> Mapper[UUID]:
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    return Mapper(transcoder)


@pytest.mark.parametrize("by_snapshot", [False, True])
@pytest.mark.parametrize(("old", "new"), [(old, new) for old in range(4) for new in range(old, 4)])
def test_older_generations_rebuild_under_newer_ones(old, new, by_snapshot):
    """A54 D195 D197"""
    mapper = make_mapper()
    made = GENERATIONS[old]("a")
    old_topic = get_topic(GENERATIONS[old])
    source = Snapshot.take(made) if by_snapshot else made.pending_events[0]
    stored = mapper.to_stored_event(source)
    clear_topic_cache()
    register_topic(old_topic, GENERATIONS[new])

    rebuilt = mapper.to_domain_event(stored).mutate(None)

    assert type(rebuilt) is GENERATIONS[new]
    assert (rebuilt.id, rebuilt.version) == (made.id, 1)
    assert (rebuilt.created_on, rebuilt.modified_on) == (made.created_on, made.modified_on)
    assert {n: v for n, v in vars(rebuilt).items() if n[0] != "_"} == ATTRIBUTES[new]
    assert rebuilt.pending_events == []
