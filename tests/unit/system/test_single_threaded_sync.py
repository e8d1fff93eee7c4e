# Generated from test_single_threaded_async.py by tools/async_to_sync.py: do not edit.
"""What is particular to the runners without threads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.application import ProcessingEvent
from eventsourcing.persistence import Notification
from eventsourcing.system import (
    Follower,
    NewSingleThreadedRunner,
    ProcessApplication,
    RecordingEvent,
    SingleThreadedRunner,
    System,
)
from eventsourcing.utils import get_topic
from tests.unit.system.apps_sync import (
    Archive,
    Library,
    Printer,
    Shop,
    count,
)
from tests.unit.system.events import Ticket

RUNNERS: list[Any] = [SingleThreadedRunner, NewSingleThreadedRunner]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)

seen: list[Any] = []


class Witness(Follower[UUID]):
    """Remembers what it was given; `failures` says for which positions it fails, how often."""

    name = "Witness"
    failures: dict[int, int] = {}

    def process_event(self, domain_event: Any, tracking: Any) -> None:
        failures = type(self).failures
        if failures.get(tracking.notification_id):
            failures[tracking.notification_id] -= 1
            raise ValueError(f"failed at {tracking.notification_id}")
        super().process_event(domain_event, tracking)
        seen.append((self.name, tracking.notification_id, domain_event))


class Second(Witness):
    name = "Second"


class Countdown(ProcessApplication[UUID]):
    """Counts down to 0."""

    name = "Countdown"

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if domain_event.number:
            processing_event.collect_events(Ticket(domain_event.number - 1))


class Tick(Countdown):
    name = "Tick"


class Tock(Countdown):
    name = "Tock"


@pytest.fixture(autouse=True)
def clean() -> None:
    seen.clear()
    Witness.failures = {}
    Second.failures = {}


def seen_by(name: str) -> list[int]:
    return [notification_id for by, notification_id, _ in seen if by == name]


@each_runner
def test_all_is_processed_when_save_returns(runner_class: Any) -> None:
    """Y39: by all followers, transitively."""
    system = System([[Shop, Printer, Archive], [Shop, Library]])
    with runner_class(system) as runner:
        for number in range(1, 4):
            runner.get(Shop).sell(number)
            assert count(runner.get(Printer)) == number
            assert count(runner.get(Archive)) == number
            assert count(runner.get(Library)) == number


@each_runner
def test_followers_are_called_in_the_order_of_definition(runner_class: Any) -> None:
    """Y64, Y38"""
    with runner_class(System([[Shop, Second], [Shop, Witness]])) as r:
        r.get(Shop).sell()
    assert [name for name, *_ in seen] == ["Second", "Witness"]


def test_events_go_to_each_follower_in_turn() -> None:
    """Y43: for each recording in turn; they are the very objects that were saved."""
    system = System([[Shop, Second], [Shop, Witness]])
    with NewSingleThreadedRunner[UUID](system) as runner:
        recordings = runner.get(Shop).save(Ticket(1), Ticket(2))
    assert [entry[:2] for entry in seen] == [
        ("Second", 1),
        ("Witness", 1),
        ("Second", 2),
        ("Witness", 2),
    ]
    assert seen[0][2] is seen[1][2] is recordings[0].domain_event


def test_followers_that_pull_get_reconstructed_events() -> None:
    """Y41"""
    with SingleThreadedRunner[UUID](System([[Shop, Witness]])) as runner:
        (recording,) = runner.get(Shop).sell()
    assert seen[0][2] == recording.domain_event
    assert seen[0][2] is not recording.domain_event


@each_runner
def test_an_error_comes_out_of_save(runner_class: Any) -> None:
    """Y40: the event is stored; later followers have not seen it; the next save tries again."""
    system = System([[Shop, Witness], [Shop, Second]])
    Witness.failures = {1: 2}
    with runner_class(system) as runner:
        shop = runner.get(Shop)
        with pytest.raises(ValueError, match="failed at 1"):
            shop.sell()
        assert count(shop) == 1
        assert seen == []
        with pytest.raises(ValueError, match="failed at 1"):
            shop.sell()
        shop.sell()
        assert seen_by("Witness") == seen_by("Second") == [1, 2, 3]


@each_runner
def test_an_error_in_the_middle_of_a_save(runner_class: Any) -> None:
    """Y40: what was processed before is not repeated."""
    system = System([[Shop, Witness], [Shop, Second]])
    Second.failures = {2: 1}
    with runner_class(system) as runner:
        shop = runner.get(Shop)
        with pytest.raises(ValueError, match="failed at 2"):
            shop.save(Ticket(1), Ticket(2), Ticket(3))
        shop.sell()
        assert seen_by("Witness") == seen_by("Second") == [1, 2, 3, 4]


@each_runner
def test_a_long_cycle_is_not_a_deep_one(runner_class: Any) -> None:
    """Y38: the depth of recursion does not grow with the number of rounds."""

    with runner_class(System([[Tick, Tock, Tick]])) as runner:
        runner.get(Tick).save(Ticket(2000))
        assert count(runner.get(Tick)) == 1001
        assert count(runner.get(Tock)) == 1000


@each_runner
def test_an_application_may_follow_itself(runner_class: Any) -> None:
    """Y27"""

    with runner_class(System([[Countdown, Countdown]])) as runner:
        runner.get(Countdown).save(Ticket(500))
        assert count(runner.get(Countdown)) == 501


@each_runner
def test_many_who_save_at_the_same_time(runner_class: Any) -> None:
    """Y42, Y46: when all have returned, all is processed; nothing waits for another save."""
    system = System([[Shop, Witness], [Shop, Printer, Archive]])
    with runner_class(system) as runner:

        def sell_many(first: int) -> None:
            for number in range(50):
                runner.get(Shop).sell(first + number)

        sellers = [spawn(sell_many, first) for first in range(0, 400, 100)]
        for seller in sellers:
            seller.join()
        assert [seller.error for seller in sellers] == [None] * 4
        assert seen_by("Witness") == list(range(1, 201))
        assert count(runner.get(Archive)) == 200


def test_messages_wait_while_others_are_processed() -> None:
    """Y45: visible while the lock is held."""
    with NewSingleThreadedRunner[UUID](System([[Shop, Archive]])) as r:
        shop = r.get(Shop)
        with r._processing_lock:
            shop.sell()
            shop.sell()
            received = list(r._recording_events_received)
            assert [m.recordings[0].notification.id for m in received] == [1, 2]
            assert count(r.get(Archive)) == 0
        shop.sell()
        assert r._recording_events_received == []
        assert count(r.get(Archive)) == 3


def test_a_message_with_a_lowered_previous_id_is_ignored() -> None:
    """Y64, Y44"""
    with NewSingleThreadedRunner[UUID](System([[Shop, Archive]])) as r:
        shop = r.get(Shop)
        shop.sell()
        shop.sell()
        shop.previous_max_notification_id = 1
        shop.sell()
        assert count(r.get(Archive)) == 2
        shop.sell()
        assert count(r.get(Archive)) == 4


def test_what_the_leader_did_not_tell_of_is_pulled_before() -> None:
    """Y46: an event that another process has written between two saves."""
    with NewSingleThreadedRunner[UUID](System([[Shop, Witness]])) as r:
        shop = r.get(Shop)
        shop.sell()
        other = shop.mapper.to_stored_event(Ticket(2).collect_events()[0])
        shop.recorder.insert_events([other])
        shop.sell()
        assert shop.previous_max_notification_id == 3
        assert seen_by("Witness") == [1, 2, 3]


def test_what_notify_topics_left_out_is_pulled() -> None:
    """Y46, Y10: runners that push deliver what those that pull do."""
    for runner_class in RUNNERS:
        seen.clear()
        with runner_class(System([[Shop, Witness]])) as runner:
            shop = runner.get(Shop)
            shop.notify_topics = [get_topic(Ticket.Used)]  # type: ignore[attr-defined]
            ticket = Ticket(1)
            ticket.use()
            shop.save(ticket)
            assert seen_by("Witness") == [1, 2]


def test_nothing_is_pulled_when_messages_are_contiguous() -> None:
    """Y43: without a round trip to storage."""
    pulls: list[Any] = []

    class Counting(Archive):
        def pull_notifications(
            self,
            leader_name: str,
            start: int | None,
            stop: int | None = None,
            *,
            inclusive_of_start: bool = True,
        ) -> Iterator[Sequence[Notification]]:
            pulls.append((start, stop))
            return super().pull_notifications(
                leader_name, start=start, stop=stop, inclusive_of_start=inclusive_of_start
            )

    with NewSingleThreadedRunner[UUID](System([[Shop, Counting]])) as r:
        assert pulls == [(None, None)]
        for _ in range(3):
            r.get(Shop).sell()
        assert pulls == [(None, None)]
        assert count(r.get(Counting)) == 3


def test_an_event_below_one_that_is_not_visible_yet_is_not_skipped() -> None:
    """Y46: an event is taken from a message only when all before it are covered or visible."""
    with NewSingleThreadedRunner[UUID](System([[Shop, Witness]])) as r:
        shop = r.get(Shop)
        recordings = [*shop.save(), *shop.sell()]
        visible = r.get(Witness).readers["Shop"].notification_log
        late = RecordingEvent("Shop", recordings, 1)
        ahead = Notification(*list(vars(recordings[0].notification).values())[:4], 7)
        late.recordings = [type(recordings[0])(recordings[0].domain_event, ahead)]
        r.receive_recording_event(late)
        assert visible.select(start=7, limit=1) == []
        assert seen_by("Witness") == [1]


@each_runner
def test_an_error_in_the_backlog_comes_out_of_starting(runner_class: Any) -> None:
    """Y37a: and the runner is stopped, if that is the beginning of its block."""
    Witness.failures = {1: 1}
    runner = runner_class(System([[Shop, Witness]]))
    runner.get(Shop).sell()

    def run() -> None:
        with runner:
            raise AssertionError("not reached")

    with pytest.raises(ValueError, match="failed at 1"):
        run()
    assert runner.apps == {}


@each_runner
def test_a_leader_that_outlives_its_runner_tells_nobody(runner_class: Any) -> None:
    """Y37: after `stop()`, nothing is processed."""
    runner = runner_class(System([[Shop, Witness]]))
    shop = runner.get(Shop)
    runner.start()
    runner.stop()
    shop.sell()
    assert seen == []
