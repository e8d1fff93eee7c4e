"""Subscriptions to DCB applications: J1-J4, J8, and batches."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.dcb.application import AsyncDCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.persistence import ProgrammingError, Tracking
from eventsourcing.projection import AsyncDCBApplicationSubscription
from eventsourcing.utils import get_topic
from tests.unit.projection.dcb_samples_async import AsyncCinema, SeatLeft, SeatTaken
from tests.unit.projection.gates_async import PATIENCE, eventually

NOW = datetime(2024, 2, 29, tzinfo=UTC)


async def take(subscription: Any, number: int) -> list[int]:
    return [(await anext(subscription))[1].notification_id for _ in range(number)]


async def test_decisions_come_with_their_tags_and_positions() -> None:
    """J2: and with the name of the application."""
    app = AsyncCinema()
    await app.decide(SeatTaken("B2"), tags=("seat:B2", "guest:Kim"))
    async with AsyncDCBApplicationSubscription(app) as subscription:
        tagged, tracking = await anext(subscription)
    assert tagged == Tagged(["seat:B2", "guest:Kim"], SeatTaken("B2"))
    assert tracking == Tracking("Cinema", 1)


async def test_it_says_what_it_reads() -> None:
    """Section 9: name, recorder, mapper and the subscription to the recorder."""
    app = AsyncCinema()
    async with AsyncDCBApplicationSubscription(app) as subscription:
        assert subscription.name == "Cinema"
        assert subscription.recorder is app.recorder
        assert subscription.mapper is app.mapper
        assert type(subscription.subscription) is type(app.recorder.subscribe())


@pytest.mark.parametrize(("gt", "expected"), [(None, [1, 2, 3]), (0, [1, 2, 3]), (2, [3])])
async def test_decisions_after_a_position(gt: int | None, expected: list[int]) -> None:
    """J1: `None` and 0 are the beginning."""
    app = AsyncCinema()
    await app.take(3)
    async with AsyncDCBApplicationSubscription(app, gt=gt) as subscription:
        assert await take(subscription, len(expected)) == expected


async def test_coming_decisions_are_waited_for() -> None:
    """J1"""
    app = AsyncCinema()
    async with AsyncDCBApplicationSubscription(app) as subscription:
        waiting = spawn(subscription.__anext__)
        await app.take()
        assert await waiting.join(PATIENCE)
        assert waiting.error is None


async def test_any_number_of_topics_may_be_followed() -> None:
    """J2, J8: none, one or several, whatever the tags are."""
    app = AsyncCinema()
    await app.decide(SeatTaken(), SeatLeft(NOW), tags=())
    await app.decide(SeatLeft(NOW), SeatTaken())
    taken, left = get_topic(SeatTaken), get_topic(SeatLeft)
    for topics, expected in (
        ((), [1, 2, 3, 4]),
        ((left,), [2, 3]),
        ((taken, left), [1, 2, 3, 4]),
        ([taken, "module:Other"], [1, 4]),
    ):
        async with AsyncDCBApplicationSubscription(app, topics=topics) as subscription:
            assert await take(subscription, len(expected)) == expected


async def test_stopping_ends_the_iteration() -> None:
    """J3: repeatedly; what was fetched is discarded."""
    app = AsyncCinema()
    await app.take(3)
    subscription = AsyncDCBApplicationSubscription(app)
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
    app = AsyncCinema()

    def fail(*_: Any, **__: Any) -> Any:
        raise ValueError("disk on fire")

    subscription = AsyncDCBApplicationSubscription(app)
    monkeypatch.setattr(type(app.recorder), "read", fail)
    await app.take()
    for _ in range(2):
        with pytest.raises(ValueError, match="disk on fire"):
            await take(subscription, 2)


async def test_it_is_entered_once() -> None:
    """J4: and left as often as one likes."""
    subscription = AsyncDCBApplicationSubscription(AsyncCinema())
    with pytest.raises(ProgrammingError, match="Not already entered subscription context manager"):
        await subscription.__aexit__(None, None, None)
    async with subscription as entered:
        assert entered is subscription
        with pytest.raises(ProgrammingError, match="Already entered subscription context manager"):
            await subscription.__aenter__()
    await subscription.__aexit__(None, None, None)


async def test_collection_stops_it() -> None:
    """J4: also for one who holds what it wraps."""
    subscription = AsyncDCBApplicationSubscription(AsyncCinema())
    inner = subscription.subscription
    del subscription
    gc.collect()
    await eventually(lambda: inner._has_been_stopped)


async def test_a_decision_that_cannot_be_read_comes_after_those_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Issue 5.4, J21: they are processed; the error is raised in its place."""
    app = AsyncCinema()
    await app.decide(SeatTaken(), SeatTaken("broken"), SeatTaken())
    convert = app.mapper.to_domain_event

    def fail_for_the_broken_one(event: Any) -> Any:
        tagged = convert(event)
        if tagged.decision == SeatTaken("broken"):
            raise ValueError("unreadable")
        return tagged

    monkeypatch.setattr(app.mapper, "to_domain_event", fail_for_the_broken_one)
    async with AsyncDCBApplicationSubscription(app) as subscription:
        assert len(await subscription.next_batch(10)) == 1
        with pytest.raises(ValueError, match="unreadable"):
            await subscription.next_batch(10)
        assert (await subscription.next_batch(10))[0][1] == Tracking("Cinema", 3)


async def test_an_application_without_a_mapper_is_told_what_to_do() -> None:
    """J8, C52: decisions cannot be made of what is recorded."""
    with pytest.raises(AttributeError, match="it has no mapper; set MAPPER_TOPIC"):
        AsyncDCBApplicationSubscription(AsyncDCBApplication())
    gc.collect()
