"""Projections follow DCB applications, whatever the engines of both are: J18-J21, J27."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.persistence import Tracking
from eventsourcing.projection import (
    AsyncLeadingProjectionRunner,
    AsyncRebuild,
    AsyncViewVersions,
    PutAside,
)
from tests.integration.projection.decisions_async import AsyncDecisions, make_decisions_runner
from tests.integration.projection.ledgers_async import LEDGER_CLASSES
from tests.integration.projection.samples_async import (
    PATIENCE,
    AsyncBatchListing,
    AsyncListing,
    eventually,
)

PROJECTIONS = [AsyncListing, AsyncBatchListing]


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_what_is_recorded_is_processed_in_order(dcb_env, projection_class) -> None:
    """J18, J19: strictly one after the other, what was there and what comes."""
    async with make_decisions_runner(dcb_env, projection_class) as runner:
        expected: list[int] = []
        for number in (130, 1, 7):
            expected += await runner.app.create(number)
            await runner.wait(expected[-1], PATIENCE)
        assert await runner.view.ids() == expected
        status = await runner.status()
        assert (status.position, status.end, status.lag_events) == (138, 138, 0)


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_a_new_runner_goes_on_where_the_last_one_ended(
    durable_dcb_env, projection_class
) -> None:
    """J20: nothing twice, nothing missed that was recorded meanwhile."""
    async with make_decisions_runner(durable_dcb_env, projection_class) as runner:
        expected = await runner.app.create(3)
        await runner.wait(expected[-1], PATIENCE)
    async with AsyncDecisions(durable_dcb_env) as app:
        expected += await app.create(120)
    async with make_decisions_runner(durable_dcb_env, projection_class) as runner:
        await runner.wait(expected[-1], PATIENCE)
        expected += await runner.app.create(1)
        await runner.wait(expected[-1], PATIENCE)
        assert await runner.view.ids() == expected


async def test_runners_of_one_projection_do_not_stop_each_other(durable_dcb_env) -> None:
    """J27, issue 5.2: each decision is processed once, by whichever is first."""
    async with (
        make_decisions_runner(durable_dcb_env, AsyncListing) as one,
        make_decisions_runner(durable_dcb_env, AsyncBatchListing) as other,
    ):
        expected: list[int] = []
        for _ in range(30):
            expected += await one.app.create(5)
        for runner in (one, other):
            await runner.wait(expected[-1], PATIENCE)
            assert not runner.is_interrupted.is_set()
        assert await other.view.ids() == expected


async def test_another_runner_takes_over(durable_dcb_env) -> None:
    """J18, issue 5.6: when the one that leads has ended."""

    def make() -> Any:
        return make_decisions_runner(durable_dcb_env, runner_class=AsyncLeadingProjectionRunner)

    async with make() as other:
        await eventually(lambda: other.is_leading)
        async with make() as runner:
            expected = await runner.app.create(3)
            await runner.wait(expected[-1], PATIENCE)
            assert not runner.is_leading
            other.stop()
            expected += await runner.app.create(3)
            await runner.wait(expected[-1], PATIENCE)
            assert await runner.view.ids() == expected


async def test_a_view_is_rebuilt(durable_dcb_env) -> None:
    """J18, issue 5.5: a version of it takes its place with all that is in the sequence."""
    view_class = LEDGER_CLASSES[durable_dcb_env["PERSISTENCE_MODULE"]]
    async with (
        AsyncDecisions(durable_dcb_env) as app,
        AsyncViewVersions("Listing", view_class, durable_dcb_env) as versions,
    ):
        expected = await app.create(300)
        async with AsyncRebuild(
            versions, 2, app=app, projection_class=AsyncBatchListing
        ) as rebuild:
            await rebuild.wait_until_live(PATIENCE)
            expected += await app.create(3)
            await rebuild.wait(expected[-1], PATIENCE)
        view: Any = await versions.live_view()
        assert await view.ids() == expected


async def test_a_decision_that_fails_stops_the_runner(dcb_env) -> None:
    """J21: and those before it count."""

    class Failing(AsyncListing):
        name = "Listing"

        async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            if domain_event.decision.number == 2:
                raise ValueError("the third decision")
            await super().process_event(domain_event, tracking)

    async with make_decisions_runner(dcb_env, Failing) as runner:
        expected = await runner.app.create(4)
        with pytest.raises(ValueError, match="the third decision"):
            await runner.run_forever(PATIENCE)
        assert await runner.view.ids() == expected[:2]


async def test_decisions_are_put_aside_in_order_per_tag(dcb_env) -> None:
    """Issue 5.3: and processed when they are retried."""

    class Forgiving(AsyncListing):
        name = "Listing"
        on_error = PutAside()
        broken = {2}

        async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            if tracking.notification_id in self.broken:
                raise ValueError("wrong")
            await super().process_event(domain_event, tracking)

    async with make_decisions_runner(dcb_env, Forgiving) as runner:
        for tags in ("x", "a", "a b", "y", "b"):
            last = await runner.app.note(*tags.split())
        await runner.wait(last, PATIENCE)
        assert await runner.view.ids() == [1, 4]
        letters = await runner.dead_letters.list()
        assert [(each.notification_id, each.follows) for each in letters] == [
            (2, None),
            (3, 2),
            (5, 3),
        ]
        assert [each.notification_id for each in await runner.dead_letters.list(tag="b")] == [3, 5]
        Forgiving.broken.clear()
        result = await runner.dead_letters.retry()
        assert (result.num_processed, result.failures) == (3, ())
        last = await runner.app.note("b")
        await runner.wait(last, PATIENCE)
        assert await runner.view.ids() == [1, 4, 2, 3, 5, 6]
        assert await runner.dead_letters.count() == 0


async def test_one_runner_leads(dcb_env) -> None:
    """J18, issue 5.6: it processes under a lease on the view's database."""
    async with make_decisions_runner(
        dcb_env, AsyncBatchListing, runner_class=AsyncLeadingProjectionRunner
    ) as runner:
        expected = await runner.app.create(130)
        await runner.wait(expected[-1], PATIENCE)
        assert await runner.view.ids() == expected
