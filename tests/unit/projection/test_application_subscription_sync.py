# Generated from test_application_subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions to applications: J1-J5, and batches."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import ProgrammingError, Tracking
from eventsourcing.projection import ApplicationSubscription
from eventsourcing.utils import get_topic
from tests.unit.projection.gates_sync import PATIENCE, Upstream, eventually


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
def test_events_after_a_position(gt: int | None, expected: list[int]) -> None:
    """J1: `None` and 0 are the beginning."""
    app = Upstream()
    app.create(3)
    with ApplicationSubscription(app, gt=gt) as subscription:
        assert take(subscription, len(expected)) == expected


def test_coming_events_are_waited_for() -> None:
    """J1"""
    app = Upstream()
    with ApplicationSubscription(app) as subscription:
        waiting = spawn(subscription.__next__)
        app.create()
        assert waiting.join(PATIENCE)
        assert waiting.error is None


def test_consecutive_loops_continue() -> None:
    """J1: with or without a block."""
    app = Upstream()
    app.create(4)
    subscription = ApplicationSubscription(app)
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


def test_stopping_ends_the_iteration() -> None:
    """J3: repeatedly; what was fetched is discarded."""
    app = Upstream()
    app.create(3)
    subscription = ApplicationSubscription(app)
    assert take(subscription, 1) == [1]
    subscription.stop()
    subscription.stop()
    for _ in range(2):
        with pytest.raises(StopIteration):
            next(subscription)
        with pytest.raises(StopIteration):
            subscription.next_batch(10)


def test_an_error_of_reading_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """J3: each time."""
    app = Upstream()

    def fail(*_: Any, **__: Any) -> Any:
        raise ValueError("disk on fire")

    subscription = ApplicationSubscription(app)
    monkeypatch.setattr(type(app.recorder), "select_notifications", fail)
    app.create()
    for _ in range(2):
        with pytest.raises(ValueError, match="disk on fire"):
            take(subscription, 2)


def test_it_is_entered_once() -> None:
    """J4: and left as often as one likes."""
    subscription = ApplicationSubscription(Upstream())
    with pytest.raises(ProgrammingError, match="Not already entered subscription context manager"):
        subscription.__exit__(None, None, None)
    subscription = ApplicationSubscription(Upstream())
    with subscription as entered:
        assert entered is subscription
        with pytest.raises(ProgrammingError, match="Already entered subscription context manager"):
            subscription.__enter__()
    subscription.__exit__(None, None, None)


def test_collection_stops_it() -> None:
    """J4: also for one who holds what it wraps."""
    subscription = ApplicationSubscription(Upstream())
    inner = subscription.subscription
    del subscription
    gc.collect()
    eventually(lambda: inner._has_been_stopped)


def test_batches_are_not_waited_for() -> None:
    """Issue 5.4: what is there, at most so many."""
    app = Upstream()
    app.create(5)
    with ApplicationSubscription(app) as subscription:
        sizes = [len(subscription.next_batch(limit)) for limit in (2, 1, 100)]
        assert sizes == [2, 1, 2]
        with pytest.raises(ValueError, match="limit is 0"):
            subscription.next_batch(0)


def test_an_event_that_cannot_be_read_comes_after_those_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Issue 5.4, J21: they are processed; the error is raised in its place."""
    app = Upstream()
    app.create(5)
    convert = app.mapper.to_domain_event

    def fail_for_the_third(notification: Any) -> Any:
        if notification.id == 3:
            raise ValueError("unreadable")
        return convert(notification)

    monkeypatch.setattr(app.mapper, "to_domain_event", fail_for_the_third)
    with ApplicationSubscription(app) as subscription:
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
