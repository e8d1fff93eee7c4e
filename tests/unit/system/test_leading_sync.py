# Generated from test_leading_async.py by tools/async_to_sync.py: do not edit.
"""The runner that processes what it leads, with applications in memory: issue 5.6."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import Event, wait_event
from eventsourcing.application import EnvType, ProcessingEvent
from eventsourcing.persistence import OperationalError
from eventsourcing.projection import PutAside
from eventsourcing.system import (
    LeadingRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    NotificationPullingError,
    SingleThreadedRunner,
    System,
)
from tests.support.background_sync import running
from tests.support.waiting import PATIENCE
from tests.unit.projection.gates_sync import eventually
from tests.unit.system.apps_sync import Archive, Library, Shop, count, ids
from tests.unit.system.events import Ticket
from tests.unit.system.test_many_runs_sync import LosingShop

SYSTEM = System([[Shop, Archive]])
each_class = pytest.mark.parametrize("runner_class", [MultiThreadedRunner, NewMultiThreadedRunner])


@pytest.fixture(autouse=True)
def frequent_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("_CHECK_SECONDS", "_POLL_SECONDS"):
        monkeypatch.setattr(f"eventsourcing.projection.leadership_sync.{name}", 0.002)
    return None


def processed(follower: Any, notification_id: int) -> None:
    follower.recorder.wait("Shop", notification_id, timeout=PATIENCE)


class OldRunner(MultiThreadedRunner[UUID]):
    """A runner of somebody who has not heard of progress."""

    def __init__(self, system: System, env: EnvType | None = None) -> None:
        super().__init__(system, env)


@pytest.mark.parametrize(
    "runner_class",
    [OldRunner, MultiThreadedRunner[UUID], NewMultiThreadedRunner[UUID]],
)
def test_runners_that_have_workers_can_be_led(runner_class: Any) -> None:
    """Issue 5.6: those of users, and those with type arguments."""
    with LeadingRunner[UUID](SYSTEM, runner_class=runner_class) as runner:
        runner.get(Shop).sell()
        processed(runner.get(Archive), 1)
        assert runner.leading == {"Archive"}


@pytest.mark.parametrize(
    "runner_class", [SingleThreadedRunner, SingleThreadedRunner[UUID], Shop, None]
)
def test_others_cannot(runner_class: Any) -> None:
    """Issue 5.6: whoever saves is not who leads."""
    with pytest.raises(TypeError, match=r"runner_class is .*expected \w*MultiThreadedRunner"):
        LeadingRunner[UUID](SYSTEM, runner_class=runner_class)


def test_one_of_two_in_memory_leads() -> None:
    """Issue 5.6: within a process, where each runner has data of its own."""
    one, two = LeadingRunner[UUID](SYSTEM), LeadingRunner[UUID](SYSTEM)
    with two:
        with one:
            eventually(lambda: one.is_leading or two.is_leading)
            assert one.is_leading != two.is_leading
        two.get(Shop).sell()
        processed(two.get(Archive), 1)
        assert (one.is_leading, two.is_leading) == (False, True)


@each_class
def test_what_is_saved_while_standing_by_is_not_kept_in_memory(runner_class: Any) -> None:
    """Issue 5.6: it is read from the log when this leads."""
    with LeadingRunner[UUID](SYSTEM, runner_class=runner_class) as runner:
        eventually(lambda: runner.is_leading)
        runner._interruption.set()
        eventually(lambda: not runner.is_leading)
        runner.get(Shop).sell()
        assert runner._runner._workers == []
        assert count(runner.get(Archive)) == 0


class Tolerant(Archive):
    """Puts aside what has to do with the number 13."""

    name = "Archive"
    on_error = PutAside()

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if getattr(domain_event, "number", None) == 13:
            raise ValueError("unlucky")
        super().policy(domain_event, processing_event)


@each_class
def test_each_term_begins_anew(runner_class: Any) -> None:
    """Issue 5.6: knowing nothing of what was put aside, or processed, by others meanwhile."""
    system = System([[Shop, Tolerant]])
    with LeadingRunner[UUID](system, runner_class=runner_class) as runner:
        shop, archive = runner.get(Shop), runner.get(Tolerant)
        recorder: Any = archive.recorder
        ticket = Ticket(13)
        shop.save(ticket)
        processed(archive, 1)
        lease: Any = runner._leaderships["Archive"]._lease
        for number in range(2, 6):
            lease.release()
            recorder.drop_dead_letters("Shop", ticket.id)
            ticket.use()
            shop.save(ticket)
            processed(archive, number)
        status = runner.status().total
        assert isinstance(status.last_error, ValueError)
        assert status.position == 5
        assert len(ids(archive)) + recorder.count_dead_letters("Shop") == 4


class HeardShop(Shop):
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


def test_a_leader_of_many_is_listened_to_once() -> None:
    """Issue 5.6: not once for each follower, because listening means reading."""
    system = System([[HeardShop, Archive], [HeardShop, Library]])
    with LeadingRunner[UUID](system) as runner:
        shop = runner.get(HeardShop)
        shop.sell()
        for follower in (runner.get(Archive), runner.get(Library)):
            processed(follower, 1)
        assert shop.num_subscriptions == 1
        assert list(runner._listeners._shared) == ["Shop"]
    assert runner._listeners._shared == {}


def test_a_listener_that_fails_is_an_error_of_the_runner() -> None:
    """Y37a, Y49, issue 5.6: of all followers of that leader."""
    system = System([[LosingShop, Archive], [LosingShop, Library]])
    runner = LeadingRunner[UUID](system)
    runner.start()
    eventually(lambda: runner.leading == {"Archive", "Library"})
    runner.get(LosingShop).gate.set()
    assert runner.has_errored.wait_at_most(PATIENCE)
    eventually(lambda: not runner.is_leading)
    with pytest.raises(NotificationPullingError, match="server closed the connection"):
        runner.stop()


class Unreachable(Shop):
    """Cannot be asked how far it is."""

    name = "Shop"

    def construct_recorder(self) -> Any:
        recorder = super().construct_recorder()

        def fail() -> int | None:
            raise OperationalError("no route to host")

        recorder.max_notification_id = fail  # type: ignore[method-assign]
        return recorder


def test_an_error_before_processing_begins_is_one_of_the_runner() -> None:
    """Y49, issue 5.6: and the lease is given up."""
    runner = LeadingRunner[UUID](System([[Unreachable, Archive]]))
    runner.start()
    with pytest.raises(OperationalError, match="no route to host"):
        runner.watch_for_errors(PATIENCE)
    with LeadingRunner[UUID](SYSTEM) as other:
        eventually(lambda: other.is_leading)


def test_engines_without_leases_are_refused() -> None:
    """Issue 5.6: by the one who starts, and nothing is left open."""
    runner = LeadingRunner[UUID](SYSTEM)
    factory: Any = runner.apps["Archive"].factory

    def lease(name: str) -> Any:
        raise NotImplementedError(f"no leases ('{name}')")

    factory.lease = lease
    with pytest.raises(NotImplementedError, match=r"no leases \('Archive:system'\)"):
        runner.__enter__()
    assert runner.apps == {}
    assert not runner.is_leading


class Slow(Archive):
    """Processes when the gate is opened."""

    name = "Archive"

    def __init__(self, env: EnvType | None = None) -> None:
        super().__init__(env)
        self.gate, self.reached = Event(), Event()

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        self.reached.set()
        wait_event(self.gate, PATIENCE)
        super().policy(domain_event, processing_event)


@each_class
def test_a_term_that_ends_waits_for_the_event_in_progress(
    runner_class: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Y50, Y23, issue 5.6: not for ever; then the next term processes it at the same time."""
    monkeypatch.setattr("eventsourcing.system.worker_sync.JOIN_TIMEOUT", 0.01)
    system = System([[Shop, Slow]])
    with LeadingRunner[UUID](system, runner_class=runner_class) as runner:
        shop, slow = runner.get(Shop), runner.get(Slow)
        shop.sell()
        assert wait_event(slow.reached, PATIENCE)
        (old,) = [each for each in runner._runner._workers if not hasattr(each, "leader_name")]
        lease: Any = runner._leaderships["Archive"]._lease
        lease.release()
        eventually(lambda: "has not ended in 0.01 seconds" in caplog.text)
        eventually(lambda: runner.is_leading)
        slow.gate.set()
        shop.sell()
        processed(slow, 2)
        assert ids(slow) == [1, 2]
        old.join(PATIENCE)
        assert old.error is None


@each_class
def test_a_thousand_runs_leave_nothing_behind(runner_class: Any) -> None:
    """Issue 5.8: neither threads nor tasks, although most are stopped before they lead."""
    before = running()
    for number in range(1000):
        with LeadingRunner[UUID](SYSTEM, runner_class=runner_class) as runner:
            if number % 10 == 0:
                runner.get(Shop).sell()
                processed(runner.get(Archive), 1)
    eventually(lambda: running() <= before)
