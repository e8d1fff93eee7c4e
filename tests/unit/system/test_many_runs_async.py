"""Runners that are started and stopped many times, and what listens to leaders."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_async import Event, sleep
from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing._concurrency.threads_async import Thread
from eventsourcing.persistence import OperationalError
from eventsourcing.system import (
    AsyncLeadingRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncNewSingleThreadedRunner,
    AsyncSingleThreadedRunner,
    AsyncSystem,
    NotificationPullingError,
)
from eventsourcing.system.listening_async import AsyncLeaderListener, AsyncSharedListeners
from tests.support.waiting import eventually
from tests.unit.system.apps_async import AsyncAnswers, AsyncArchive, AsyncShop, count

RUNNERS: list[Any] = [
    AsyncSingleThreadedRunner,
    AsyncNewSingleThreadedRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncLeadingRunner,
]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)


@each_runner
async def test_hundreds_of_runs_leave_nothing_behind(runner_class: Any) -> None:
    """Y37, Y50: no threads, and no runner that is not collected."""
    system = AsyncSystem([[AsyncShop, AsyncAnswers, AsyncArchive]])
    before = threading.active_count()
    references: list[Any] = []
    for number in range(200):
        async with runner_class(system) as runner:
            await runner.get(AsyncShop).sell(number)
            references.append(weakref.ref(runner))
        del runner
    eventually(lambda: threading.active_count() <= before)
    while [reference for reference in references if reference() is not None]:
        await sleep(0)  # what a task has kept is released when it is gone
        gc.collect()


class AsyncDeafRunner(AsyncMultiThreadedRunner[UUID]):
    LISTENS = False


async def test_a_runner_may_do_without_listening() -> None:
    """Y37a: then it learns of other processes' events by the next save."""
    async with AsyncDeafRunner(AsyncSystem([[AsyncShop, AsyncArchive]])) as runner:
        assert runner._listeners == []
        await runner.get(AsyncShop).sell()
        recorder: Any = runner.get(AsyncArchive).recorder
        await recorder.wait("Shop", 1, timeout=60)


class AsyncListeningRunner(AsyncNewMultiThreadedRunner[UUID]):
    LISTENS = True


async def test_a_runner_that_pushes_may_listen() -> None:
    """Y37a: events are processed once, whether they are told or heard of first."""
    async with AsyncListeningRunner(AsyncSystem([[AsyncShop, AsyncArchive]])) as runner:
        shop, archive = runner.get(AsyncShop), runner.get(AsyncArchive)
        for number in range(50):
            await shop.sell(number)
        recorder: Any = archive.recorder
        await recorder.wait("Shop", 50, timeout=60)
        assert await count(archive) == 50


class AsyncUnheardShop(AsyncShop):
    """Has a recorder that cannot be subscribed to."""

    name = "Shop"
    error: Exception = NotImplementedError("no subscriptions")

    def construct_recorder(self) -> Any:
        recorder = super().construct_recorder()

        def subscribe(gt: int | None = None, topics: Any = ()) -> Any:
            raise self.error

        recorder.subscribe = subscribe  # type: ignore[method-assign]
        return recorder


async def test_recorders_without_subscriptions_are_not_listened_to() -> None:
    """Y37a"""
    async with AsyncMultiThreadedRunner[UUID](
        AsyncSystem([[AsyncUnheardShop, AsyncArchive]])
    ) as runner:
        await runner.get(AsyncUnheardShop).sell()
        recorder: Any = runner.get(AsyncArchive).recorder
        await recorder.wait("Shop", 1, timeout=60)


class Lost:
    """A subscription whose database is lost."""

    def __init__(self, gate: Event) -> None:
        self.gate = gate

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *args: object) -> None:
        pass

    async def next_batch(self, limit: int) -> Any:
        await self.gate.wait()
        raise OperationalError("server closed the connection")

    def stop(self) -> None:
        self.gate.set()


class AsyncLosingShop(AsyncShop):
    name = "Shop"

    def construct_recorder(self) -> Any:
        recorder = super().construct_recorder()
        self.gate: Event = Event()
        recorder.subscribe = lambda **_: Lost(self.gate)  # type: ignore[method-assign,assignment,return-value]
        return recorder


async def test_a_listener_that_fails_is_an_error_of_the_runner() -> None:
    """Y37a, Y49: raised by `stop()`, unless the runner was being stopped."""
    system = AsyncSystem([[AsyncLosingShop, AsyncArchive]])
    runner = AsyncMultiThreadedRunner[UUID](system)
    await runner.start()
    runner.get(AsyncLosingShop).gate.set()
    assert await runner.has_errored.wait_at_most(10)
    with pytest.raises(NotificationPullingError, match="server closed the connection"):
        await runner.stop()

    async with AsyncMultiThreadedRunner[UUID](system) as stopped:
        assert not stopped.has_errored.is_set()


async def test_a_listener_that_has_failed_is_not_shared_any_more() -> None:
    """Issue 5.6: a follower that has acquired its lease again does not meet the old error."""

    async def prompt(_: str) -> None:
        """Nothing is recorded."""

    async with AsyncLosingShop() as shop:
        listeners = AsyncSharedListeners(prompt)
        first, second = Interruption(), Interruption()
        failed = await listeners.listen(shop, first)
        shop.gate.set()
        assert await first.wait_at_most(10)
        assert isinstance(failed.error, NotificationPullingError)
        shop.gate = Event()
        other = await listeners.listen(shop, second)
        assert not second.is_set()
        await listeners.unlisten(failed, first)
        assert await listeners.listen(shop, second) is other
        for _ in range(2):
            await listeners.unlisten(other, second)
        assert other.error is None


async def test_a_listener_that_is_stopped_while_it_starts_ends() -> None:
    """Issue 5.8: by another thread, or by a task that gives up waiting for the start."""

    async def prompt(_: str) -> None:
        """Nothing is recorded."""

    async with AsyncShop() as shop:
        listener = AsyncLeaderListener(shop, prompt, Event())
        recorder: Any = shop.recorder

        async def stop_now() -> None:
            await listener.stop(0)

        recorder.max_notification_id = stop_now
        await listener.start()
        assert listener._background is not None
        assert await listener._background.join(10)


class Recorder(Thread):
    """Notes that it ran."""

    def __init__(self) -> None:
        super().__init__(name="recorder")
        self.has_run = False

    async def run(self) -> None:
        self.has_run = True


async def test_a_thread_is_started_once() -> None:
    """Section 7: workers have the interface of threads, in both flavours."""
    thread = Recorder()
    assert (thread.name, thread.daemon, thread.is_alive()) == ("recorder", True, False)
    with pytest.raises(RuntimeError):
        await thread.join()
    thread.start()
    await thread.join(60)
    assert thread.has_run
    assert not thread.is_alive()
    with pytest.raises(RuntimeError):
        thread.start()
