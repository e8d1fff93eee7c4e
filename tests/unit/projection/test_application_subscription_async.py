"""Subscriptions to applications: J1-J5, and batches."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import ProgrammingError, Tracking
from eventsourcing.projection import AsyncApplicationSubscription
from eventsourcing.utils import get_topic
from tests.unit.projection.gates_async import PATIENCE, AsyncUpstream, eventually


async def take(subscription: Any, number: int) -> list[int]:
    return [(await anext(subscription))[1].notification_id for _ in range(number)]


async def test_events_come_with_their_positions() -> None:
    """J1: event objects, and the name of the application."""
    app = AsyncUpstream()
    aggregate = Aggregate()
    await app.save(aggregate)
    async with AsyncApplicationSubscription(app) as subscription:
        domain_event, tracking = await anext(subscription)
    assert type(domain_event) is Aggregate.Created
    assert domain_event.originator_id == aggregate.id
    assert tracking == Tracking("Upstream", 1)


@pytest.mark.parametrize(("gt", "expected"), [(None, [1, 2, 3]), (0, [1, 2, 3]), (2, [3])])
async def test_events_after_a_position(gt: int | None, expected: list[int]) -> None:
    """J1: `None` and 0 are the beginning."""
    app = AsyncUpstream()
    await app.create(3)
    async with AsyncApplicationSubscription(app, gt=gt) as subscription:
        assert await take(subscription, len(expected)) == expected


async def test_coming_events_are_waited_for() -> None:
    """J1"""
    app = AsyncUpstream()
    async with AsyncApplicationSubscription(app) as subscription:
        waiting = spawn(subscription.__anext__)
        await app.create()
        assert await waiting.join(PATIENCE)
        assert waiting.error is None


async def test_consecutive_loops_continue() -> None:
    """J1: with or without a block."""
    app = AsyncUpstream()
    await app.create(4)
    subscription = AsyncApplicationSubscription(app)
    seen = []
    for _ in range(2):
        async for _, tracking in subscription:
            seen.append(tracking.notification_id)
            if tracking.notification_id % 2 == 0:
                break
    subscription.stop()
    assert seen == [1, 2, 3, 4]


async def test_topics_are_exact() -> None:
    """J2: those of base classes match nothing else."""
    app = AsyncUpstream()
    aggregate = Aggregate()
    aggregate.trigger_event(event_class=Aggregate.Event)
    await app.save(aggregate)
    topics = [get_topic(Aggregate.Event)]
    async with AsyncApplicationSubscription(app, topics=topics) as subscription:
        assert await take(subscription, 1) == [2]


async def test_stopping_ends_the_iteration() -> None:
    """J3: repeatedly; what was fetched is discarded."""
    app = AsyncUpstream()
    await app.create(3)
    subscription = AsyncApplicationSubscription(app)
    assert await take(subscription, 1) == [1]
    subscription.stop()
    subscription.stop()
    for _ in range(2):
        with pytest.raises(StopAsyncIteration):
            await anext(subscription)
        with pytest.raises(StopAsyncIteration):
            await subscription.next_batch(10)


async def test_an_error_of_reading_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """J3: each time."""
    app = AsyncUpstream()

    def fail(*_: Any, **__: Any) -> Any:
        raise ValueError("disk on fire")

    subscription = AsyncApplicationSubscription(app)
    monkeypatch.setattr(type(app.recorder), "select_notifications", fail)
    await app.create()
    for _ in range(2):
        with pytest.raises(ValueError, match="disk on fire"):
            await take(subscription, 2)


async def test_it_is_entered_once() -> None:
    """J4: and left as often as one likes."""
    subscription = AsyncApplicationSubscription(AsyncUpstream())
    with pytest.raises(ProgrammingError, match="Not already entered subscription context manager"):
        await subscription.__aexit__(None, None, None)
    subscription = AsyncApplicationSubscription(AsyncUpstream())
    async with subscription as entered:
        assert entered is subscription
        with pytest.raises(ProgrammingError, match="Already entered subscription context manager"):
            await subscription.__aenter__()
    await subscription.__aexit__(None, None, None)


async def test_collection_stops_it() -> None:
    """J4: also for one who holds what it wraps."""
    subscription = AsyncApplicationSubscription(AsyncUpstream())
    inner = subscription.subscription
    del subscription
    gc.collect()
    await eventually(lambda: inner._has_been_stopped)


async def test_batches_are_not_waited_for() -> None:
    """Issue 5.4: what is there, at most so many."""
    app = AsyncUpstream()
    await app.create(5)
    async with AsyncApplicationSubscription(app) as subscription:
        sizes = [len(await subscription.next_batch(limit)) for limit in (2, 1, 100)]
        assert sizes == [2, 1, 2]
        with pytest.raises(ValueError, match="limit is 0"):
            await subscription.next_batch(0)


async def test_an_event_that_cannot_be_read_comes_after_those_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Issue 5.4, J21: they are processed; the error is raised in its place."""
    app = AsyncUpstream()
    await app.create(5)
    convert = app.mapper.to_domain_event

    def fail_for_the_third(notification: Any) -> Any:
        if notification.id == 3:
            raise ValueError("unreadable")
        return convert(notification)

    monkeypatch.setattr(app.mapper, "to_domain_event", fail_for_the_third)
    async with AsyncApplicationSubscription(app) as subscription:
        before = await subscription.next_batch(10)
        with pytest.raises(ValueError, match="unreadable"):
            await subscription.next_batch(10)
        after = await subscription.next_batch(1)
        last = await subscription.next_batch(10)
    ids = [[tracking.notification_id for _, tracking in each] for each in (before, after, last)]
    assert ids == [[1, 2], [4], [5]]


async def test_recorders_without_subscriptions_say_so() -> None:
    """J5: those of engines that have none."""
    app = AsyncUpstream()

    def subscribe(**_: Any) -> Any:
        raise NotImplementedError("The Old recorder does not support subscriptions")

    app.recorder.subscribe = subscribe  # type: ignore[method-assign]
    with pytest.raises(NotImplementedError, match="The Old recorder"):
        AsyncApplicationSubscription(app)
    gc.collect()
