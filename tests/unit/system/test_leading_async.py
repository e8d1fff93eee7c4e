"""The runner that processes what it leads, with applications in memory: issue 5.6."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_async import Event, wait_event
from eventsourcing.application import EnvType, ProcessingEvent
from eventsourcing.persistence import OperationalError
from eventsourcing.projection import PutAside
from eventsourcing.system import (
    AsyncLeadingRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncSingleThreadedRunner,
    AsyncSystem,
    NotificationPullingError,
)
from tests.support.background_async import running
from tests.support.waiting import PATIENCE
from tests.unit.projection.gates_async import eventually
from tests.unit.system.apps_async import AsyncArchive, AsyncLibrary, AsyncShop, count, ids
from tests.unit.system.events import Ticket
from tests.unit.system.test_many_runs_async import AsyncLosingShop

SYSTEM = AsyncSystem([[AsyncShop, AsyncArchive]])
each_class = pytest.mark.parametrize(
    "runner_class", [AsyncMultiThreadedRunner, AsyncNewMultiThreadedRunner]
)


@pytest.fixture(autouse=True)
def frequent_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("_CHECK_SECONDS", "_POLL_SECONDS"):
        monkeypatch.setattr(f"eventsourcing.projection.leadership_async.{name}", 0.002)
    return None


async def processed(follower: Any, notification_id: int) -> None:
    await follower.recorder.wait("Shop", notification_id, timeout=PATIENCE)


class AsyncOldRunner(AsyncMultiThreadedRunner[UUID]):
    """A runner of somebody who has not heard of progress."""

    def __init__(self, system: AsyncSystem, env: EnvType | None = None) -> None:
        super().__init__(system, env)


@pytest.mark.parametrize(
    "runner_class",
    [AsyncOldRunner, AsyncMultiThreadedRunner[UUID], AsyncNewMultiThreadedRunner[UUID]],
)
async def test_runners_that_have_workers_can_be_led(runner_class: Any) -> None:
    """Issue 5.6: those of users, and those with type arguments."""
    async with AsyncLeadingRunner[UUID](SYSTEM, runner_class=runner_class) as runner:
        await runner.get(AsyncShop).sell()
        await processed(runner.get(AsyncArchive), 1)
        assert runner.leading == {"Archive"}


@pytest.mark.parametrize(
    "runner_class", [AsyncSingleThreadedRunner, AsyncSingleThreadedRunner[UUID], AsyncShop, None]
)
def test_others_cannot(runner_class: Any) -> None:
    """Issue 5.6: whoever saves is not who leads."""
    with pytest.raises(TypeError, match=r"runner_class is .*expected \w*MultiThreadedRunner"):
        AsyncLeadingRunner[UUID](SYSTEM, runner_class=runner_class)


async def test_one_of_two_in_memory_leads() -> None:
    """Issue 5.6: within a process, where each runner has data of its own."""
    one, two = AsyncLeadingRunner[UUID](SYSTEM), AsyncLeadingRunner[UUID](SYSTEM)
    async with two:
        async with one:
            await eventually(lambda: one.is_leading or two.is_leading)
            assert one.is_leading != two.is_leading
        await two.get(AsyncShop).sell()
        await processed(two.get(AsyncArchive), 1)
        assert (one.is_leading, two.is_leading) == (False, True)


@each_class
async def test_what_is_saved_while_standing_by_is_not_kept_in_memory(runner_class: Any) -> None:
    """Issue 5.6: it is read from the log when this leads."""
    async with AsyncLeadingRunner[UUID](SYSTEM, runner_class=runner_class) as runner:
        await eventually(lambda: runner.is_leading)
        runner._interruption.set()
        await eventually(lambda: not runner.is_leading)
        await runner.get(AsyncShop).sell()
        assert runner._runner._workers == []
        assert await count(runner.get(AsyncArchive)) == 0


class AsyncTolerant(AsyncArchive):
    """Puts aside what has to do with the number 13."""

    name = "Archive"
    on_error = PutAside()

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if getattr(domain_event, "number", None) == 13:
            raise ValueError("unlucky")
        await super().policy(domain_event, processing_event)


@each_class
async def test_each_term_begins_anew(runner_class: Any) -> None:
    """Issue 5.6: knowing nothing of what was put aside, or processed, by others meanwhile."""
    system = AsyncSystem([[AsyncShop, AsyncTolerant]])
    async with AsyncLeadingRunner[UUID](system, runner_class=runner_class) as runner:
        shop, archive = runner.get(AsyncShop), runner.get(AsyncTolerant)
        recorder: Any = archive.recorder
        ticket = Ticket(13)
        await shop.save(ticket)
        await processed(archive, 1)
        lease: Any = runner._leaderships["Archive"]._lease
        for number in range(2, 6):
            await lease.release()
            await recorder.drop_dead_letters("Shop", ticket.id)
            ticket.use()
            await shop.save(ticket)
            await processed(archive, number)
        status = (await runner.status()).total
        assert isinstance(status.last_error, ValueError)
        assert status.position == 5
        assert len(await ids(archive)) + await recorder.count_dead_letters("Shop") == 4


class AsyncHeardShop(AsyncShop):
    """Counts those who listen to it."""

    name = "Shop"

    def construct_recorder(self) -> Any:
        recorder = super().construct_recorder()
        subscribe = recorder.subscribe
        self.num_subscriptions = 0

        def count_and_subscribe(*args: Any, **kwargs: Any) -> Any:
            self.num_subscriptions += 1
            return subscribe(*args, **kwargs)

        recorder.subscribe = count_and_subscribe  # type: ignore[method-assign]
        return recorder


async def test_a_leader_of_many_is_listened_to_once() -> None:
    """Issue 5.6: not once for each follower, because listening means reading."""
    system = AsyncSystem([[AsyncHeardShop, AsyncArchive], [AsyncHeardShop, AsyncLibrary]])
    async with AsyncLeadingRunner[UUID](system) as runner:
        shop = runner.get(AsyncHeardShop)
        await shop.sell()
        for follower in (runner.get(AsyncArchive), runner.get(AsyncLibrary)):
            await processed(follower, 1)
        assert shop.num_subscriptions == 1
        assert list(runner._listeners._shared) == ["Shop"]
    assert runner._listeners._shared == {}


async def test_a_listener_that_fails_is_an_error_of_the_runner() -> None:
    """Y37a, Y49, issue 5.6: of all followers of that leader."""
    system = AsyncSystem([[AsyncLosingShop, AsyncArchive], [AsyncLosingShop, AsyncLibrary]])
    runner = AsyncLeadingRunner[UUID](system)
    await runner.start()
    await eventually(lambda: runner.leading == {"Archive", "Library"})
    runner.get(AsyncLosingShop).gate.set()
    assert await runner.has_errored.wait_at_most(PATIENCE)
    await eventually(lambda: not runner.is_leading)
    with pytest.raises(NotificationPullingError, match="server closed the connection"):
        await runner.stop()


class AsyncUnreachable(AsyncShop):
    """Cannot be asked how far it is."""

    name = "Shop"

    def construct_recorder(self) -> Any:
        recorder = super().construct_recorder()

        async def fail() -> int | None:
            raise OperationalError("no route to host")

        recorder.max_notification_id = fail  # type: ignore[method-assign]
        return recorder


async def test_an_error_before_processing_begins_is_one_of_the_runner() -> None:
    """Y49, issue 5.6: and the lease is given up."""
    runner = AsyncLeadingRunner[UUID](AsyncSystem([[AsyncUnreachable, AsyncArchive]]))
    await runner.start()
    with pytest.raises(OperationalError, match="no route to host"):
        await runner.watch_for_errors(PATIENCE)
    async with AsyncLeadingRunner[UUID](SYSTEM) as other:
        await eventually(lambda: other.is_leading)


async def test_engines_without_leases_are_refused() -> None:
    """Issue 5.6: by the one who starts, and nothing is left open."""
    runner = AsyncLeadingRunner[UUID](SYSTEM)
    factory: Any = runner.apps["Archive"].factory

    def lease(name: str) -> Any:
        raise NotImplementedError(f"no leases ('{name}')")

    factory.lease = lease
    with pytest.raises(NotImplementedError, match=r"no leases \('Archive:system'\)"):
        await runner.__aenter__()
    assert runner.apps == {}
    assert not runner.is_leading


class AsyncSlow(AsyncArchive):
    """Processes when the gate is opened."""

    name = "Archive"

    def __init__(self, env: EnvType | None = None) -> None:
        super().__init__(env)
        self.gate, self.reached = Event(), Event()

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        self.reached.set()
        await wait_event(self.gate, PATIENCE)
        await super().policy(domain_event, processing_event)


@each_class
async def test_a_term_that_ends_waits_for_the_event_in_progress(
    runner_class: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Y50, Y23, issue 5.6: not for ever; then the next term processes it at the same time."""
    monkeypatch.setattr("eventsourcing.system.worker_async.JOIN_TIMEOUT", 0.01)
    system = AsyncSystem([[AsyncShop, AsyncSlow]])
    async with AsyncLeadingRunner[UUID](system, runner_class=runner_class) as runner:
        shop, slow = runner.get(AsyncShop), runner.get(AsyncSlow)
        await shop.sell()
        assert await wait_event(slow.reached, PATIENCE)
        (old,) = [each for each in runner._runner._workers if not hasattr(each, "leader_name")]
        lease: Any = runner._leaderships["Archive"]._lease
        await lease.release()
        await eventually(lambda: "has not ended in 0.01 seconds" in caplog.text)
        await eventually(lambda: runner.is_leading)
        slow.gate.set()
        await shop.sell()
        await processed(slow, 2)
        assert await ids(slow) == [1, 2]
        await old.join(PATIENCE)
        assert old.error is None


@each_class
async def test_a_thousand_runs_leave_nothing_behind(runner_class: Any) -> None:
    """Issue 5.8: neither threads nor tasks, although most are stopped before they lead."""
    before = running()
    for number in range(1000):
        async with AsyncLeadingRunner[UUID](SYSTEM, runner_class=runner_class) as runner:
            if number % 10 == 0:
                await runner.get(AsyncShop).sell()
                await processed(runner.get(AsyncArchive), 1)
    await eventually(lambda: running() <= before)
