"""What runners say about their systems, and the hook that is told of progress: issue 5.3."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_async import Event, wait_event
from eventsourcing.application import ProcessingEvent
from eventsourcing.persistence import ProgrammingError
from eventsourcing.projection import ProjectionStatus, Retry
from eventsourcing.system import (
    AsyncLeadingRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncNewSingleThreadedRunner,
    AsyncSingleThreadedRunner,
    AsyncSystem,
    SystemStatus,
)
from eventsourcing.utils import get_topic
from tests.support.waiting import PATIENCE
from tests.unit.projection.gates_async import eventually
from tests.unit.system.apps_async import AsyncArchive, AsyncPrinter, AsyncShop
from tests.unit.system.events import Ticket

IN_THE_BACKGROUND: list[Any] = [
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncLeadingRunner,
]
RUNNERS: list[Any] = [AsyncSingleThreadedRunner, AsyncNewSingleThreadedRunner, *IN_THE_BACKGROUND]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)
EDGE = ("Shop", "Archive")


class AsyncBroken(AsyncArchive):
    """Fails to process."""

    name = "Broken"
    error = ValueError("cannot process")

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        raise self.error


class AsyncHesitant(AsyncArchive):
    """Fails with the first attempt."""

    name = "Hesitant"
    on_error = Retry(attempts=2, wait=0)
    error = ValueError("not yet")

    def __init__(self, env: Any = None) -> None:
        super().__init__(env)
        self.errors = [self.error]

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        while self.errors:
            raise self.errors.pop()


class AsyncChoosy(AsyncArchive):
    name = "Choosy"
    topics = (get_topic(Ticket.Used),)  # type: ignore[attr-defined]


async def processed(follower: Any, leader_name: str, notification_id: int) -> None:
    await follower.recorder.wait(leader_name, notification_id, timeout=PATIENCE)


def has_caught_up(told: list[SystemStatus]) -> bool:
    return bool(told) and not told[-1].total.lag_events


@each_runner
async def test_there_is_one_status_for_each_edge(runner_class: Any) -> None:
    """Issue 5.3: position, lag, rate, error, and whether events are processed."""
    system = AsyncSystem([[AsyncShop, AsyncPrinter, AsyncArchive], [AsyncShop, AsyncArchive]])
    async with runner_class(system) as runner:
        for number in range(3):
            await runner.get(AsyncShop).sell(number)
        for leader_name in ("Shop", "Printer"):
            await processed(runner.get(AsyncPrinter), "Shop", 3)
            await processed(runner.get(AsyncArchive), leader_name, 3)
        edges = (await runner.status()).edges
        assert list(edges) == system.edges
        for status in edges.values():
            rate = status.events_per_second
            assert rate > 0
            assert status == ProjectionStatus(3, 3, 0, 0.0, rate, None, True)


@each_runner
async def test_the_status_before_starting_says_what_is_to_be_done(runner_class: Any) -> None:
    """Issue 5.3: whatever was recorded before."""
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncArchive]]))
    for number in range(3):
        await runner.get(AsyncShop).sell(number)
    status = (await runner.status()).edges[EDGE]
    assert (status.position, status.end, status.lag_events) == (None, 3, 3)
    assert status.lag_seconds is not None
    assert status.lag_seconds >= 0
    assert (status.events_per_second, status.last_error, status.is_running) == (0.0, None, False)
    await runner.stop()


@each_runner
async def test_a_stopped_runner_has_no_status(runner_class: Any) -> None:
    """Issue 5.3: its applications are closed."""
    async with runner_class(AsyncSystem([[AsyncShop, AsyncArchive]])) as runner:
        pass
    with pytest.raises(ProgrammingError, match="has been stopped"):
        await runner.status()


@each_runner
async def test_a_system_without_edges_has_an_empty_status(runner_class: Any) -> None:
    """Issue 5.3: single applications do not follow."""
    async with runner_class(AsyncSystem([[AsyncShop]])) as runner:
        assert (await runner.status()).edges == {}


@each_runner
async def test_errors_that_were_dealt_with_are_shown(runner_class: Any) -> None:
    """Issue 5.3: `last_error` of an edge, when the event was processed nevertheless."""
    async with runner_class(AsyncSystem([[AsyncShop, AsyncHesitant]])) as runner:
        await runner.get(AsyncShop).sell()
        await processed(runner.get(AsyncHesitant), "Shop", 1)
        status = (await runner.status()).edges["Shop", "Hesitant"]
        assert status.last_error is AsyncHesitant.error
        assert status.is_running


@each_runner
async def test_events_that_are_not_followed_are_no_lag(runner_class: Any) -> None:
    """Issue 5.3, Y19: topics are looked up when they are needed."""
    async with runner_class(AsyncSystem([[AsyncShop, AsyncChoosy]])) as runner:
        await runner.get(AsyncShop).sell()
        assert (await runner.status()).edges["Shop", "Choosy"].lag_events == 0
        runner.get(AsyncChoosy).topics = ()
        assert (await runner.status()).edges["Shop", "Choosy"].lag_events == 1


@pytest.mark.parametrize("runner_class", IN_THE_BACKGROUND)
async def test_an_edge_that_has_failed_does_not_run(runner_class: Any) -> None:
    """Issue 5.3, Y48: the others do; the error is the original one."""
    system = AsyncSystem([[AsyncShop, AsyncBroken], [AsyncShop, AsyncArchive]])
    runner = runner_class(system)
    await runner.start()
    await runner.get(AsyncShop).sell()
    assert await runner.has_errored.wait_at_most(PATIENCE)
    await processed(runner.get(AsyncArchive), "Shop", 1)
    edges: Any = {}
    while not edges or edges["Shop", "Broken"].is_running:  # the worker is just about to end
        edges = (await runner.status()).edges
    assert edges["Shop", "Broken"].last_error is AsyncBroken.error
    assert edges["Shop", "Archive"].is_running
    assert edges["Shop", "Archive"].last_error is None
    with pytest.raises(Exception, match="cannot process"):
        await runner.stop()


@pytest.mark.parametrize("runner_class", [AsyncSingleThreadedRunner, AsyncNewSingleThreadedRunner])
async def test_an_error_that_was_raised_by_saving_is_kept(runner_class: Any) -> None:
    """Issue 5.3, Y40: and the event is still to be processed."""
    async with runner_class(AsyncSystem([[AsyncShop, AsyncBroken]])) as runner:
        with pytest.raises(ValueError, match="cannot process"):
            await runner.get(AsyncShop).sell()
        status = (await runner.status()).edges["Shop", "Broken"]
        assert status.last_error is AsyncBroken.error
        assert (status.position, status.lag_events, status.is_running) == (None, 1, True)


class AsyncUnreadable(AsyncArchive):
    name = "Unreadable"
    error = ValueError("cannot convert")

    def convert_notifications(self, leader_name: str, notifications: Any) -> Any:
        raise self.error


@pytest.mark.parametrize("runner_class", IN_THE_BACKGROUND)
async def test_errors_of_reading_are_shown(runner_class: Any) -> None:
    """Issue 5.3, Y55: whatever the stage."""
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncUnreadable]]))
    await runner.get(AsyncShop).sell()
    await runner.start()
    assert await runner.has_errored.wait_at_most(PATIENCE)
    status = (await runner.status()).total
    assert status.last_error is AsyncUnreadable.error
    with pytest.raises(Exception, match="cannot convert"):
        await runner.stop()


@each_runner
async def test_a_hook_is_told_of_progress(runner_class: Any) -> None:
    """Issue 5.3, 5.4: at last, that all is done."""
    told: list[SystemStatus] = []
    system = AsyncSystem([[AsyncShop, AsyncPrinter, AsyncArchive]])
    runner = runner_class(system, on_progress=told.append)
    for number in range(30):
        await runner.get(AsyncShop).sell(number)
    assert told == []
    async with runner:
        await processed(runner.get(AsyncPrinter), "Shop", 30)
        await processed(runner.get(AsyncArchive), "Printer", 30)
        await eventually(lambda: has_caught_up(told))
    assert [list(status.edges) for status in told] == [system.edges] * len(told)
    assert told[-1].total.position == 60


@each_runner
async def test_a_hook_that_fails_disturbs_nothing(
    runner_class: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Issue 5.3: the error is logged."""
    is_told = Event()

    def fail(status: SystemStatus) -> None:
        is_told.set()
        raise ValueError("hook")

    caplog.set_level(logging.ERROR)
    async with runner_class(AsyncSystem([[AsyncShop, AsyncArchive]]), on_progress=fail) as runner:
        await runner.get(AsyncShop).sell()
        await processed(runner.get(AsyncArchive), "Shop", 1)
        assert await wait_event(is_told, PATIENCE)
    assert "Progress could not be told" in caplog.text
