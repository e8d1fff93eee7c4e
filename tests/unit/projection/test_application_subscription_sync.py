# Generated from test_application_subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions to applications: J1-J5, J8, and batches."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import ProgrammingError, Tracking
from eventsourcing.projection import (
    ApplicationSubscription,
    DCBApplicationSubscription,
)
from eventsourcing.utils import get_topic
from tests.unit.projection.dcb_samples_sync import Cinema, SeatLeft, SeatTaken
from tests.unit.projection.gates_sync import PATIENCE, Upstream, eventually

App = Upstream | Cinema


@pytest.fixture(params=[Upstream, Cinema])
def app(request: pytest.FixtureRequest) -> App:
    """An application that records events of aggregates, or one that records decisions."""
    made: App = request.param()
    return made


def subscribe(app: Any, gt: int | None = None, topics: Sequence[str] = ()) -> Any:
    if isinstance(app, DCBApplication):
        return DCBApplicationSubscription(app, gt, topics)
    return ApplicationSubscription(app, gt, topics)


def take(subscription: Any, number: int) -> list[int]:
    return [next(subscription)[1].notification_id for _ in range(number)]


def test_events_come_with_their_positions() -> None:
    """J1: event objects, and the name of the application."""
    app = Upstream()
    aggregate = Aggregate()
    app.save(aggregate)
    with ApplicationSubscription(app) as subscription:
        domain_event, tracking = next(subscription)
    assert type(domain_event) is Aggregate.Created
    assert domain_event.originator_id == aggregate.id
    assert tracking == Tracking("Upstream", 1)


@pytest.mark.parametrize(("gt", "expected"), [(None, [1, 2, 3]), (0, [1, 2, 3]), (2, [3])])
def test_events_after_a_position(app: App, gt: int | None, expected: list[int]) -> None:
    """J1: `None` and 0 are the beginning."""
    app.create(3)
    with subscribe(app, gt=gt) as subscription:
        assert take(subscription, len(expected)) == expected


def test_coming_events_are_waited_for(app: App) -> None:
    """J1"""
    with subscribe(app) as subscription:
        waiting = spawn(subscription.__next__)
        app.create()
        assert waiting.join(PATIENCE)
        assert waiting.error is None


def test_consecutive_loops_continue(app: App) -> None:
    """J1: with or without a block."""
    app.create(4)
    subscription = subscribe(app)
    seen = []
    for _ in range(2):
        for _, tracking in subscription:
            seen.append(tracking.notification_id)
            if tracking.notification_id % 2 == 0:
                break
    subscription.stop()
    assert seen == [1, 2, 3, 4]


def test_topics_are_exact() -> None:
    """J2: those of base classes match nothing else."""
    app = Upstream()
    aggregate = Aggregate()
    aggregate.trigger_event(event_class=Aggregate.Event)
    app.save(aggregate)
    topics = [get_topic(Aggregate.Event)]
    with ApplicationSubscription(app, topics=topics) as subscription:
        assert take(subscription, 1) == [2]


def test_stopping_ends_the_iteration(app: App) -> None:
    """J3: repeatedly; what was fetched is discarded."""
    app.create(3)
    subscription = subscribe(app)
    assert take(subscription, 1) == [1]
    subscription.stop()
    subscription.stop()
    for _ in range(2):
        with pytest.raises(StopIteration):
            next(subscription)
        with pytest.raises(StopIteration):
            subscription.next_batch(10)


def test_an_error_of_reading_is_raised(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """J3: each time."""

    def fail(*_: Any, **__: Any) -> Any:
        raise ValueError("disk on fire")

    subscription = subscribe(app)
    read = "read" if isinstance(app, Cinema) else "select_notifications"
    monkeypatch.setattr(type(app.recorder), read, fail)
    app.create()
    for _ in range(2):
        with pytest.raises(ValueError, match="disk on fire"):
            take(subscription, 2)


def test_it_is_entered_once(app: App) -> None:
    """J4: and left as often as one likes."""
    subscription = subscribe(app)
    with pytest.raises(ProgrammingError, match="Not already entered subscription context manager"):
        subscription.__exit__(None, None, None)
    subscription = subscribe(app)
    with subscription as entered:
        assert entered is subscription
        with pytest.raises(ProgrammingError, match="Already entered subscription context manager"):
            subscription.__enter__()
    subscription.__exit__(None, None, None)


def test_collection_stops_it(app: App) -> None:
    """J4: also for one who holds what it wraps."""
    subscription = subscribe(app)
    inner = subscription.subscription
    del subscription
    gc.collect()
    eventually(lambda: inner._has_been_stopped)


def test_batches_are_not_waited_for(app: App) -> None:
    """Issue 5.4: what is there, at most so many."""
    app.create(5)
    with subscribe(app) as subscription:
        sizes = [len(subscription.next_batch(limit)) for limit in (2, 1, 100)]
        assert sizes == [2, 1, 2]
        with pytest.raises(ValueError, match="limit is 0"):
            subscription.next_batch(0)


def test_an_event_that_cannot_be_read_comes_after_those_before_it(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 5.4, J21: they are processed; the error is raised in its place."""
    app.create(5)
    mapper: Any = app.mapper
    convert = mapper.to_domain_event
    converted: list[Any] = []

    def fail_for_the_third(record: Any) -> Any:
        if record not in converted:
            converted.append(record)
        if converted[2:3] == [record]:
            raise ValueError("unreadable")
        return convert(record)

    monkeypatch.setattr(mapper, "to_domain_event", fail_for_the_third)
    with subscribe(app) as subscription:
        before = subscription.next_batch(10)
        with pytest.raises(ValueError, match="unreadable"):
            subscription.next_batch(10)
        after = subscription.next_batch(1)
        last = subscription.next_batch(10)
    ids = [[tracking.notification_id for _, tracking in each] for each in (before, after, last)]
    assert ids == [[1, 2], [4], [5]]


def test_recorders_without_subscriptions_say_so() -> None:
    """J5: those of engines that have none."""
    app = Upstream()

    def subscribe(**_: Any) -> Any:
        raise NotImplementedError("The Old recorder does not support subscriptions")

    app.recorder.subscribe = subscribe  # type: ignore[method-assign]
    with pytest.raises(NotImplementedError, match="The Old recorder"):
        ApplicationSubscription(app)
    gc.collect()


def test_it_says_what_it_reads(app: App) -> None:
    """Section 9: name, recorder, mapper and the subscription to the recorder."""
    with subscribe(app) as subscription:
        assert subscription.name == app.name
        assert subscription.recorder is app.recorder
        assert subscription.mapper is app.mapper
        assert type(subscription.subscription) is type(app.recorder.subscribe())


# Decisions


def test_decisions_come_with_their_tags_and_positions() -> None:
    """J2: and with the name of the application."""
    app = Cinema()
    app.decide(SeatTaken("B2"), tags=("seat:B2", "guest:Kim"))
    with DCBApplicationSubscription(app) as subscription:
        tagged, tracking = next(subscription)
    assert tagged == Tagged(["seat:B2", "guest:Kim"], SeatTaken("B2"))
    assert tracking == Tracking("Cinema", 1)


def test_any_number_of_topics_may_be_followed() -> None:
    """J2, J8: none, one or several, whatever the tags are."""
    app = Cinema()
    app.decide(SeatTaken(), SeatLeft(datetime.now(UTC)), tags=())
    app.decide(SeatLeft(datetime.now(UTC)), SeatTaken())
    taken, left = get_topic(SeatTaken), get_topic(SeatLeft)
    for topics, expected in (
        ((), [1, 2, 3, 4]),
        ((left,), [2, 3]),
        ((taken, left), [1, 2, 3, 4]),
        ([taken, "module:Other"], [1, 4]),
    ):
        with DCBApplicationSubscription(app, topics=topics) as subscription:
            assert take(subscription, len(expected)) == expected


def test_an_application_without_a_mapper_is_told_what_to_do() -> None:
    """J8, C52: decisions cannot be made of what is recorded."""
    with pytest.raises(AttributeError, match="it has no mapper; set MAPPER_TOPIC"):
        DCBApplicationSubscription(DCBApplication())
    gc.collect()
