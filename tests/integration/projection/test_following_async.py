"""Projections follow applications on every engine: J19, J20, J21, J27, J29."""

from __future__ import annotations

import pytest

from eventsourcing.domain import Aggregate
from eventsourcing.persistence import BatchTracking, IntegrityError, Tracking
from eventsourcing.projection import AsyncApplicationSubscription
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from eventsourcing.utils import get_topic
from tests.integration.projection.samples_async import (
    PATIENCE,
    AsyncBatchListing,
    AsyncListing,
    AsyncUpstream,
    make_runner,
)

PROJECTIONS = [AsyncListing, AsyncBatchListing]


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_what_is_recorded_is_processed_in_order(env, projection_class) -> None:
    """J19: strictly one after the other, what was there and what comes."""
    async with make_runner(env, projection_class) as runner:
        expected: list[int] = []
        for number in (130, 1, 7):
            expected += await runner.app.create(number)
            await runner.wait(expected[-1], PATIENCE)
        assert await runner.view.ids() == expected


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_a_new_runner_goes_on_where_the_last_one_ended(durable_env, projection_class) -> None:
    """J20: nothing twice, nothing missed that was recorded meanwhile."""
    async with make_runner(durable_env, projection_class) as runner:
        expected = await runner.app.create(3)
        await runner.wait(expected[-1], PATIENCE)
    async with AsyncUpstream(durable_env) as app:
        expected += await app.create(120)
    async with make_runner(durable_env, projection_class) as runner:
        await runner.wait(expected[-1], PATIENCE)
        expected += await runner.app.create(1)
        await runner.wait(expected[-1], PATIENCE)
        assert await runner.view.ids() == expected


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_an_event_that_fails_is_delivered_again(durable_env, projection_class) -> None:
    """J20, J21: and fails again, until the code changes."""
    async with make_runner(durable_env, projection_class) as runner:
        expected = await runner.app.create(2)
        await runner.wait(expected[-1], PATIENCE)
        expected += await runner.app.trigger(SpannerThrown)
        expected += await runner.app.create()
        with pytest.raises(SpannerThrownError):
            await runner.run_forever(PATIENCE)
    async with make_runner(durable_env, projection_class) as runner:
        with pytest.raises(SpannerThrownError):
            await runner.run_forever(PATIENCE)
        assert (await runner.view.ids())[:2] == expected[:2]

    class Mended(AsyncListing):
        name = "Listing"

        async def process_event(self, domain_event: object, tracking: Tracking) -> None:
            await self.view.append([tracking.notification_id], tracking)

    async with make_runner(durable_env, Mended) as runner:
        await runner.wait(expected[-1], PATIENCE)
        assert await runner.view.ids() == expected


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_runners_of_one_projection_do_not_stop_each_other(
    durable_env, projection_class
) -> None:
    """J27, issue 5.2: each event is processed once, by whichever is first."""
    async with (
        make_runner(durable_env, projection_class) as one,
        make_runner(durable_env, projection_class) as other,
        make_runner(durable_env, AsyncListing) as third,
    ):
        expected: list[int] = []
        for _ in range(30):
            expected += await one.app.create(5)
        for runner in (one, other, third):
            await runner.wait(expected[-1], PATIENCE)
            assert not runner.is_interrupted.is_set()
        assert await other.view.ids() == expected


async def test_only_the_topics_are_followed(env) -> None:
    """J2, J19: the others are filtered out by the database."""

    class Few(AsyncListing):
        name = "Listing"
        topics = (get_topic(Aggregate.Event),)

    async with make_runner(env, Few) as runner:
        await runner.app.create(3)
        ids = await runner.app.trigger(Aggregate.Event)
        await runner.wait(ids[1], PATIENCE)
        assert await runner.view.ids() == [ids[1]]
        status = await runner.status()
        assert (status.lag_events, status.position) == (0, ids[1])
        ids = await runner.app.create(3)
        status = await runner.status()
        assert (status.lag_events, status.lag_seconds, status.end) == (0, 0.0, ids[-1])


async def test_a_batch_is_refused_if_any_of_its_events_was_processed(env) -> None:
    """J9, issue 5.4: a position says that all events up to it have been processed."""
    async with make_runner(env) as runner:
        view = runner.view
        await view.append([1, 2, 3], BatchTracking("other", 3, 1))
        for first, last in ((1, 3), (2, 4), (3, 5)):
            with pytest.raises(IntegrityError):
                await view.append([first, last], BatchTracking("other", last, first))
        await view.append([4], BatchTracking("other", 4, 4))
        await view.append([5, 6], BatchTracking("other", 6, 5))
        with pytest.raises(IntegrityError):
            await view.insert_tracking(Tracking("other", 6))
        assert await view.ids() == [1, 2, 3, 4, 5, 6]
        assert await view.max_tracking_id("other") == 6


async def test_a_subscription_gives_batches(env) -> None:
    """Issue 5.4: what has been read already, at most so many, waiting for the first only."""
    async with AsyncUpstream(env) as app:
        expected = await app.create(7)
        async with AsyncApplicationSubscription(app) as subscription:
            batches = [await subscription.next_batch(limit) for limit in (3, 3, 3)]
            assert [len(batch) for batch in batches] == [3, 3, 1]
            positions = [tracking for batch in batches for _, tracking in batch]
            assert positions == [Tracking("Upstream", each) for each in expected]
            expected = await app.create(2)
            _, tracking = await anext(subscription)
            assert tracking.notification_id == expected[0]


async def test_the_view_and_the_application_may_be_on_different_engines(durable_env) -> None:
    """J17: each reads the variables that begin with its name."""
    env = {"PERSISTENCE_MODULE": "eventsourcing.popo"}
    env |= {f"UPSTREAM_{key}": value for key, value in durable_env.items()}
    async with make_runner(env) as runner:
        ids = await runner.app.create(2)
        await runner.wait(ids[-1], PATIENCE)
        assert await runner.view.ids() == ids
    async with AsyncUpstream(durable_env) as app:
        assert await app.recorder.max_notification_id() == ids[-1]
