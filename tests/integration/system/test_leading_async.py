"""Several processes that run one system, of which one leads each follower: issue 5.6."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from eventsourcing.application import ProcessingEvent
from eventsourcing.postgres.lease_keys import lease_key
from eventsourcing.system import (
    AsyncFollower,
    AsyncLeadingRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncSystem,
    EventProcessingError,
)
from tests.integration.projection.sharing_async import AsyncBoldLease
from tests.integration.system.engines import ENGINES
from tests.support.waiting import count_open_files
from tests.unit.projection.gates_async import eventually
from tests.unit.system.apps_async import (
    AsyncAnswers,
    AsyncArchive,
    AsyncLibrary,
    AsyncRequests,
    AsyncShop,
    ids,
)
from tests.unit.system.events import Entry

PATIENCE = 120.0
SYSTEM = AsyncSystem([[AsyncShop, AsyncArchive], [AsyncShop, AsyncLibrary]])
FOLLOWERS = {"Archive", "Library"}


@pytest.fixture(params=["sqlite_file", "sqlite_shared_memory", "postgres"])
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of an engine whose databases several runners can share."""
    return ENGINES[request.param](request)


@pytest.fixture(params=[AsyncMultiThreadedRunner, AsyncNewMultiThreadedRunner])
def runner_class(request: pytest.FixtureRequest) -> Any:
    return request.param


pytestmark = pytest.mark.usefixtures("no_leaks_async")


@asynccontextmanager
async def two_runners(
    env: dict[str, str], system: AsyncSystem = SYSTEM, **kwargs: Any
) -> AsyncIterator[tuple[AsyncLeadingRunner[UUID], AsyncLeadingRunner[UUID]]]:
    """Run the system twice; the first one leads."""
    async with AsyncExitStack() as stack:
        leader = AsyncLeadingRunner[UUID](system, env, **kwargs)
        await stack.enter_async_context(leader)
        await eventually(lambda: leader.leading == set(system.followers))
        standby = AsyncLeadingRunner[UUID](system, env, **kwargs)
        await stack.enter_async_context(standby)
        await standby.status()  # a shared database in memory is gone when nobody has it open
        yield leader, standby


async def sell(runner: AsyncLeadingRunner[UUID]) -> int:
    return (await runner.get(AsyncShop).sell())[-1].notification.id


async def processed(runner: AsyncLeadingRunner[UUID], notification_id: int) -> None:
    for app in (runner.get(AsyncArchive), runner.get(AsyncLibrary)):
        recorder: Any = app.recorder
        await recorder.wait("Shop", notification_id, timeout=PATIENCE)


async def test_both_save_and_one_processes(env: dict[str, str], runner_class: Any) -> None:
    """Issue 5.6: soon, whoever has saved."""
    async with two_runners(env, runner_class=runner_class) as (leader, standby):
        for _ in range(5):
            for runner in (leader, standby):
                last = await sell(runner)
                await processed(runner, last)
        assert leader.leading == FOLLOWERS
        assert not standby.is_leading
        for runner in (leader, standby):
            for status in (await runner.status()).edges.values():
                assert (status.position, status.lag_events) == (last, 0)
                assert status.is_running == runner.is_leading
        for cls in (AsyncArchive, AsyncLibrary):
            assert len(await ids(standby.get(cls))) == len(await ids(standby.get(AsyncShop)))


async def test_the_other_takes_over_when_the_leader_stops(
    env: dict[str, str], runner_class: Any
) -> None:
    """Issue 5.6: it goes on after the last position."""
    async with two_runners(env, runner_class=runner_class) as (leader, standby):
        await sell(leader)
        await leader.stop()
        assert not leader.is_leading
        await processed(standby, await sell(standby))
        assert standby.leading == FOLLOWERS
        assert len(await ids(standby.get(AsyncArchive))) == 2


async def test_a_loop_goes_through_two_processes(env: dict[str, str], runner_class: Any) -> None:
    """Issue 5.6: a follower is led here, and another one there."""
    system = AsyncSystem([[AsyncRequests, AsyncAnswers, AsyncRequests]])
    async with AsyncExitStack() as stack:
        requests = AsyncRequests(env)
        stack.push_async_callback(requests.close)
        lease = requests.factory.lease("Requests:system")
        assert await lease.try_acquire()
        one = AsyncLeadingRunner[UUID](system, env, runner_class=runner_class)
        two = AsyncLeadingRunner[UUID](system, env, runner_class=runner_class)
        for runner in (one, two):
            await stack.enter_async_context(runner)
        await eventually(lambda: one.leading | two.leading == {"Answers"})
        leader, other = (one, two) if one.is_leading else (two, one)
        await lease.release()
        request_id = await other.get(AsyncRequests).request("hello")
        recorder: Any = leader.get(AsyncRequests).recorder
        await recorder.wait("Answers", 1, timeout=PATIENCE)
        assert await leader.get(AsyncRequests).get_reply(request_id) == "HELLO"


class AsyncFragile(AsyncFollower[UUID]):
    name = "Archive"

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        raise ValueError("out of order")


async def test_a_follower_that_fails_is_met_by_the_next_one(
    env: dict[str, str], runner_class: Any
) -> None:
    """Y48, issue 5.6: and the others go on in the meantime."""
    system = AsyncSystem([[AsyncShop, AsyncFragile], [AsyncShop, AsyncLibrary]])
    one = AsyncLeadingRunner[UUID](system, env, runner_class=runner_class)
    two = AsyncLeadingRunner[UUID](system, env, runner_class=runner_class)
    for runner in (one, two):
        await runner.start()
    last = await sell(one)
    library: Any = one.get(AsyncLibrary).recorder
    await library.wait("Shop", last, timeout=PATIENCE)
    await eventually(lambda: one.has_errored.is_set() and two.has_errored.is_set())
    assert one.leading | two.leading == {"Library"}
    for runner in (one, two):
        with pytest.raises(EventProcessingError, match="out of order"):
            await runner.watch_for_errors(timeout=PATIENCE)
        with pytest.raises(EventProcessingError, match="out of order"):
            await runner.stop()


async def test_two_who_believe_that_they_lead_do_no_harm(
    env: dict[str, str], runner_class: Any
) -> None:
    """Issue 5.6, Y4: each event takes effect once, and nobody fails."""
    runners = [AsyncLeadingRunner[UUID](SYSTEM, env, runner_class=runner_class) for _ in range(2)]
    for runner in runners:
        for name in FOLLOWERS:
            runner.apps[name].factory.lease = AsyncBoldLease  # type: ignore[method-assign,assignment]
    one, two = runners
    async with one, two:
        await eventually(lambda: one.leading == two.leading == FOLLOWERS)
        for _ in range(10):
            await sell(one)
            last = await sell(two)
        for runner in runners:
            await processed(runner, last)
        assert len(await ids(one.get(AsyncArchive))) == 20
        assert await one.watch_for_errors(timeout=0) is False


@pytest.fixture
def frequent_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have leases asked for, and tried for, much more often than every second."""
    for name in ("_CHECK_SECONDS", "_POLL_SECONDS"):
        monkeypatch.setattr(f"eventsourcing.projection.leadership_async.{name}", 0.01)


@pytest.mark.usefixtures("frequent_checks")
@pytest.mark.parametrize("env", ["sqlite_file"], indirect=True)
async def test_losing_a_lease_makes_room_for_another_leader(
    env: dict[str, str], runner_class: Any, tmp_path: Path
) -> None:
    """Issue 5.6: the lock files are removed under the leader, again and again."""
    async with two_runners(env, runner_class=runner_class) as (one, two):
        for number in range(1, 5):
            for path in tmp_path.glob("*.lease"):
                path.unlink()
            await processed(one, await sell(two))
            assert len(await ids(two.get(AsyncLibrary))) == number
        await eventually(lambda: one.leading | two.leading == FOLLOWERS)
        await eventually(lambda: one.leading & two.leading == set())
        assert await one.watch_for_errors(timeout=0) is False


@pytest.mark.usefixtures("frequent_checks")
@pytest.mark.parametrize("env", ["postgres"], indirect=True)
async def test_losing_the_connection_of_a_lease_is_no_failure(
    env: dict[str, str], runner_class: Any
) -> None:
    """Issue 5.6: somebody leads soon after."""
    names = ("host", "port", "dbname", "user", "password")
    settings: Any = {name: env[f"POSTGRES_{name.upper()}"] for name in names}
    keys = [lease_key(env["POSTGRES_SCHEMA"], f"{name}:system") for name in FOLLOWERS]
    async with two_runners(env, runner_class=runner_class) as (one, two):
        with psycopg.connect(autocommit=True, **settings) as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks "
                "WHERE locktype = 'advisory' AND granted AND objid::bigint = ANY(%s)",
                [[key & 0xFFFFFFFF for key in keys]],
            ).fetchall()
        assert len(ended) == len(FOLLOWERS)
        await processed(two, await sell(one))
        await eventually(lambda: one.leading | two.leading == FOLLOWERS)
        assert await one.watch_for_errors(timeout=0) is False


async def test_many_runs_leave_nothing_behind(env: dict[str, str], runner_class: Any) -> None:
    """Issue 5.8: no thread, task, connection or file, whether the lease was acquired or not."""
    files = 0
    runners: list[AsyncLeadingRunner[UUID]] = []  # nothing waits for being collected
    for number in range(10 if "POSTGRES_SCHEMA" in env else 50):
        async with AsyncLeadingRunner[UUID](SYSTEM, env, runner_class=runner_class) as runner:
            if number % 5 == 0:
                await processed(runner, await sell(runner))
        runners.append(runner)
        if number == 0:
            files = count_open_files()
    # A leak would be of one file for each run, at least; a few may be opened once for the process.
    await eventually(lambda: count_open_files() < files + 5)


async def test_entries_are_in_order_whoever_leads(env: dict[str, str], runner_class: Any) -> None:
    """Y6, issue 5.6: the lead changes while events are recorded."""
    async with AsyncExitStack() as stack:
        shop = AsyncShop(env)
        stack.push_async_callback(shop.close)
        for number in range(4):
            runner = AsyncLeadingRunner[UUID](SYSTEM, env, runner_class=runner_class)
            async with runner:
                for _ in range(5):
                    last = (await shop.sell(number))[-1].notification.id
                await processed(runner, last)
                archive = runner.get(AsyncArchive)
                entries = [
                    (await archive.repository.get(each.originator_id)).about
                    for each in await archive.recorder.select_notifications(None, 100)
                    if isinstance(archive.mapper.to_domain_event(each), Entry.Added)  # type: ignore[attr-defined]
                ]
        assert entries == ["Ticket.Sold"] * 20
