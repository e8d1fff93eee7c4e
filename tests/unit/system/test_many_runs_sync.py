# Generated from test_many_runs_async.py by tools/async_to_sync.py: do not edit.
"""Runners that are started and stopped many times, and what listens to leaders."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import Event, sleep
from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing._concurrency.threads_sync import Thread
from eventsourcing.persistence import OperationalError
from eventsourcing.system import (
    LeadingRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    NewSingleThreadedRunner,
    NotificationPullingError,
    SingleThreadedRunner,
    System,
)
from eventsourcing.system.listening_sync import LeaderListener, SharedListeners
from tests.support.waiting import eventually
from tests.unit.system.apps_sync import Answers, Archive, Shop, count

RUNNERS: list[Any] = [
    SingleThreadedRunner,
    NewSingleThreadedRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    LeadingRunner,
]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)


@each_runner
def test_hundreds_of_runs_leave_nothing_behind(runner_class: Any) -> None:
    """Y37, Y50: no threads, and no runner that is not collected."""
    system = System([[Shop, Answers, Archive]])
    before = threading.active_count()
    references: list[Any] = []
    for number in range(200):
        with runner_class(system) as runner:
            runner.get(Shop).sell(number)
            references.append(weakref.ref(runner))
        del runner
    eventually(lambda: threading.active_count() <= before)
    while [reference for reference in references if reference() is not None]:
        sleep(0)  # what a task has kept is released when it is gone
        gc.collect()


class DeafRunner(MultiThreadedRunner[UUID]):
    LISTENS = False


def test_a_runner_may_do_without_listening() -> None:
    """Y37a: then it learns of other processes' events by the next save."""
    with DeafRunner(System([[Shop, Archive]])) as runner:
        assert runner._listeners == []
        runner.get(Shop).sell()
        recorder: Any = runner.get(Archive).recorder
        recorder.wait("Shop", 1, timeout=60)


class ListeningRunner(NewMultiThreadedRunner[UUID]):
    LISTENS = True


def test_a_runner_that_pushes_may_listen() -> None:
    """Y37a: events are processed once, whether they are told or heard of first."""
    with ListeningRunner(System([[Shop, Archive]])) as runner:
        shop, archive = runner.get(Shop), runner.get(Archive)
        for number in range(50):
            shop.sell(number)
        recorder: Any = archive.recorder
        recorder.wait("Shop", 50, timeout=60)
        assert count(archive) == 50


class UnheardShop(Shop):
    """Has a recorder that cannot be subscribed to."""

    name = "Shop"
    error: Exception = NotImplementedError("no subscriptions")

    def construct_recorder(self) -> Any:
        recorder = super().construct_recorder()

        def subscribe(gt: int | None = None, topics: Any = ()) -> Any:
            raise self.error

        recorder.subscribe = subscribe  # type: ignore[method-assign]
        return recorder


def test_recorders_without_subscriptions_are_not_listened_to() -> None:
    """Y37a"""
    with MultiThreadedRunner[UUID](System([[UnheardShop, Archive]])) as runner:
        runner.get(UnheardShop).sell()
        recorder: Any = runner.get(Archive).recorder
        recorder.wait("Shop", 1, timeout=60)


class Lost:
    """A subscription whose database is lost."""

    def __init__(self, gate: Event) -> None:
        self.gate = gate

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def next_batch(self, limit: int) -> Any:
        self.gate.wait()
        raise OperationalError("server closed the connection")

    def stop(self) -> None:
        self.gate.set()


class LosingShop(Shop):
    name = "Shop"

    def construct_recorder(self) -> Any:
        recorder = super().construct_recorder()
        self.gate: Event = Event()
        recorder.subscribe = lambda **_: Lost(self.gate)  # type: ignore[method-assign,assignment,return-value]
        return recorder


def test_a_listener_that_fails_is_an_error_of_the_runner() -> None:
    """Y37a, Y49: raised by `stop()`, unless the runner was being stopped."""
    system = System([[LosingShop, Archive]])
    runner = MultiThreadedRunner[UUID](system)
    runner.start()
    runner.get(LosingShop).gate.set()
    assert runner.has_errored.wait_at_most(10)
    with pytest.raises(NotificationPullingError, match="server closed the connection"):
        runner.stop()

    with MultiThreadedRunner[UUID](system) as stopped:
        assert not stopped.has_errored.is_set()


def test_a_listener_that_has_failed_is_not_shared_any_more() -> None:
    """Issue 5.6: a follower that has acquired its lease again does not meet the old error."""

    def prompt(_: str) -> None:
        """Nothing is recorded."""

    with LosingShop() as shop:
        listeners = SharedListeners(prompt)
        first, second = Interruption(), Interruption()
        failed = listeners.listen(shop, first)
        shop.gate.set()
        assert first.wait_at_most(10)
        assert isinstance(failed.error, NotificationPullingError)
        shop.gate = Event()
        other = listeners.listen(shop, second)
        assert not second.is_set()
        listeners.unlisten(failed, first)
        assert listeners.listen(shop, second) is other
        for _ in range(2):
            listeners.unlisten(other, second)
        assert other.error is None


def test_a_listener_that_is_stopped_while_it_starts_ends() -> None:
    """Issue 5.8: by another thread, or by a task that gives up waiting for the start."""

    def prompt(_: str) -> None:
        """Nothing is recorded."""

    with Shop() as shop:
        listener = LeaderListener(shop, prompt, Event())
        recorder: Any = shop.recorder

        def stop_now() -> None:
            listener.stop(0)

        recorder.max_notification_id = stop_now
        listener.start()
        assert listener._background is not None
        assert listener._background.join(10)


class Recorder(Thread):
    """Notes that it ran."""

    def __init__(self) -> None:
        super().__init__(name="recorder")
        self.has_run = False

    def run(self) -> None:
        self.has_run = True


def test_a_thread_is_started_once() -> None:
    """Section 7: workers have the interface of threads, in both flavours."""
    thread = Recorder()
    assert (thread.name, thread.daemon, thread.is_alive()) == ("recorder", True, False)
    with pytest.raises(RuntimeError):
        thread.join()
    thread.start()
    thread.join(60)
    assert thread.has_run
    assert not thread.is_alive()
    with pytest.raises(RuntimeError):
        thread.start()
