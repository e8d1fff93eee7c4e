"""Each runner on each engine (contract Y63), and what all runners have in common (Y33-Y37a)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import AsyncApplication
from eventsourcing.system import (
    AsyncFollower,
    AsyncLeadingRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncNewSingleThreadedRunner,
    AsyncRunner,
    AsyncSingleThreadedRunner,
    AsyncSystem,
    RunnerAlreadyStarted,
    RunnerAlreadyStartedError,
)
from eventsourcing.utils import get_topic
from tests.unit.system.apps_async import (
    AsyncAnswers,
    AsyncArchive,
    AsyncLibrary,
    AsyncPlainShop,
    AsyncPrinter,
    AsyncRequests,
    AsyncShop,
    ids,
)
from tests.unit.system.events import Ticket

pytestmark = pytest.mark.usefixtures("no_leaks_async")

RUNNERS: list[Any] = [
    AsyncSingleThreadedRunner,
    AsyncNewSingleThreadedRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncLeadingRunner,
]
PATIENCE = 120.0


@pytest.fixture(params=RUNNERS)
def runner_class(request: pytest.FixtureRequest) -> Any:
    return request.param


class AsyncChoosyArchive(AsyncArchive):
    name = "ChoosyArchive"
    topics = (get_topic(Ticket.Used),)  # type: ignore[attr-defined]


class AsyncSingle(AsyncApplication[UUID]):
    name = "Single"


async def processed(follower: Any, leader_name: str, notification_id: int) -> None:
    await follower.recorder.wait(leader_name, notification_id, timeout=PATIENCE)


async def position(follower: Any, leader_name: str = "Shop") -> int | None:
    found: int | None = await follower.recorder.max_tracking_id(leader_name)
    return found


async def test_the_environment_reaches_all_applications(
    runner_class: Any, env: dict[str, str]
) -> None:
    """Y63, Y33, Y34, Y35: leaders, followers and singles."""
    env["COLOUR"] = "red"
    env["ARCHIVE_COLOUR"] = "blue"
    system = AsyncSystem([[AsyncPlainShop, AsyncArchive], [AsyncSingle]])
    runner: AsyncRunner[UUID] = runner_class(system=system, env=env)
    try:
        assert runner.env is env
        assert runner.system is system
        assert list(runner.apps) == ["Archive", "PlainShop", "Single"]  # type: ignore[attr-defined]
        assert runner.get(AsyncPlainShop).env.get("COLOUR") == "red"
        assert runner.get(AsyncArchive).env.get("COLOUR") == "blue"
        assert runner.get(AsyncSingle).env.get("COLOUR") == "red"
        assert isinstance(runner.get(AsyncPlainShop), AsyncPlainShop)
    finally:
        await runner.stop()


async def test_applications_that_are_not_there(runner_class: Any, env: dict[str, str]) -> None:
    """Y35: an unknown name, and another class of the same name."""

    class AsyncOtherShop(AsyncShop):
        name = "Shop"

    async with runner_class(AsyncSystem([[AsyncShop]]), env) as runner:
        with pytest.raises(KeyError):
            runner.get(AsyncSingle)
        with pytest.raises(AssertionError):
            runner.get(AsyncOtherShop)


async def test_a_single_application_runs(runner_class: Any, env: dict[str, str]) -> None:
    """Y63"""
    async with runner_class(AsyncSystem([[AsyncShop]]), env) as runner:
        await runner.get(AsyncShop).sell()
        assert await ids(runner.get(AsyncShop)) == [1]


async def test_a_runner_is_started_once(runner_class: Any, env: dict[str, str]) -> None:
    """Y63, Y36: not twice, and not again after it was stopped."""
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncArchive]]), env)
    assert not runner.is_started
    await runner.start()
    assert runner.is_started
    for _ in range(2):
        with pytest.raises(RunnerAlreadyStartedError) as info:
            await runner.start()
        assert info.value.args == ()
        await runner.stop()
    assert RunnerAlreadyStarted is RunnerAlreadyStartedError


async def test_stopping_closes_the_applications(runner_class: Any, env: dict[str, str]) -> None:
    """Y37: also a runner that was not started; repeatedly."""
    for started in (False, True):
        runner = runner_class(AsyncSystem([[AsyncShop, AsyncArchive]]), env)
        shop = runner.get(AsyncShop)
        if started:
            await runner.start()
        await runner.stop()
        await runner.stop()
        assert shop.closing.is_set()
        assert runner.apps == {}
        with pytest.raises(KeyError):
            runner.get(AsyncShop)


async def test_the_status_of_each_edge(runner_class: Any, env: dict[str, str]) -> None:
    """Issue 5.3: how far each follower has come with each leader."""
    system = AsyncSystem([[AsyncShop, AsyncPrinter, AsyncArchive]])
    async with runner_class(system, env) as runner:
        for number in range(3):
            last = (await runner.get(AsyncShop).sell(number))[-1].notification.id
        await processed(runner.get(AsyncPrinter), "Shop", last)
        printed = (await ids(runner.get(AsyncPrinter)))[-1]
        await processed(runner.get(AsyncArchive), "Printer", printed)
        edges = (await runner.status()).edges
        assert [each.position for each in edges.values()] == [last, printed]
        assert [each.end for each in edges.values()] == [last, printed]
        assert [(each.lag_events, each.lag_seconds) for each in edges.values()] == [(0, 0.0)] * 2
        assert all(each.is_running for each in edges.values())


async def test_who_waits_for_a_follower_is_woken(
    runner_class: Any, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 5.7: at once; without being woken, this test would take too long, and fail."""
    monkeypatch.setattr("eventsourcing.persistence.recorders_async._FIRST_POLL_SECONDS", 1000.0)
    async with runner_class(AsyncSystem([[AsyncShop, AsyncArchive]]), env) as runner:
        recorder: Any = runner.get(AsyncArchive).recorder
        for _ in range(5):
            last = (await runner.get(AsyncShop).sell())[-1].notification.id
            await recorder.wait("Shop", last, timeout=1000.0)


async def test_one_edge(runner_class: Any, env: dict[str, str]) -> None:
    """Y63: ten saves give ten derived events."""
    async with runner_class(AsyncSystem([[AsyncShop, AsyncArchive]]), env) as runner:
        for _ in range(10):
            last = (await runner.get(AsyncShop).sell())[-1].notification.id
        await processed(runner.get(AsyncArchive), "Shop", last)
        assert len(await ids(runner.get(AsyncArchive))) == 10


async def test_two_edges(runner_class: Any, env: dict[str, str]) -> None:
    """Y63: ten in each of two followers, of a leader that is a plain application."""
    system = AsyncSystem([[AsyncPlainShop, AsyncPrinter], [AsyncPlainShop, AsyncArchive]])
    async with runner_class(system, env) as runner:
        for number in range(10):
            recordings = await runner.get(AsyncPlainShop).save(Ticket(number))
        last = recordings[-1].notification.id
        for follower in (runner.get(AsyncPrinter), runner.get(AsyncArchive)):
            await processed(follower, "PlainShop", last)
            assert len(await ids(follower)) == 10


async def test_a_loop_completes_a_request_and_its_reply(
    runner_class: Any, env: dict[str, str]
) -> None:
    """Y63"""
    system = AsyncSystem([[AsyncRequests, AsyncAnswers, AsyncRequests]])
    async with runner_class(system, env) as runner:
        requests = runner.get(AsyncRequests)
        request_id = await requests.request("hello")
        answers = runner.get(AsyncAnswers)
        await processed(answers, "Requests", 1)
        await processed(requests, "Answers", (await ids(answers))[-1])
        assert await requests.get_reply(request_id) == "HELLO"


async def test_what_was_saved_before_starting(runner_class: Any, env: dict[str, str]) -> None:
    """Y63: is not tracked before; after one more save, all is."""
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncArchive]]), env)
    shop, archive = runner.get(AsyncShop), runner.get(AsyncArchive)
    await shop.sell()
    assert await position(archive) is None
    async with runner:
        await shop.sell()
        await processed(archive, "Shop", 2)
        assert await position(archive) == 2
        assert len(await ids(archive)) == 2


async def test_starting_catches_up(runner_class: Any, env: dict[str, str]) -> None:
    """Y37a: what was recorded before is processed without another save, transitively."""
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncPrinter, AsyncArchive]]), env)
    for number in range(25):
        await runner.get(AsyncShop).sell(number)
    async with runner:
        printer = runner.get(AsyncPrinter)
        await processed(printer, "Shop", 25)
        last = (await ids(printer))[-1]
        await processed(runner.get(AsyncArchive), "Printer", last)
        assert len(await ids(runner.get(AsyncArchive))) == 25


async def test_topics_choose_what_is_processed(runner_class: Any, env: dict[str, str]) -> None:
    """Y63, Y19, Y20: others yield no events, and are not tracked."""
    async with runner_class(AsyncSystem([[AsyncShop, AsyncChoosyArchive]]), env) as runner:
        for number in range(10):
            await runner.get(AsyncShop).sell(number)
        assert await position(runner.get(AsyncChoosyArchive)) is None
        ticket = Ticket(1)
        ticket.use()
        last = (await runner.get(AsyncShop).save(ticket))[-1].notification.id
        await processed(runner.get(AsyncChoosyArchive), "Shop", last)
        assert len(await ids(runner.get(AsyncChoosyArchive))) == 1


async def test_a_system_is_run_again(runner_class: Any, env: dict[str, str]) -> None:
    """Y4, Y37a: on a durable database a new runner goes on where the last one ended."""
    if env["PERSISTENCE_MODULE"] == "eventsourcing.popo" or "mode=memory" in str(env):
        return
    for number in range(1, 4):
        async with runner_class(AsyncSystem([[AsyncShop, AsyncArchive]]), env) as runner:
            last = (await runner.get(AsyncShop).sell())[-1].notification.id
            await processed(runner.get(AsyncArchive), "Shop", last)
            assert len(await ids(runner.get(AsyncArchive))) == number


async def test_two_runners_of_one_system(runner_class: Any, env: dict[str, str]) -> None:
    """Y4, Y12, Y46: each event takes effect once, whichever runner processes it."""
    if env["PERSISTENCE_MODULE"] == "eventsourcing.popo":
        return
    system = AsyncSystem([[AsyncShop, AsyncArchive]])
    async with runner_class(system, env) as one, runner_class(system, env) as two:
        for number in range(10):
            await one.get(AsyncShop).sell(number)
            last = (await two.get(AsyncShop).sell(number))[-1].notification.id
        await processed(one.get(AsyncArchive), "Shop", last)
        assert len(await ids(one.get(AsyncArchive))) == len(await ids(one.get(AsyncShop))) == 20


async def test_what_another_process_saves_is_processed(env: dict[str, str]) -> None:
    """Y37a: without a save here, by the runner that listens."""
    if env["PERSISTENCE_MODULE"] == "eventsourcing.popo":
        return
    other = AsyncShop(env)
    system = AsyncSystem([[AsyncShop, AsyncArchive]])
    async with AsyncMultiThreadedRunner[UUID](system, env) as runner:
        for number in range(3):
            last = (await other.sell(number))[-1].notification.id
            await processed(runner.get(AsyncArchive), "Shop", last)
        assert len(await ids(runner.get(AsyncArchive))) == 3
    await other.close()


async def test_runners_are_started_and_stopped_many_times(
    runner_class: Any, env: dict[str, str]
) -> None:
    """Y37: nothing is left behind, whether stopping comes soon or late."""
    system = AsyncSystem([[AsyncShop, AsyncPrinter, AsyncArchive]])
    for number in range(1, 7):
        async with runner_class(system, env) as runner:
            await runner.get(AsyncShop).sell(number)
            if number % 2:
                last = (await runner.get(AsyncShop).sell(-number))[-1].notification.id
                await processed(runner.get(AsyncPrinter), "Shop", last)


def test_followers_without_a_runner_have_no_threads() -> None:
    """Y13: constructing one starts nothing."""
    assert AsyncFollower[UUID]().readers == {}


async def test_the_library_follows_under_its_own_name(
    runner_class: Any, env: dict[str, str]
) -> None:
    """Y34: an application's name chooses its tables."""
    system = AsyncSystem([[AsyncShop, AsyncArchive], [AsyncShop, AsyncLibrary]])
    async with runner_class(system, env) as runner:
        last = (await runner.get(AsyncShop).sell())[-1].notification.id
        for follower in (runner.get(AsyncArchive), runner.get(AsyncLibrary)):
            await processed(follower, "Shop", last)
            assert len(await ids(follower)) == 1
