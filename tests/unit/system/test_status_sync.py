# Generated from test_status_async.py by tools/async_to_sync.py: do not edit.
"""What runners say about their systems, and the hook that is told of progress: issue 5.3."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import Event, wait_event
from eventsourcing.application import ProcessingEvent
from eventsourcing.persistence import ProgrammingError
from eventsourcing.projection import ProjectionStatus, Retry
from eventsourcing.system import (
    LeadingRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    NewSingleThreadedRunner,
    SingleThreadedRunner,
    System,
    SystemStatus,
)
from eventsourcing.utils import get_topic
from tests.support.waiting import PATIENCE
from tests.unit.projection.gates_sync import eventually
from tests.unit.system.apps_sync import Archive, Printer, Shop
from tests.unit.system.events import Ticket

IN_THE_BACKGROUND: list[Any] = [
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    LeadingRunner,
]
RUNNERS: list[Any] = [SingleThreadedRunner, NewSingleThreadedRunner, *IN_THE_BACKGROUND]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)
EDGE = ("Shop", "Archive")


class Broken(Archive):
    """Fails to process."""

    name = "Broken"
    error = ValueError("cannot process")

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        raise self.error


class Hesitant(Archive):
    """Fails with the first attempt."""

    name = "Hesitant"
    on_error = Retry(attempts=2, wait=0)
    error = ValueError("not yet")

    def __init__(self, env: Any = None) -> None:
        super().__init__(env)
        self.errors = [self.error]

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        while self.errors:
            raise self.errors.pop()


class Choosy(Archive):
    name = "Choosy"
    topics = (get_topic(Ticket.Used),)  # type: ignore[attr-defined]


def processed(follower: Any, leader_name: str, notification_id: int) -> None:
    follower.recorder.wait(leader_name, notification_id, timeout=PATIENCE)


def has_caught_up(told: list[SystemStatus]) -> bool:
    return bool(told) and not told[-1].total.lag_events


@each_runner
def test_there_is_one_status_for_each_edge(runner_class: Any) -> None:
    """Issue 5.3: position, lag, rate, error, and whether events are processed."""
    system = System([[Shop, Printer, Archive], [Shop, Archive]])
    with runner_class(system) as runner:
        for number in range(3):
            runner.get(Shop).sell(number)
        for leader_name in ("Shop", "Printer"):
            processed(runner.get(Printer), "Shop", 3)
            processed(runner.get(Archive), leader_name, 3)
        edges = runner.status().edges
        assert list(edges) == system.edges
        for status in edges.values():
            rate = status.events_per_second
            assert rate > 0
            assert status == ProjectionStatus(3, 3, 0, 0.0, rate, None, True)


@each_runner
def test_the_status_before_starting_says_what_is_to_be_done(runner_class: Any) -> None:
    """Issue 5.3: whatever was recorded before."""
    runner = runner_class(System([[Shop, Archive]]))
    for number in range(3):
        runner.get(Shop).sell(number)
    status = runner.status().edges[EDGE]
    assert (status.position, status.end, status.lag_events) == (None, 3, 3)
    assert status.lag_seconds is not None
    assert status.lag_seconds >= 0
    assert (status.events_per_second, status.last_error, status.is_running) == (0.0, None, False)
    runner.stop()


@each_runner
def test_a_stopped_runner_has_no_status(runner_class: Any) -> None:
    """Issue 5.3: its applications are closed."""
    with runner_class(System([[Shop, Archive]])) as runner:
        pass
    with pytest.raises(ProgrammingError, match="has been stopped"):
        runner.status()


@each_runner
def test_a_system_without_edges_has_an_empty_status(runner_class: Any) -> None:
    """Issue 5.3: single applications do not follow."""
    with runner_class(System([[Shop]])) as runner:
        assert runner.status().edges == {}


@each_runner
def test_errors_that_were_dealt_with_are_shown(runner_class: Any) -> None:
    """Issue 5.3: `last_error` of an edge, when the event was processed nevertheless."""
    with runner_class(System([[Shop, Hesitant]])) as runner:
        runner.get(Shop).sell()
        processed(runner.get(Hesitant), "Shop", 1)
        status = runner.status().edges["Shop", "Hesitant"]
        assert status.last_error is Hesitant.error
        assert status.is_running


@each_runner
def test_events_that_are_not_followed_are_no_lag(runner_class: Any) -> None:
    """Issue 5.3, Y19: topics are looked up when they are needed."""
    with runner_class(System([[Shop, Choosy]])) as runner:
        runner.get(Shop).sell()
        assert runner.status().edges["Shop", "Choosy"].lag_events == 0
        runner.get(Choosy).topics = ()
        assert runner.status().edges["Shop", "Choosy"].lag_events == 1


@pytest.mark.parametrize("runner_class", IN_THE_BACKGROUND)
def test_an_edge_that_has_failed_does_not_run(runner_class: Any) -> None:
    """Issue 5.3, Y48: the others do; the error is the original one."""
    system = System([[Shop, Broken], [Shop, Archive]])
    runner = runner_class(system)
    runner.start()
    runner.get(Shop).sell()
    assert runner.has_errored.wait_at_most(PATIENCE)
    processed(runner.get(Archive), "Shop", 1)
    edges: Any = {}
    while not edges or edges["Shop", "Broken"].is_running:  # the worker is just about to end
        edges = runner.status().edges
    assert edges["Shop", "Broken"].last_error is Broken.error
    assert edges["Shop", "Archive"].is_running
    assert edges["Shop", "Archive"].last_error is None
    with pytest.raises(Exception, match="cannot process"):
        runner.stop()


@pytest.mark.parametrize("runner_class", [SingleThreadedRunner, NewSingleThreadedRunner])
def test_an_error_that_was_raised_by_saving_is_kept(runner_class: Any) -> None:
    """Issue 5.3, Y40: and the event is still to be processed."""
    with runner_class(System([[Shop, Broken]])) as runner:
        with pytest.raises(ValueError, match="cannot process"):
            runner.get(Shop).sell()
        status = runner.status().edges["Shop", "Broken"]
        assert status.last_error is Broken.error
        assert (status.position, status.lag_events, status.is_running) == (None, 1, True)


class Unreadable(Archive):
    name = "Unreadable"
    error = ValueError("cannot convert")

    def convert_notifications(self, leader_name: str, notifications: Any) -> Any:
        raise self.error


@pytest.mark.parametrize("runner_class", IN_THE_BACKGROUND)
def test_errors_of_reading_are_shown(runner_class: Any) -> None:
    """Issue 5.3, Y55: whatever the stage."""
    runner = runner_class(System([[Shop, Unreadable]]))
    runner.get(Shop).sell()
    runner.start()
    assert runner.has_errored.wait_at_most(PATIENCE)
    status = runner.status().total
    assert status.last_error is Unreadable.error
    with pytest.raises(Exception, match="cannot convert"):
        runner.stop()


@each_runner
def test_a_hook_is_told_of_progress(runner_class: Any) -> None:
    """Issue 5.3, 5.4: at last, that all is done."""
    told: list[SystemStatus] = []
    system = System([[Shop, Printer, Archive]])
    runner = runner_class(system, on_progress=told.append)
    for number in range(30):
        runner.get(Shop).sell(number)
    assert told == []
    with runner:
        processed(runner.get(Printer), "Shop", 30)
        processed(runner.get(Archive), "Printer", 30)
        eventually(lambda: has_caught_up(told))
    assert [list(status.edges) for status in told] == [system.edges] * len(told)
    assert told[-1].total.position == 60


@each_runner
def test_a_hook_that_fails_disturbs_nothing(
    runner_class: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Issue 5.3: the error is logged."""
    is_told = Event()

    def fail(status: SystemStatus) -> None:
        is_told.set()
        raise ValueError("hook")

    caplog.set_level(logging.ERROR)
    with runner_class(System([[Shop, Archive]]), on_progress=fail) as runner:
        runner.get(Shop).sell()
        processed(runner.get(Archive), "Shop", 1)
        assert wait_event(is_told, PATIENCE)
    assert "Progress could not be told" in caplog.text
