# Generated from test_runners_async.py by tools/async_to_sync.py: do not edit.
"""Each runner on each engine (contract Y63), and what all runners have in common (Y33-Y37a)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import Application
from eventsourcing.system import (
    Follower,
    LeadingRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    NewSingleThreadedRunner,
    Runner,
    RunnerAlreadyStarted,
    RunnerAlreadyStartedError,
    SingleThreadedRunner,
    System,
)
from eventsourcing.utils import get_topic
from tests.unit.system.apps_sync import (
    Answers,
    Archive,
    Library,
    PlainShop,
    Printer,
    Requests,
    Shop,
    ids,
)
from tests.unit.system.events import Ticket

pytestmark = pytest.mark.usefixtures("no_leaks_sync")

RUNNERS: list[Any] = [
    SingleThreadedRunner,
    NewSingleThreadedRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    LeadingRunner,
]
PATIENCE = 120.0


@pytest.fixture(params=RUNNERS)
def runner_class(request: pytest.FixtureRequest) -> Any:
    return request.param


class ChoosyArchive(Archive):
    name = "ChoosyArchive"
    topics = (get_topic(Ticket.Used),)  # type: ignore[attr-defined]


class Single(Application[UUID]):
    name = "Single"


def processed(follower: Any, leader_name: str, notification_id: int) -> None:
    follower.recorder.wait(leader_name, notification_id, timeout=PATIENCE)


def position(follower: Any, leader_name: str = "Shop") -> int | None:
    found: int | None = follower.recorder.max_tracking_id(leader_name)
    return found


def test_the_environment_reaches_all_applications(runner_class: Any, env: dict[str, str]) -> None:
    """Y63, Y33, Y34, Y35: leaders, followers and singles."""
    env["COLOUR"] = "red"
    env["ARCHIVE_COLOUR"] = "blue"
    system = System([[PlainShop, Archive], [Single]])
    runner: Runner[UUID] = runner_class(system=system, env=env)
    try:
        assert runner.env is env
        assert runner.system is system
        assert list(runner.apps) == ["Archive", "PlainShop", "Single"]  # type: ignore[attr-defined]
        assert runner.get(PlainShop).env.get("COLOUR") == "red"
        assert runner.get(Archive).env.get("COLOUR") == "blue"
        assert runner.get(Single).env.get("COLOUR") == "red"
        assert isinstance(runner.get(PlainShop), PlainShop)
    finally:
        runner.stop()


def test_applications_that_are_not_there(runner_class: Any, env: dict[str, str]) -> None:
    """Y35: an unknown name, and another class of the same name."""

    class OtherShop(Shop):
        name = "Shop"

    with runner_class(System([[Shop]]), env) as runner:
        with pytest.raises(KeyError):
            runner.get(Single)
        with pytest.raises(AssertionError):
            runner.get(OtherShop)


def test_a_single_application_runs(runner_class: Any, env: dict[str, str]) -> None:
    """Y63"""
    with runner_class(System([[Shop]]), env) as runner:
        runner.get(Shop).sell()
        assert ids(runner.get(Shop)) == [1]


def test_a_runner_is_started_once(runner_class: Any, env: dict[str, str]) -> None:
    """Y63, Y36: not twice, and not again after it was stopped."""
    runner = runner_class(System([[Shop, Archive]]), env)
    assert not runner.is_started
    runner.start()
    assert runner.is_started
    for _ in range(2):
        with pytest.raises(RunnerAlreadyStartedError) as info:
            runner.start()
        assert info.value.args == ()
        runner.stop()
    assert RunnerAlreadyStarted is RunnerAlreadyStartedError


def test_stopping_closes_the_applications(runner_class: Any, env: dict[str, str]) -> None:
    """Y37: also a runner that was not started; repeatedly."""
    for started in (False, True):
        runner = runner_class(System([[Shop, Archive]]), env)
        shop = runner.get(Shop)
        if started:
            runner.start()
        runner.stop()
        runner.stop()
        assert shop.closing.is_set()
        assert runner.apps == {}
        with pytest.raises(KeyError):
            runner.get(Shop)


def test_the_status_of_each_edge(runner_class: Any, env: dict[str, str]) -> None:
    """Issue 5.3: how far each follower has come with each leader."""
    system = System([[Shop, Printer, Archive]])
    with runner_class(system, env) as runner:
        for number in range(3):
            last = runner.get(Shop).sell(number)[-1].notification.id
        processed(runner.get(Printer), "Shop", last)
        printed = ids(runner.get(Printer))[-1]
        processed(runner.get(Archive), "Printer", printed)
        edges = runner.status().edges
        assert [each.position for each in edges.values()] == [last, printed]
        assert [each.end for each in edges.values()] == [last, printed]
        assert [(each.lag_events, each.lag_seconds) for each in edges.values()] == [(0, 0.0)] * 2
        assert all(each.is_running for each in edges.values())


def test_who_waits_for_a_follower_is_woken(
    runner_class: Any, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 5.7: at once; without being woken, this test would take too long, and fail."""
    monkeypatch.setattr("eventsourcing.persistence.recorders_sync._FIRST_POLL_SECONDS", 1000.0)
    with runner_class(System([[Shop, Archive]]), env) as runner:
        recorder: Any = runner.get(Archive).recorder
        for _ in range(5):
            last = runner.get(Shop).sell()[-1].notification.id
            recorder.wait("Shop", last, timeout=1000.0)


def test_one_edge(runner_class: Any, env: dict[str, str]) -> None:
    """Y63: ten saves give ten derived events."""
    with runner_class(System([[Shop, Archive]]), env) as runner:
        for _ in range(10):
            last = runner.get(Shop).sell()[-1].notification.id
        processed(runner.get(Archive), "Shop", last)
        assert len(ids(runner.get(Archive))) == 10


def test_two_edges(runner_class: Any, env: dict[str, str]) -> None:
    """Y63: ten in each of two followers, of a leader that is a plain application."""
    system = System([[PlainShop, Printer], [PlainShop, Archive]])
    with runner_class(system, env) as runner:
        for number in range(10):
            recordings = runner.get(PlainShop).save(Ticket(number))
        last = recordings[-1].notification.id
        for follower in (runner.get(Printer), runner.get(Archive)):
            processed(follower, "PlainShop", last)
            assert len(ids(follower)) == 10


def test_a_loop_completes_a_request_and_its_reply(runner_class: Any, env: dict[str, str]) -> None:
    """Y63"""
    system = System([[Requests, Answers, Requests]])
    with runner_class(system, env) as runner:
        requests = runner.get(Requests)
        request_id = requests.request("hello")
        answers = runner.get(Answers)
        processed(answers, "Requests", 1)
        processed(requests, "Answers", ids(answers)[-1])
        assert requests.get_reply(request_id) == "HELLO"


def test_what_was_saved_before_starting(runner_class: Any, env: dict[str, str]) -> None:
    """Y63: is not tracked before; after one more save, all is."""
    runner = runner_class(System([[Shop, Archive]]), env)
    shop, archive = runner.get(Shop), runner.get(Archive)
    shop.sell()
    assert position(archive) is None
    with runner:
        shop.sell()
        processed(archive, "Shop", 2)
        assert position(archive) == 2
        assert len(ids(archive)) == 2


def test_starting_catches_up(runner_class: Any, env: dict[str, str]) -> None:
    """Y37a: what was recorded before is processed without another save, transitively."""
    runner = runner_class(System([[Shop, Printer, Archive]]), env)
    for number in range(25):
        runner.get(Shop).sell(number)
    with runner:
        printer = runner.get(Printer)
        processed(printer, "Shop", 25)
        last = ids(printer)[-1]
        processed(runner.get(Archive), "Printer", last)
        assert len(ids(runner.get(Archive))) == 25


def test_topics_choose_what_is_processed(runner_class: Any, env: dict[str, str]) -> None:
    """Y63, Y19, Y20: others yield no events, and are not tracked."""
    with runner_class(System([[Shop, ChoosyArchive]]), env) as runner:
        for number in range(10):
            runner.get(Shop).sell(number)
        assert position(runner.get(ChoosyArchive)) is None
        ticket = Ticket(1)
        ticket.use()
        last = runner.get(Shop).save(ticket)[-1].notification.id
        processed(runner.get(ChoosyArchive), "Shop", last)
        assert len(ids(runner.get(ChoosyArchive))) == 1


def test_a_system_is_run_again(runner_class: Any, env: dict[str, str]) -> None:
    """Y4, Y37a: on a durable database a new runner goes on where the last one ended."""
    if env["PERSISTENCE_MODULE"] == "eventsourcing.popo" or "mode=memory" in str(env):
        return
    for number in range(1, 4):
        with runner_class(System([[Shop, Archive]]), env) as runner:
            last = runner.get(Shop).sell()[-1].notification.id
            processed(runner.get(Archive), "Shop", last)
            assert len(ids(runner.get(Archive))) == number


def test_two_runners_of_one_system(runner_class: Any, env: dict[str, str]) -> None:
    """Y4, Y12, Y46: each event takes effect once, whichever runner processes it."""
    if env["PERSISTENCE_MODULE"] == "eventsourcing.popo":
        return
    system = System([[Shop, Archive]])
    with runner_class(system, env) as one, runner_class(system, env) as two:
        for number in range(10):
            one.get(Shop).sell(number)
            last = two.get(Shop).sell(number)[-1].notification.id
        processed(one.get(Archive), "Shop", last)
        assert len(ids(one.get(Archive))) == len(ids(one.get(Shop))) == 20


def test_what_another_process_saves_is_processed(env: dict[str, str]) -> None:
    """Y37a: without a save here, by the runner that listens."""
    if env["PERSISTENCE_MODULE"] == "eventsourcing.popo":
        return
    other = Shop(env)
    system = System([[Shop, Archive]])
    with MultiThreadedRunner[UUID](system, env) as runner:
        for number in range(3):
            last = other.sell(number)[-1].notification.id
            processed(runner.get(Archive), "Shop", last)
        assert len(ids(runner.get(Archive))) == 3
    other.close()


def test_runners_are_started_and_stopped_many_times(runner_class: Any, env: dict[str, str]) -> None:
    """Y37: nothing is left behind, whether stopping comes soon or late."""
    system = System([[Shop, Printer, Archive]])
    for number in range(1, 7):
        with runner_class(system, env) as runner:
            runner.get(Shop).sell(number)
            if number % 2:
                last = runner.get(Shop).sell(-number)[-1].notification.id
                processed(runner.get(Printer), "Shop", last)


def test_followers_without_a_runner_have_no_threads() -> None:
    """Y13: constructing one starts nothing."""
    assert Follower[UUID]().readers == {}


def test_the_library_follows_under_its_own_name(runner_class: Any, env: dict[str, str]) -> None:
    """Y34: an application's name chooses its tables."""
    system = System([[Shop, Archive], [Shop, Library]])
    with runner_class(system, env) as runner:
        last = runner.get(Shop).sell()[-1].notification.id
        for follower in (runner.get(Archive), runner.get(Library)):
            processed(follower, "Shop", last)
            assert len(ids(follower)) == 1
