"""Event-sourced projections that are split into partitions: issue 5.6."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import ProcessingEvent
from eventsourcing.persistence import IntegrityError, ProgrammingError
from eventsourcing.projection import (
    AsyncEventSourcedProjectionRunner,
    AsyncPartitionedTracking,
    Partitions,
    ProjectionStatus,
    PutAside,
    Retry,
    partition_of,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.journals_async import (
    AsyncBatchJournal,
    AsyncJournal,
    Totals,
    check_journal,
    make_journal,
)
from tests.integration.projection.samples_async import PATIENCE, AsyncUpstream, eventually
from tests.integration.projection.sharing_async import AsyncBoldLease, save_histories, start_and_run

JOURNALS = [AsyncJournal, AsyncBatchJournal]


def with_journal(env: dict[str, str], folder: Path) -> dict[str, str]:
    """Give the projection a database of its own where two applications cannot share one."""
    return {**env, "JOURNAL_SQLITE_DBNAME": str(folder / "journal.db")}


@pytest.fixture
def journal_env(env: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return with_journal(env, tmp_path)


@pytest.fixture
def durable_journal_env(durable_env: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return with_journal(durable_env, tmp_path)


@pytest.mark.parametrize("projection_class", JOURNALS)
async def test_all_events_once_and_those_of_an_aggregate_in_order(
    journal_env, projection_class
) -> None:
    """Issue 5.6: although all partitions change one aggregate at the same time."""
    async with make_journal(journal_env, 3, projection_class) as runner:
        for _ in range(3):
            last = await save_histories(runner.app)
            await runner.wait(last, PATIENCE)
        assert runner.partitions == {0, 1, 2}
        assert (await runner.status()).position == last
        await check_journal(runner.app, runner.projection)


@pytest.mark.parametrize("projection_class", JOURNALS)
async def test_a_runner_goes_on_where_the_last_one_ended(
    durable_journal_env, projection_class
) -> None:
    """J20, issue 5.6: for each partition."""
    for _ in range(3):
        async with make_journal(durable_journal_env, 3, projection_class) as runner:
            last = await save_histories(runner.app, aggregates=10)
    async with make_journal(durable_journal_env, 3, projection_class) as runner:
        await runner.wait(last, PATIENCE)
        await check_journal(runner.app, runner.projection)


async def test_processes_share_the_partitions(durable_journal_env) -> None:
    """Issue 5.6: and who is left takes them all."""
    async with make_journal(durable_journal_env, Partitions(4, at_most=2)) as one:
        await eventually(lambda: len(one.partitions) == 2)
        async with make_journal(durable_journal_env, 4) as other:
            await eventually(lambda: one.partitions | other.partitions == {0, 1, 2, 3})
            await save_histories(one.app)
            one.stop()
            last = await save_histories(one.app)
            await other.wait(last, PATIENCE)
            assert other.partitions == {0, 1, 2, 3}
            await check_journal(other.app, other.projection)


@pytest.mark.parametrize("projection_class", JOURNALS)
async def test_two_who_believe_to_have_a_partition_do_no_harm(
    durable_journal_env, projection_class, monkeypatch
) -> None:
    """Issue 5.6, J27: tracking decides; who loses a race steps back, and does not fail."""
    one = make_journal(durable_journal_env, 3, projection_class)
    other = make_journal(durable_journal_env, Partitions(3), projection_class)
    monkeypatch.setattr(type(one), "_make_lease", lambda _, name: AsyncBoldLease(name))
    async with one, other:
        # Few: all six decide on one aggregate, and of those who do at the same time one gets on.
        for _ in range(2):
            last = await save_histories(one.app, aggregates=6, events=3)
        for runner in (one, other):
            await runner.wait(last, PATIENCE)
            await runner.run_forever(0)
        await check_journal(one.app, other.projection)


async def test_progress_is_told(journal_env) -> None:
    """Issue 5.3: as by other runners."""
    told: list[ProjectionStatus] = []
    async with make_journal(journal_env, 2, on_progress=told.append) as runner:
        last = await save_histories(runner.app)
        await runner.wait(last, PATIENCE)
        await eventually(lambda: told)


async def test_an_error_in_one_partition_stops_the_runner(journal_env) -> None:
    """J21: and is raised."""
    async with make_journal(journal_env) as runner:
        await runner.app.trigger(SpannerThrown)
        with pytest.raises(SpannerThrownError):
            await runner.run_forever(PATIENCE)
        await eventually(lambda: not runner.is_leading)


class AsyncColliding(AsyncJournal):
    """Creates the same aggregate for each event."""

    name = "Journal"
    num_calls = 0

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        type(self).num_calls += 1
        processing_event.collect_events(Totals())


async def test_a_conflict_that_stays_is_an_error(journal_env, monkeypatch) -> None:
    """Issue 5.6, Y18: after a limited number of attempts; nothing is tracked."""
    monkeypatch.setattr("eventsourcing.projection.conflicts_async._MOST_RETRIES", 3)
    monkeypatch.setattr(AsyncColliding, "num_calls", 0)
    async with make_journal(journal_env, 1, AsyncColliding) as runner:
        (first,) = await runner.app.create()
        await runner.wait(first, PATIENCE)
        await runner.app.create()
        with pytest.raises(IntegrityError):
            await runner.run_forever(PATIENCE)
        assert AsyncColliding.num_calls == 1 + 4
        assert await runner.projection.recorder.max_tracking_id("Upstream:0/1") == first


class AsyncForgiving(AsyncJournal):
    """Tries again, and then puts aside what fails."""

    name = "Journal"
    on_error = Retry(attempts=2, wait=0, then=PutAside())


async def test_each_partition_puts_aside_what_fails(journal_env) -> None:
    """Issue 5.3, 5.6: and goes on; it can be retried and dropped."""
    async with make_journal(journal_env, 2, AsyncForgiving) as runner:
        ids = await runner.app.trigger(SpannerThrown)
        last = await save_histories(runner.app)
        await runner.wait(last, PATIENCE)
        (thrown,) = await runner.app.recorder.select_notifications(ids[-1], 1)
        letters = runner.dead_letters_of(partition_of(thrown.originator_id, 2))
        assert [each.notification_id for each in await letters.list()] == [thrown.id]
        assert (await letters.retry()).num_processed == 0
        assert await letters.drop(thrown.id) == 1
        assert await runner.projection.total() == last - 1
        with pytest.raises(ProgrammingError, match="dead_letters_of"):
            _ = runner.dead_letters


async def test_a_projection_is_split_that_was_not_split_before(durable_journal_env) -> None:
    """Issue 5.6: each event counts once."""
    async with AsyncEventSourcedProjectionRunner(
        application_class=AsyncUpstream, projection_class=AsyncJournal, env=durable_journal_env
    ) as runner:
        last = await save_histories(runner.app)
        await runner.wait(last, PATIENCE)
        with pytest.raises(ProgrammingError, match=r"without partitions, up to .*change_number"):
            await start_and_run(make_journal, durable_journal_env, 2)
        positions = AsyncPartitionedTracking(runner.projection.recorder)
        await positions.change_number("Upstream", 2)
        last = await save_histories(runner.app)
        with pytest.raises(ProgrammingError, match="PartitionedEventSourcedProjectionRunner"):
            await runner.run_forever(PATIENCE)
    async with make_journal(durable_journal_env, 2) as partitioned:
        await partitioned.wait(last, PATIENCE)
        await check_journal(partitioned.app, partitioned.projection)
    with pytest.raises(ProgrammingError, match=r"into 2 partitions for 'Upstream', not 3"):
        await start_and_run(make_journal, durable_journal_env, 3)
