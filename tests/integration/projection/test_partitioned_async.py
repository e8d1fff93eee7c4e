"""Projections that are split into partitions: issue 5.6."""

from __future__ import annotations

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.persistence import ProgrammingError
from eventsourcing.projection import (
    AsyncPartitionedTracking,
    Partitions,
    ProjectionStatus,
    PutAside,
    partition_of,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from eventsourcing.utils import get_topic
from tests.integration.projection.samples_async import (
    PATIENCE,
    AsyncBatchListing,
    AsyncListing,
    eventually,
    make_runner,
)
from tests.integration.projection.sharing_async import (
    AsyncBoldLease,
    check_ledger,
    make_leading,
    make_partitioned,
    open_view,
    save_histories,
    start_and_run,
)

PROJECTIONS = [AsyncListing, AsyncBatchListing]


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_all_events_once_and_those_of_an_aggregate_in_order(env, projection_class) -> None:
    """Issue 5.6: what is recorded before, and meanwhile."""
    async with make_partitioned(env, 3, projection_class) as runner:
        for _ in range(3):
            last = await save_histories(runner.app)
            await runner.wait(last, PATIENCE)
        assert runner.partitions == {0, 1, 2}
        assert (await runner.status()).position == last
        await check_ledger(runner.app, await runner.view.ids())


async def test_an_idle_partition_moves_on(env) -> None:
    """Issue 5.6: all positions reach the end, although one partition has all the events."""
    async with make_partitioned(env, 4) as runner:
        (last,) = await runner.app.create()
        await runner.wait(last, PATIENCE)
        positions = [await runner.view.max_tracking_id(f"Upstream:{i}/4") for i in range(4)]
        assert positions == [last] * 4


@pytest.mark.parametrize("number", [99, 100, 101, 200, 500, 501])
async def test_positions_reach_the_end_whatever_is_read_at_once(number) -> None:
    """Issue 5.6: also if what was read ends with the log, or the last event is of another one."""
    async with make_partitioned({"PERSISTENCE_MODULE": "eventsourcing.popo"}, 2) as runner:
        ids = await runner.app.create(number)
        await runner.wait(ids[-1], PATIENCE)
        assert sorted(await runner.view.ids()) == ids


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_a_runner_goes_on_where_the_last_one_ended(durable_env, projection_class) -> None:
    """J20, issue 5.6: for each partition."""
    for _ in range(3):
        async with make_partitioned(durable_env, 3, projection_class) as runner:
            last = await save_histories(runner.app, aggregates=30)
    async with make_partitioned(durable_env, 3, projection_class) as runner:
        await runner.wait(last, PATIENCE)
        await check_ledger(runner.app, await runner.view.ids())


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_processes_share_the_partitions(durable_env, projection_class) -> None:
    """Issue 5.6: each has some, and who is left takes them all."""
    share = Partitions(4, at_most=2)
    async with make_partitioned(durable_env, 4, projection_class) as one:
        await eventually(lambda: one.partitions == {0, 1, 2, 3})
        async with make_partitioned(durable_env, share, projection_class) as other:
            assert other.partitions == set()
            await save_histories(one.app)
            one.stop()
            await eventually(lambda: len(other.partitions) == 2)
            async with make_partitioned(durable_env, 4, projection_class) as third:
                last = await save_histories(one.app)
                await third.wait(last, PATIENCE)
                assert third.partitions | other.partitions == {0, 1, 2, 3}
                assert len(other.partitions) == 2
                await check_ledger(third.app, await third.view.ids())


async def test_each_partition_in_a_runner_of_its_own(durable_env) -> None:
    """Issue 5.6: one partition per process; the wait is for all."""
    async with (
        make_partitioned(durable_env, Partitions(2, only=[0])) as one,
        make_partitioned(durable_env, Partitions(2, only=[1])) as other,
    ):
        last = await save_histories(one.app)
        for runner in (one, other):
            await runner.wait(last, PATIENCE)
        assert (one.partitions, other.partitions) == ({0}, {1})
        other.stop()
        last = await save_histories(one.app)
        with pytest.raises(TimeoutError):
            await one.wait(last, 0.5)
        async with make_partitioned(durable_env, Partitions(2, only=[1])):
            await one.wait(last, PATIENCE)
            await check_ledger(one.app, await one.view.ids())


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_two_who_believe_to_have_a_partition_do_no_harm(
    durable_env, projection_class, monkeypatch
) -> None:
    """Issue 5.6, J27: tracking decides; who loses a race steps back, and does not fail."""
    monkeypatch.setattr(
        "eventsourcing.projection.partitioned_async.AsyncPartitionedProjectionRunner._make_lease",
        lambda _, partition: AsyncBoldLease(f"{partition}"),
    )
    async with (
        make_partitioned(durable_env, 3, projection_class) as one,
        make_partitioned(durable_env, 3, projection_class) as other,
    ):
        # Few: on SQLite, who waits for the lock is not served in turn, and may wait for long.
        for _ in range(3):
            last = await save_histories(one.app, aggregates=6, events=4)
        for runner in (one, other):
            await runner.wait(last, PATIENCE)
            await runner.run_forever(0)
        await check_ledger(one.app, await other.view.ids())


async def test_an_error_in_one_partition_stops_the_runner(env) -> None:
    """J21: and is raised."""
    async with make_partitioned(env, 3) as runner:
        await runner.app.trigger(SpannerThrown)
        with pytest.raises(SpannerThrownError):
            await runner.run_forever(PATIENCE)
        await eventually(lambda: not runner.is_leading)


async def test_topics_are_filtered(env) -> None:
    """J2: only events of these topics are processed."""

    class Spanners(AsyncListing):
        topics = (get_topic(SpannerThrown),)

        async def process_event(self, domain_event, tracking) -> None:
            await self.view.append([tracking.notification_id], tracking)

    async with make_partitioned(env, 2, Spanners) as runner:
        await runner.app.create(3)
        ids = await runner.app.trigger(SpannerThrown)
        await runner.wait(ids[-1], PATIENCE)
        assert await runner.view.ids() == ids[-1:]


async def test_readers_wait_for_all_partitions(durable_env) -> None:
    """Issue 5.6: those who have only the view ask it through `AsyncPartitionedTracking`."""
    async with make_partitioned(durable_env, 3) as runner:
        last = await save_histories(runner.app)
        positions = AsyncPartitionedTracking(runner.view)
        await positions.wait("Upstream", last, PATIENCE)
        assert await positions.max_tracking_id("Upstream") == last
        assert await positions.number_of_partitions("Upstream") == 3
        assert not await positions.has_tracking_id("Upstream", last + 1)
        assert not await runner.view.has_tracking_id("Upstream", last)
        assert await positions.max_tracking_id("Elsewhere") is None
        assert await positions.number_of_partitions("Elsewhere") is None


# Changing the number of partitions


async def test_another_number_is_refused(durable_env) -> None:
    """Issue 5.6: the message says what to do."""
    async with make_partitioned(durable_env, 3):
        pass
    with pytest.raises(ProgrammingError, match=r"3 partitions for 'Upstream', not 2.*change_num"):
        await start_and_run(make_partitioned, durable_env, 2)


async def test_a_view_that_was_not_split_is_not_split_by_itself(durable_env) -> None:
    """Issue 5.6: nor is one that is split continued without partitions."""
    async with make_runner(durable_env) as runner:
        ids = await runner.app.create()
        await runner.wait(ids[-1], PATIENCE)
        with pytest.raises(ProgrammingError, match=r"without partitions, up to 1: .*change_num"):
            await start_and_run(make_partitioned, durable_env, 2)
        await AsyncPartitionedTracking(runner.view).change_number("Upstream", 2)
        await runner.app.create()
        with pytest.raises(ProgrammingError, match="has ended at 1: "):
            await runner.run_forever(PATIENCE)
    for make in (make_runner, make_leading):
        with pytest.raises(ProgrammingError, match="has ended at 1: "):
            await start_and_run(make, durable_env)
    async with make_partitioned(durable_env, 2) as partitioned:
        last = await save_histories(partitioned.app)
        await partitioned.wait(last, PATIENCE)
        await check_ledger(partitioned.app, await partitioned.view.ids())


@pytest.mark.parametrize("projection_class", PROJECTIONS)
async def test_changing_the_number_while_partitions_are_processed(
    durable_env, projection_class
) -> None:
    """Issue 5.6: each event counts once, in order, wherever the partitions are just then."""
    for number, next_number in ((None, 3), (3, 2), (2, 5), (5, 3)):
        old = (
            make_runner(durable_env, projection_class)
            if number is None
            else make_partitioned(durable_env, number, projection_class)
        )
        async with old:
            for _ in range(3):
                await save_histories(old.app, aggregates=5, events=3)
            # The old runner is in the midst of it.
            await AsyncPartitionedTracking(old.view).change_number("Upstream", next_number)
            last = await save_histories(old.app, aggregates=5, events=3)
            with pytest.raises(ProgrammingError):
                await old.run_forever(PATIENCE)
            with pytest.raises(TimeoutError):
                await AsyncPartitionedTracking(old.view).wait("Upstream", last, 0.01)
    async with make_partitioned(durable_env, 3, projection_class) as runner:
        await runner.wait(last, PATIENCE)
        await check_ledger(runner.app, await runner.view.ids())


async def test_of_those_who_change_the_number_at_once_each_finishes(durable_env) -> None:
    """Issue 5.6: the last one wins, and each event counts once."""
    async with make_partitioned(durable_env, 3) as runner:
        last = await save_histories(runner.app)
        await runner.wait(last, PATIENCE)
    async with open_view(durable_env) as view:
        changers = [
            spawn(AsyncPartitionedTracking(view).change_number, "Upstream", number)
            for number in (2, 5, 2, 5)
        ]
        for changer in changers:
            await changer.join()
            assert changer.error is None
        number = await AsyncPartitionedTracking(view).number_of_partitions("Upstream")
    assert number in {2, 5}
    async with make_partitioned(durable_env, number) as runner:
        last = await save_histories(runner.app)
        await runner.wait(last, PATIENCE)
        await check_ledger(runner.app, await runner.view.ids())


async def test_a_change_that_was_interrupted_is_finished_later(durable_env) -> None:
    """Issue 5.6: until then nothing is processed, and how far it is can be told."""
    async with make_partitioned(durable_env, 3) as runner:
        last = await save_histories(runner.app)
        await runner.wait(last, PATIENCE)
    async with open_view(durable_env) as view:
        positions = AsyncPartitionedTracking(view)
        layout, _ = await positions.open_layout("Upstream", 3)
        await positions._close(layout)
        with pytest.raises(ProgrammingError, match="is being changed: "):
            await start_and_run(make_partitioned, durable_env, 3)
        assert await positions.max_tracking_id("Upstream") == last
        for _ in range(2):
            await positions.change_number("Upstream", 3)
    async with make_partitioned(durable_env, 3) as runner:
        last = await save_histories(runner.app)
        await runner.wait(last, PATIENCE)
        await check_ledger(runner.app, await runner.view.ids())


async def test_the_number_stays_while_there_are_dead_letters(durable_env) -> None:
    """Issue 5.3, 5.6: or later events of an aggregate would overtake those put aside."""

    class PuttingAside(AsyncListing):
        name = "Listing"
        on_error = PutAside()

    async with make_partitioned(durable_env, 2, PuttingAside) as runner:
        last = await runner.app.trigger(SpannerThrown)
        await runner.wait(last[-1], PATIENCE)
        positions = AsyncPartitionedTracking(runner.view)
        with pytest.raises(ProgrammingError, match=r"1 dead letters of 'Upstream:\d/2': retry"):
            await positions.change_number("Upstream", 3)
        notifications = await runner.app.recorder.select_notifications(last[-1], 1)
        name = f"Upstream:{partition_of(notifications[0].originator_id, 2)}/2"
        assert await runner.view.drop_dead_letter(name, last[-1])
        await positions.change_number("Upstream", 3)
        assert await positions.number_of_partitions("Upstream") == 3
        with pytest.raises(ProgrammingError):
            await runner.app.create()
            await runner.run_forever(PATIENCE)


async def test_many_rows_for_a_name_are_refused(durable_env) -> None:
    """Issue 5.6, Y4: where lower IDs may be tracked later, nothing keeps partitions apart."""
    env = {**durable_env, "SINGLE_ROW_TRACKING": "no"}
    with pytest.raises(ProgrammingError, match="SINGLE_ROW_TRACKING"):
        await start_and_run(make_partitioned, env, 2)


async def test_progress_is_told_once_while_others_are_behind(env) -> None:
    """Issue 5.4, 5.6: this runner has done its part, and the other partition has nobody."""
    told: list[ProjectionStatus] = []

    def tell(status: ProjectionStatus) -> None:
        told.append(status)
        if len(told) > 100:
            raise ValueError("this would go on for ever")

    async with make_partitioned(env, Partitions(2, only=[0]), on_progress=tell) as runner:
        last = await save_histories(runner.app)
        await runner.view.wait("Upstream:0/2", last, PATIENCE)
    assert 0 < len(told) < 100
