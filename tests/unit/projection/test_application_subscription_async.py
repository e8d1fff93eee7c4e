"""Subscriptions to applications: J1-J5, J8, and batches."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.dcb.application import AsyncDCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import ProgrammingError, Tracking
from eventsourcing.projection import (
    AsyncApplicationSubscription,
    AsyncDCBApplicationSubscription,
)
from eventsourcing.utils import get_topic
from tests.unit.projection.dcb_samples_async import AsyncCinema, SeatLeft, SeatTaken
from tests.unit.projection.gates_async import PATIENCE, AsyncUpstream, eventually

App = AsyncUpstream | AsyncCinema


@pytest.fixture(params=[AsyncUpstream, AsyncCinema])
def app(request: pytest.FixtureRequest) -> App:
    """An application that records events of aggregates, or one that records decisions."""
    made: App = request.param()
    return made


def subscribe(app: Any, gt: int | None = None, topics: Sequence[str] = ()) -> Any:
    if isinstance(app, AsyncDCBApplication):
        return AsyncDCBApplicationSubscription(app, gt, topics)
    return AsyncApplicationSubscription(app, gt, topics)


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
async def test_events_after_a_position(app: App, gt: int | None, expected: list[int]) -> None:
    """J1: `None` and 0 are the beginning."""
    await app.create(3)
    async with subscribe(app, gt=gt) as subscription:
        assert await take(subscription, len(expected)) == expected


async def test_coming_events_are_waited_for(app: App) -> None:
    """J1"""
    async with subscribe(app) as subscription:
        waiting = spawn(subscription.__anext__)
        await app.create()
        assert await waiting.join(PATIENCE)
        assert waiting.error is None


async def test_consecutive_loops_continue(app: App) -> None:
    """J1: with or without a block."""
    await app.create(4)
    subscription = subscribe(app)
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


async def test_stopping_ends_the_iteration(app: App) -> None:
    """J3: repeatedly; what was fetched is discarded."""
    await app.create(3)
    subscription = subscribe(app)
    assert await take(subscription, 1) == [1]
    subscription.stop()
    subscription.stop()
    for _ in range(2):
        with pytest.raises(StopAsyncIteration):
            await anext(subscription)
        with pytest.raises(StopAsyncIteration):
            await subscription.next_batch(10)


async def test_an_error_of_reading_is_raised(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """J3: each time."""

    def fail(*_: Any, **__: Any) -> Any:
        raise ValueError("disk on fire")

    subscription = subscribe(app)
    read = "read" if isinstance(app, AsyncCinema) else "select_notifications"
    monkeypatch.setattr(type(app.recorder), read, fail)
    await app.create()
    for _ in range(2):
        with pytest.raises(ValueError, match="disk on fire"):
            await take(subscription, 2)


async def test_it_is_entered_once(app: App) -> None:
    """J4: and left as often as one likes."""
    subscription = subscribe(app)
    with pytest.raises(ProgrammingError, match="Not already entered subscription context manager"):
        await subscription.__aexit__(None, None, None)
    subscription = subscribe(app)
    async with subscription as entered:
        assert entered is subscription
        with pytest.raises(ProgrammingError, match="Already entered subscription context manager"):
            await subscription.__aenter__()
    await subscription.__aexit__(None, None, None)


async def test_collection_stops_it(app: App) -> None:
    """J4: also for one who holds what it wraps."""
    subscription = subscribe(app)
    inner = subscription.subscription
    del subscription
    gc.collect()
    await eventually(lambda: inner._has_been_stopped)


async def test_batches_are_not_waited_for(app: App) -> None:
    """Issue 5.4: what is there, at most so many."""
    await app.create(5)
    async with subscribe(app) as subscription:
        sizes = [len(await subscription.next_batch(limit)) for limit in (2, 1, 100)]
        assert sizes == [2, 1, 2]
        with pytest.raises(ValueError, match="limit is 0"):
            await subscription.next_batch(0)


async def test_an_event_that_cannot_be_read_comes_after_those_before_it(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 5.4, J21: they are processed; the error is raised in its place."""
    await app.create(5)
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
    async with subscribe(app) as subscription:
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


async def test_it_says_what_it_reads(app: App) -> None:
    """Section 9: name, recorder, mapper and the subscription to the recorder."""
    async with subscribe(app) as subscription:
        assert subscription.name == app.name
        assert subscription.recorder is app.recorder
        assert subscription.mapper is app.mapper
        assert type(subscription.subscription) is type(app.recorder.subscribe())


# Decisions


async def test_decisions_come_with_their_tags_and_positions() -> None:
    """J2: and with the name of the application."""
    app = AsyncCinema()
    await app.decide(SeatTaken("B2"), tags=("seat:B2", "guest:Kim"))
    async with AsyncDCBApplicationSubscription(app) as subscription:
        tagged, tracking = await anext(subscription)
    assert tagged == Tagged(["seat:B2", "guest:Kim"], SeatTaken("B2"))
    assert tracking == Tracking("Cinema", 1)


async def test_any_number_of_topics_may_be_followed() -> None:
    """J2, J8: none, one or several, whatever the tags are."""
    app = AsyncCinema()
    await app.decide(SeatTaken(), SeatLeft(datetime.now(UTC)), tags=())
    await app.decide(SeatLeft(datetime.now(UTC)), SeatTaken())
    taken, left = get_topic(SeatTaken), get_topic(SeatLeft)
    for topics, expected in (
        ((), [1, 2, 3, 4]),
        ((left,), [2, 3]),
        ((taken, left), [1, 2, 3, 4]),
        ([taken, "module:Other"], [1, 4]),
    ):
        async with AsyncDCBApplicationSubscription(app, topics=topics) as subscription:
            assert await take(subscription, len(expected)) == expected


async def test_an_application_without_a_mapper_is_told_what_to_do() -> None:
    """J8, C52: decisions cannot be made of what is recorded."""
    with pytest.raises(AttributeError, match="it has no mapper; set MAPPER_TOPIC"):
        AsyncDCBApplicationSubscription(AsyncDCBApplication())
    gc.collect()
