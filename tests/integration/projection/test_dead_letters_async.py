"""Runners, projections and followers that put events aside, on each engine: issue 5.3."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import AsyncApplication, ProcessingEvent
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import ProgrammingError, Tracking
from eventsourcing.projection import (
    AsyncBatchProjection,
    AsyncEventSourcedProjection,
    AsyncEventSourcedProjectionRunner,
    AsyncProjection,
    ErrorPolicy,
    PutAside,
    Retry,
    RetryResult,
)
from eventsourcing.system import AsyncFollower
from tests.integration.projection.samples_async import (
    PATIENCE,
    AsyncUpstream,
    eventually,
    make_runner,
)
from tests.integration.projection.sharing_async import make_leading, make_partitioned


class Faults:
    """The versions of events that are broken."""

    broken: set[int]

    @classmethod
    def check(cls, domain_event: Any) -> None:
        if domain_event.originator_version in cls.broken:
            raise ValueError(f"version {domain_event.originator_version} is broken")


@pytest.fixture(autouse=True)
def _second_versions_are_broken() -> None:
    Faults.broken = {2}


class AsyncAsideListing(AsyncProjection[Any]):
    name = "Listing"
    on_error: ErrorPolicy = PutAside()

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        Faults.check(domain_event)
        await self.view.append([tracking.notification_id], tracking)


class AsyncAsideBatchListing(AsyncBatchProjection[Any]):
    name = "Listing"
    on_error = PutAside()

    async def process_events(self, batch: Sequence[tuple[Any, Tracking]]) -> None:
        for domain_event, _ in batch:
            Faults.check(domain_event)
        await self.view.append([each.notification_id for _, each in batch], batch[-1][1])


class AsyncPatientListing(AsyncAsideListing):
    name = "Listing"
    on_error = Retry(attempts=3, wait=0.001, then=PutAside())


async def save(app: AsyncApplication[UUID], *aggregates: Aggregate) -> int:
    """Record an event of each aggregate, in this order, and return the last position."""
    position = 0
    for aggregate in aggregates:
        if not aggregate.pending_events:
            aggregate.trigger_event(Aggregate.Event)
        position = (await app.save(aggregate))[-1].notification.id
    return position


@pytest.mark.parametrize(
    "projection_class", [AsyncAsideListing, AsyncAsideBatchListing, AsyncPatientListing]
)
async def test_a_runner_goes_on_and_retries_later(
    env: dict[str, str], projection_class: type[AsyncProjection[Any]]
) -> None:
    """Issue 5.3: the broken events and those after them wait, each is processed once, in order."""
    one, other, third = Aggregate(), Aggregate(), Aggregate()
    async with make_runner(env, projection_class) as runner:
        last = await save(runner.app, one, other, one, third, other, one, one)
        await runner.wait(last, PATIENCE)
        ids = list(range(last - 6, last + 1))
        assert await runner.view.ids() == [ids[0], ids[1], ids[3]]
        letters = await runner.dead_letters.list()
        assert [each.notification_id for each in letters] == [ids[2], *ids[4:]]
        assert [each.follows for each in letters] == [None, None, ids[2], ids[2]]
        status = await runner.status()
        assert status.is_running
        assert status.lag_events == 0
        assert str(status.last_error) == "version 2 is broken"

        Faults.broken = set()
        assert await runner.dead_letters.retry() == RetryResult(4, ())
        assert await runner.view.ids() == [ids[n] for n in (0, 1, 3, 2, 5, 6, 4)]
        last = await save(runner.app, one)
        await runner.wait(last, PATIENCE)
        assert (await runner.view.ids())[-1] == last
        assert await runner.dead_letters.count() == 0


async def test_retrying_again_and_dropping(env: dict[str, str]) -> None:
    """Issue 5.3: what fails again stays, with its error; what is dropped is never processed."""
    one, other = Aggregate(), Aggregate()
    async with make_runner(env, AsyncAsideListing) as runner:
        last = await save(runner.app, one, other, one, other, one, other)
        await runner.wait(last, PATIENCE)
        queue = runner.dead_letters
        result = await queue.retry()
        assert result.num_processed == 0
        assert [each.attempts for each in result.failures] == [2, 2]
        assert (await queue.list(originator_id=one.id))[0] == result.failures[0]
        assert await queue.drop(result.failures[0].notification_id) == 1
        assert await queue.drop(originator_id=other.id) == 2
        assert (await queue.retry()).num_processed == 1
        last = await save(runner.app, one, other)
        await runner.wait(last, PATIENCE)
        expected = [last - 7, last - 6, last - 3, last - 1, last]
        assert await runner.view.ids() == expected


async def test_a_leader(env: dict[str, str]) -> None:
    """Issue 5.3, 5.6: also a runner that leads puts aside, and shows the last error."""
    one = Aggregate()
    async with make_leading(env, AsyncAsideListing) as runner:
        await runner.wait(await save(runner.app, one, one), PATIENCE)
        assert str((await runner.status()).last_error) == "version 2 is broken"
        Faults.broken = set()
        assert await runner.dead_letters.retry() == RetryResult(1, ())


async def test_a_new_runner_knows_what_was_put_aside(durable_env: dict[str, str]) -> None:
    """Issue 5.3, J20: in another process, so to say."""
    one = Aggregate()
    async with make_runner(durable_env, AsyncAsideListing) as runner:
        await runner.wait(await save(runner.app, one, one), PATIENCE)
    Faults.broken = set()
    async with make_runner(durable_env, AsyncAsideListing) as runner:
        last = await save(runner.app, one)
        await runner.wait(last, PATIENCE)
        assert await runner.view.ids() == [last - 2]
        assert await runner.dead_letters.retry() == RetryResult(2, ())
        assert await runner.view.ids() == [last - 2, last - 1, last]


async def test_stopping_during_a_pause(env: dict[str, str]) -> None:
    """Issue 5.3, J25: the block ends at once and without an error; the event comes again."""

    class AsyncVeryPatient(AsyncAsideListing):
        name = "Listing"
        on_error = Retry(wait=1000, longest_wait=1000, then=PutAside())

    started = monotonic()
    async with make_runner(env, AsyncVeryPatient) as runner:
        await save(runner.app, Aggregate(), *[Aggregate()] * 2)
        aggregate = Aggregate()
        last = await save(runner.app, aggregate, aggregate)
        processing: Any = runner._processing
        await eventually(lambda: processing.last_error is not None)
        position = await runner.view.max_tracking_id("Upstream")
    assert monotonic() - started < PATIENCE
    assert position is not None
    assert position < last


async def test_nothing_is_created_without_need(durable_env: dict[str, str]) -> None:
    """Issue 5.3: the schema is that of the contract until something may be put aside."""
    async with make_runner(durable_env) as runner:
        await runner.wait((await runner.app.create())[-1], PATIENCE)
        assert await runner.dead_letters.count() == 0
        assert await runner.dead_letters.list() == []
        assert not await has_table(runner.view)
    async with make_runner(durable_env, AsyncAsideListing) as runner:
        await runner.wait((await runner.app.create())[-1], PATIENCE)
        assert await has_table(runner.view)


async def has_table(view: Any) -> bool:
    """Say whether the database of the view has the table."""
    recorder = getattr(view, "_recorder", view)  # what is behind a bridge
    recorder._has_dead_letter_table = False
    await view.count_dead_letters("Upstream")  # which looks for the table
    has_table: bool = recorder._has_dead_letter_table
    return has_table


async def test_tables_may_not_be_created(durable_env: dict[str, str]) -> None:
    """Issue 5.3: with CREATE_TABLE=no, the table must be there."""
    async with make_runner(durable_env) as runner:
        await runner.wait((await runner.app.create())[-1], PATIENCE)
    settings = {**durable_env, "CREATE_TABLE": "no"}
    async with make_runner(settings, AsyncAsideListing) as runner:
        await save(runner.app, Aggregate())
        with pytest.raises(ProgrammingError, match="CREATE_TABLE forbids"):
            await runner.run_forever(PATIENCE)
    async with make_runner(durable_env, AsyncAsideListing) as runner:
        await runner.wait(await save(runner.app, Aggregate()), PATIENCE)
    async with make_runner(settings, AsyncAsideListing) as runner:
        await runner.wait(await save(runner.app, Aggregate()), PATIENCE)


def on_its_own(env: dict[str, str], name: str) -> dict[str, str]:
    """Return the settings with another database file, if it is a file, for that application."""
    key = "SQLITE_DBNAME"
    return {**env, f"{name}_{key}": f"{env[key]}.{name}"} if key in env else env


class AsyncTotals(AsyncEventSourcedProjection[UUID]):
    """Has an aggregate for each event."""

    name = "Totals"
    on_error = PutAside()

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        processing_event.collect_events(Aggregate())
        Faults.check(domain_event)


async def test_event_sourced_projections(env: dict[str, str]) -> None:
    """Issue 5.3: their events and the end of the dead letter are recorded together."""
    async with AsyncEventSourcedProjectionRunner(
        application_class=AsyncUpstream, projection_class=AsyncTotals, env=on_its_own(env, "TOTALS")
    ) as runner:
        one = Aggregate()
        await runner.wait(await save(runner.app, one, one, Aggregate(), one), PATIENCE)
        projection: Any = runner.projection
        start = await projection.recorder.max_notification_id() or 0
        assert await runner.dead_letters.count() == 2
        assert (await runner.dead_letters.retry()).num_processed == 0
        assert await projection.recorder.max_notification_id() == start
        Faults.broken = set()
        assert await runner.dead_letters.retry() == RetryResult(2, ())
        found = await projection.recorder.select_notifications(start + 1, 10)
        assert len(found) == 2
        assert await runner.dead_letters.count() == 0


async def test_partitions(env: dict[str, str]) -> None:
    """Issue 5.3, 5.6: each has its own, in order per aggregate."""
    async with make_partitioned(env, 2, AsyncAsideListing) as runner:
        aggregates = [Aggregate() for _ in range(8)]
        last = await save(runner.app, *aggregates, *aggregates, *aggregates)
        await runner.wait(last, PATIENCE)
        queues = [runner.dead_letters_of(partition) for partition in (0, 1)]
        put_aside = [each for queue in queues for each in await queue.list()]
        assert len(put_aside) == 16
        assert len(await runner.view.ids()) == 8
        Faults.broken = set()
        results = [await queue.retry() for queue in queues]
        assert sum(result.num_processed for result in results) == 16
        assert sorted(await runner.view.ids()) == list(range(last - 23, last + 1))
        with pytest.raises(ProgrammingError, match="dead_letters_of"):
            await runner.dead_letters.list()


class AsyncFollowing(AsyncFollower[UUID]):
    """Follows Upstream."""

    name = "Following"
    on_error = PutAside()

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        processing_event.collect_events(Aggregate())
        Faults.check(domain_event)


async def test_followers(env: dict[str, str]) -> None:
    """Issue 5.3: what is pulled from a log, and read from it again."""
    env = on_its_own(env, "FOLLOWING")
    async with AsyncUpstream(env) as app, AsyncFollowing(env) as follower:
        follower.follow(app.name, app.notification_log)
        one = Aggregate()
        last = await save(app, one, one, Aggregate(), one)
        await follower.pull_and_process(app.name)
        assert await follower.recorder.max_tracking_id(app.name) == last
        queue = follower.dead_letters_of(app.name)
        assert [each.notification_id for each in await queue.list()] == [last - 2, last]
        Faults.broken = set()
        assert await queue.retry() == RetryResult(2, ())
        assert await queue.count() == 0
