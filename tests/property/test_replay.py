"""Random aggregates, of each kind of events, under random commands: D40, D14, D57, D17."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from eventsourcing.persistence import (
    DatetimeAsISO,
    DecimalAsStr,
    JSONTranscoder,
    Mapper,
    UUIDAsHex,
)
from tests.property.declarations import Story, stories

bounded = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def play(story: Story) -> tuple[Any, Any]:
    """Make an aggregate and a plain object, and do the same to both."""
    made = []
    for cls in story.declaration.make():
        obj = cls(*story.creation.args, **story.creation.kwargs)
        for command in story.commands:
            getattr(obj, command.name)(*command.args, **command.kwargs)
        made.append(obj)
    return made[0], made[1]


def replay(events: Any) -> Any:
    aggregate = None
    for event in events:
        aggregate = event.mutate(aggregate)
    return aggregate


def make_mapper() -> Mapper[Any]:
    transcoder = JSONTranscoder()
    for transcoding in (UUIDAsHex(), DecimalAsStr(), DatetimeAsISO()):
        transcoder.register(transcoding)
    return Mapper(transcoder)


@bounded
@given(stories())
def test_aggregates_behave_like_plain_objects(story: Story) -> None:
    """D143 D144: events change nothing in what a class means."""
    aggregate, plain = play(story)

    public = {name: value for name, value in vars(aggregate).items() if name[0] != "_"}
    assert public == vars(plain)


@bounded
@given(stories())
def test_replaying_gives_an_equal_aggregate(story: Story) -> None:
    """D40"""
    aggregate, _ = play(story)
    events = aggregate.collect_events()

    copied = replay(events)

    assert copied == aggregate
    assert type(copied) is type(aggregate)
    assert copied.pending_events == []


@bounded
@given(stories())
def test_replaying_stored_events_gives_an_equal_aggregate(story: Story) -> None:
    """D40 D17: through bytes, as databases hold them."""
    aggregate, _ = play(story)
    events = aggregate.collect_events()
    mapper = make_mapper()

    read = [mapper.to_domain_event(mapper.to_stored_event(event)) for event in events]

    assert read == list(events)
    # JSON has no tuples, but the log is made anew by the commands.
    assert replay(read) == aggregate


@bounded
@given(stories())
def test_events_count_and_belong_together(story: Story) -> None:
    """D58 D69"""
    aggregate, _ = play(story)
    events = aggregate.collect_events()

    assert [e.originator_version for e in events] == list(range(1, len(story.commands) + 2))
    assert {e.originator_id for e in events} == {aggregate.id}
    assert aggregate.version == len(events)
    assert (aggregate.created_on, aggregate.modified_on) == (
        events[0].timestamp,
        events[-1].timestamp,
    )
    times = [e.timestamp for e in events]
    assert times == sorted(times)


@bounded
@given(stories())
def test_events_are_frozen(story: Story) -> None:
    """D14 D198"""
    aggregate, _ = play(story)

    for event in aggregate.collect_events():
        for name in event._as_dict():
            before = getattr(event, name)
            with pytest.raises((AttributeError, ValueError)):
                setattr(event, name, 1)
            assert getattr(event, name) is before


@bounded
@given(stories())
def test_aggregates_and_events_can_be_copied_and_pickled(story: Story) -> None:
    """D57 D17"""
    aggregate, _ = play(story)

    for obj in (aggregate, *aggregate.pending_events):
        for other in (copy.deepcopy(obj), pickle.loads(pickle.dumps(obj))):
            assert other == obj
            assert other is not obj
    other = copy.deepcopy(aggregate)
    other.trigger_event(type(aggregate).Event)
    assert len(other.pending_events) == len(aggregate.pending_events) + 1
