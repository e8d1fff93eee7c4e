"""Several runners of one projection, of which one leads: issue 5.6, J27."""

from __future__ import annotations

import pytest

from eventsourcing.persistence import ProgrammingError
from eventsourcing.projection import (
    AsyncEventSourcedProjection,
    AsyncLeadingEventSourcedProjectionRunner,
    AsyncPartitionedTracking,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.samples_async import (
    PATIENCE,
    AsyncBatchListing,
    AsyncListing,
    AsyncUpstream,
    eventually,
)
from tests.integration.projection.sharing_async import (
    AsyncBoldLease,
    check_ledger,
    make_leading,
    save_histories,
)


@pytest.mark.parametrize("projection_class", [AsyncListing, AsyncBatchListing])
async def test_one_of_two_leads_and_both_know_what_was_processed(
    durable_env, projection_class
) -> None:
    """Issue 5.6: the other stands by, and can be asked."""
    async with (
        make_leading(durable_env, projection_class) as one,
        make_leading(durable_env, projection_class) as other,
    ):
        last = await save_histories(one.app)
        for runner in (one, other):
            await runner.wait(last, PATIENCE)
        assert one.is_leading != other.is_leading
        for runner in (one, other):
            status = await runner.status()
            assert status.position == last
            assert status.is_running == runner.is_leading
        await check_ledger(one.app, await other.view.ids())


async def test_a_runner_in_memory_leads(env) -> None:
    """Issue 5.6: on every engine."""
    async with make_leading(env) as runner:
        last = await save_histories(runner.app)
        await runner.wait(last, PATIENCE)
        assert runner.is_leading
        await check_ledger(runner.app, await runner.view.ids())


async def test_the_other_takes_over_when_the_leader_is_closed(durable_env) -> None:
    """Issue 5.6: each event is processed once."""
    async with make_leading(durable_env) as standby:
        async with make_leading(durable_env) as other:
            await eventually(lambda: standby.is_leading or other.is_leading)
            leader = other if other.is_leading else standby
            await save_histories(standby.app)
        last = await save_histories(standby.app)
        await standby.wait(last, PATIENCE)
        assert standby.is_leading
        assert not leader.is_leading or leader is standby
        await check_ledger(standby.app, await standby.view.ids())


async def test_a_stopped_leader_makes_room(durable_env) -> None:
    """Issue 5.6: also before it is closed."""
    async with make_leading(durable_env) as one:
        await eventually(lambda: one.is_leading)
        async with make_leading(durable_env) as other:
            one.stop()
            last = await save_histories(other.app)
            await other.wait(last, PATIENCE)
            assert (one.is_leading, other.is_leading) == (False, True)
            await check_ledger(other.app, await other.view.ids())


async def test_an_error_is_raised_and_the_next_one_meets_it(durable_env) -> None:
    """J20, J21: leading changes nothing about errors; one who stands by has none."""
    async with make_leading(durable_env) as first:
        await eventually(lambda: first.is_leading)
        async with make_leading(durable_env) as second:
            ids = await first.app.create(2)
            ids += (await first.app.trigger(SpannerThrown))[:1]
            for runner in (first, second):
                with pytest.raises(SpannerThrownError):
                    await runner.run_forever(PATIENCE)
                assert (await runner.status()).last_error is not None
            assert await second.view.ids() == ids


@pytest.mark.parametrize("projection_class", [AsyncListing, AsyncBatchListing])
async def test_two_who_believe_that_they_lead_do_no_harm(
    durable_env, projection_class, monkeypatch
) -> None:
    """Issue 5.6, J27: tracking decides; who loses a race steps back, and does not fail."""
    one = make_leading(durable_env, projection_class)
    other = make_leading(durable_env, projection_class)
    for runner in (one, other):
        monkeypatch.setattr(runner._factory, "lease", AsyncBoldLease)
    async with one, other:
        for _ in range(3):
            last = await save_histories(one.app, aggregates=6, events=4)
        for runner in (one, other):
            await runner.wait(last, PATIENCE)
            await runner.run_forever(0)
        await check_ledger(one.app, await other.view.ids())


async def test_losing_the_lease_stops_processing_until_it_is_acquired_again(
    tmp_path, monkeypatch
) -> None:
    """Issue 5.6: the lock file is removed under the leader; another one leads."""
    monkeypatch.setattr("eventsourcing.projection.leadership_async._CHECK_SECONDS", 0.01)
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(tmp_path / "events.db"),
    }
    async with make_leading(env) as one, make_leading(env) as other:
        await eventually(lambda: one.is_leading or other.is_leading)
        for _ in range(3):
            for path in tmp_path.glob("*.lease"):
                path.unlink()
            last = await save_histories(one.app)
            await one.wait(last, PATIENCE)
        await eventually(lambda: one.is_leading != other.is_leading)
        await check_ledger(one.app, await one.view.ids())


async def test_an_event_sourced_projection_is_led_too(durable_env) -> None:
    """Issue 5.6: the lease is one on the projection's database."""

    class Nothing(AsyncEventSourcedProjection):
        name = "Nothing"

    def make() -> AsyncLeadingEventSourcedProjectionRunner[AsyncUpstream, Nothing]:
        return AsyncLeadingEventSourcedProjectionRunner(
            application_class=AsyncUpstream, projection_class=Nothing, env=durable_env
        )

    async with make() as one, make() as other:
        (first,) = await one.app.create()
        await other.wait(first, PATIENCE)
        (one if one.is_leading else other).stop()
        (second,) = await one.app.create()
        await AsyncPartitionedTracking(other.projection.recorder).wait("Upstream", second, PATIENCE)


async def test_entering_twice(durable_env) -> None:
    """J25: as for other runners."""
    runner = make_leading(durable_env)
    await runner.__aenter__()
    with pytest.raises(ProgrammingError, match="Already entered"):
        await runner.__aenter__()
    await runner.__aexit__(None, None, None)
