# Generated from test_leading_async.py by tools/async_to_sync.py: do not edit.
"""Several processes that run one system, of which one leads each follower: issue 5.6."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from eventsourcing.application import ProcessingEvent
from eventsourcing.postgres.lease_keys import lease_key
from eventsourcing.system import (
    EventProcessingError,
    Follower,
    LeadingRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    System,
)
from tests.integration.projection.sharing_sync import BoldLease
from tests.integration.system.engines import ENGINES
from tests.support.waiting import count_open_files
from tests.unit.projection.gates_sync import eventually
from tests.unit.system.apps_sync import (
    Answers,
    Archive,
    Library,
    Requests,
    Shop,
    ids,
)
from tests.unit.system.events import Entry

PATIENCE = 120.0
SYSTEM = System([[Shop, Archive], [Shop, Library]])
FOLLOWERS = {"Archive", "Library"}


@pytest.fixture(params=["sqlite_file", "sqlite_shared_memory", "postgres"])
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of an engine whose databases several runners can share."""
    return ENGINES[request.param](request)


@pytest.fixture(params=[MultiThreadedRunner, NewMultiThreadedRunner])
def runner_class(request: pytest.FixtureRequest) -> Any:
    return request.param


pytestmark = pytest.mark.usefixtures("no_leaks_sync")


@contextmanager
def two_runners(
    env: dict[str, str], system: System = SYSTEM, **kwargs: Any
) -> Iterator[tuple[LeadingRunner[UUID], LeadingRunner[UUID]]]:
    """Run the system twice; the first one leads."""
    with ExitStack() as stack:
        leader = LeadingRunner[UUID](system, env, **kwargs)
        stack.enter_context(leader)
        eventually(lambda: leader.leading == set(system.followers))
        standby = LeadingRunner[UUID](system, env, **kwargs)
        stack.enter_context(standby)
        standby.status()  # a shared database in memory is gone when nobody has it open
        yield leader, standby


def sell(runner: LeadingRunner[UUID]) -> int:
    return runner.get(Shop).sell()[-1].notification.id


def processed(runner: LeadingRunner[UUID], notification_id: int) -> None:
    for app in (runner.get(Archive), runner.get(Library)):
        recorder: Any = app.recorder
        recorder.wait("Shop", notification_id, timeout=PATIENCE)


def test_both_save_and_one_processes(env: dict[str, str], runner_class: Any) -> None:
    """Issue 5.6: soon, whoever has saved."""
    with two_runners(env, runner_class=runner_class) as (leader, standby):
        for _ in range(5):
            for runner in (leader, standby):
                last = sell(runner)
                processed(runner, last)
        assert leader.leading == FOLLOWERS
        assert not standby.is_leading
        for runner in (leader, standby):
            for status in runner.status().edges.values():
                assert (status.position, status.lag_events) == (last, 0)
                assert status.is_running == runner.is_leading
        for cls in (Archive, Library):
            assert len(ids(standby.get(cls))) == len(ids(standby.get(Shop)))


def test_the_other_takes_over_when_the_leader_stops(env: dict[str, str], runner_class: Any) -> None:
    """Issue 5.6: it goes on after the last position."""
    with two_runners(env, runner_class=runner_class) as (leader, standby):
        sell(leader)
        leader.stop()
        assert not leader.is_leading
        processed(standby, sell(standby))
        assert standby.leading == FOLLOWERS
        assert len(ids(standby.get(Archive))) == 2


def test_a_loop_goes_through_two_processes(env: dict[str, str], runner_class: Any) -> None:
    """Issue 5.6: a follower is led here, and another one there."""
    system = System([[Requests, Answers, Requests]])
    with ExitStack() as stack:
        requests = Requests(env)
        stack.callback(requests.close)
        lease = requests.factory.lease("Requests:system")
        assert lease.try_acquire()
        one = LeadingRunner[UUID](system, env, runner_class=runner_class)
        two = LeadingRunner[UUID](system, env, runner_class=runner_class)
        for runner in (one, two):
            stack.enter_context(runner)
        eventually(lambda: one.leading | two.leading == {"Answers"})
        leader, other = (one, two) if one.is_leading else (two, one)
        lease.release()
        request_id = other.get(Requests).request("hello")
        recorder: Any = leader.get(Requests).recorder
        recorder.wait("Answers", 1, timeout=PATIENCE)
        assert leader.get(Requests).get_reply(request_id) == "HELLO"


class Fragile(Follower[UUID]):
    name = "Archive"

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        raise ValueError("out of order")


def test_a_follower_that_fails_is_met_by_the_next_one(
    env: dict[str, str], runner_class: Any
) -> None:
    """Y48, issue 5.6: and the others go on in the meantime."""
    system = System([[Shop, Fragile], [Shop, Library]])
    one = LeadingRunner[UUID](system, env, runner_class=runner_class)
    two = LeadingRunner[UUID](system, env, runner_class=runner_class)
    for runner in (one, two):
        runner.start()
    last = sell(one)
    library: Any = one.get(Library).recorder
    library.wait("Shop", last, timeout=PATIENCE)
    eventually(lambda: one.has_errored.is_set() and two.has_errored.is_set())
    assert one.leading | two.leading == {"Library"}
    for runner in (one, two):
        with pytest.raises(EventProcessingError, match="out of order"):
            runner.watch_for_errors(timeout=PATIENCE)
        with pytest.raises(EventProcessingError, match="out of order"):
            runner.stop()


def test_two_who_believe_that_they_lead_do_no_harm(env: dict[str, str], runner_class: Any) -> None:
    """Issue 5.6, Y4: each event takes effect once, and nobody fails."""
    runners = [LeadingRunner[UUID](SYSTEM, env, runner_class=runner_class) for _ in range(2)]
    for runner in runners:
        for name in FOLLOWERS:
            runner.apps[name].factory.lease = BoldLease  # type: ignore[method-assign,assignment]
    one, two = runners
    with one, two:
        eventually(lambda: one.leading == two.leading == FOLLOWERS)
        for _ in range(10):
            sell(one)
            last = sell(two)
        for runner in runners:
            processed(runner, last)
        assert len(ids(one.get(Archive))) == 20
        assert one.watch_for_errors(timeout=0) is False


@pytest.fixture
def frequent_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have leases asked for, and tried for, much more often than every second."""
    for name in ("_CHECK_SECONDS", "_POLL_SECONDS"):
        monkeypatch.setattr(f"eventsourcing.projection.leadership_sync.{name}", 0.01)


@pytest.mark.usefixtures("frequent_checks")
@pytest.mark.parametrize("env", ["sqlite_file"], indirect=True)
def test_losing_a_lease_makes_room_for_another_leader(
    env: dict[str, str], runner_class: Any, tmp_path: Path
) -> None:
    """Issue 5.6: the lock files are removed under the leader, again and again."""
    with two_runners(env, runner_class=runner_class) as (one, two):
        for number in range(1, 5):
            for path in tmp_path.glob("*.lease"):
                path.unlink()
            processed(one, sell(two))
            assert len(ids(two.get(Library))) == number
        eventually(lambda: one.leading | two.leading == FOLLOWERS)
        eventually(lambda: one.leading & two.leading == set())
        assert one.watch_for_errors(timeout=0) is False


@pytest.mark.usefixtures("frequent_checks")
@pytest.mark.parametrize("env", ["postgres"], indirect=True)
def test_losing_the_connection_of_a_lease_is_no_failure(
    env: dict[str, str], runner_class: Any
) -> None:
    """Issue 5.6: somebody leads soon after."""
    names = ("host", "port", "dbname", "user", "password")
    settings: Any = {name: env[f"POSTGRES_{name.upper()}"] for name in names}
    keys = [lease_key(env["POSTGRES_SCHEMA"], f"{name}:system") for name in FOLLOWERS]
    with two_runners(env, runner_class=runner_class) as (one, two):
        with psycopg.connect(autocommit=True, **settings) as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks "
                "WHERE locktype = 'advisory' AND granted AND objid::bigint = ANY(%s)",
                [[key & 0xFFFFFFFF for key in keys]],
            ).fetchall()
        assert len(ended) == len(FOLLOWERS)
        processed(two, sell(one))
        eventually(lambda: one.leading | two.leading == FOLLOWERS)
        assert one.watch_for_errors(timeout=0) is False


def test_many_runs_leave_nothing_behind(env: dict[str, str], runner_class: Any) -> None:
    """Issue 5.8: no thread, task, connection or file, whether the lease was acquired or not."""
    files = 0
    runners: list[LeadingRunner[UUID]] = []  # nothing waits for being collected
    for number in range(10 if "POSTGRES_SCHEMA" in env else 50):
        with LeadingRunner[UUID](SYSTEM, env, runner_class=runner_class) as runner:
            if number % 5 == 0:
                processed(runner, sell(runner))
        runners.append(runner)
        if number == 0:
            files = count_open_files()
    # A leak would be of one file for each run, at least; a few may be opened once for the process.
    eventually(lambda: count_open_files() < files + 5)


def test_entries_are_in_order_whoever_leads(env: dict[str, str], runner_class: Any) -> None:
    """Y6, issue 5.6: the lead changes while events are recorded."""
    with ExitStack() as stack:
        shop = Shop(env)
        stack.callback(shop.close)
        for number in range(4):
            runner = LeadingRunner[UUID](SYSTEM, env, runner_class=runner_class)
            with runner:
                for _ in range(5):
                    last = shop.sell(number)[-1].notification.id
                processed(runner, last)
                archive = runner.get(Archive)
                entries = [
                    archive.repository.get(each.originator_id).about
                    for each in archive.recorder.select_notifications(None, 100)
                    if isinstance(archive.mapper.to_domain_event(each), Entry.Added)  # type: ignore[attr-defined]
                ]
        assert entries == ["Ticket.Sold"] * 20
