# Generated from test_follower_async.py by tools/async_to_sync.py: do not edit.
"""Followers: pulling, filtering, converting and processing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing._concurrency.primitives_sync import BackgroundTask, Event, spawn
from eventsourcing.application import ProcessingEvent
from eventsourcing.domain import Aggregate, DomainEventProtocol
from eventsourcing.persistence import (
    IntegrityError,
    Mapper,
    MapperDeserialisationError,
    Notification,
    StoredEvent,
    Tracking,
)
from eventsourcing.projection import EventSourcedProjection
from eventsourcing.system import (
    Follower,
    NotificationLogReader,
    ProcessApplication,
    ProcessingJob,
    RecordingEvent,
)
from eventsourcing.utils import get_topic
from tests.unit.system.apps_sync import (
    Archive,
    Messages,
    Printer,
    Shop,
    count,
)
from tests.unit.system.events import Receipt, Ticket

SOLD = get_topic(Ticket.Sold)  # type: ignore[attr-defined]
USED = get_topic(Ticket.Used)  # type: ignore[attr-defined]


def position(follower: Follower[UUID]) -> int | None:
    recorder: Any = follower.recorder
    found: int | None = recorder.max_tracking_id("Shop")
    return found


def notification(topic: str) -> Notification:
    return Notification(uuid4(), 1, topic, b"", 1)


def test_the_base_policy_does_nothing() -> None:
    """Y1: it need not be overridden; positions are recorded."""
    shop = Shop()
    shop.sell()
    for follower in (Follower[UUID](), ProcessApplication[UUID]()):
        follower.follow("Shop", shop.notification_log)
        follower.pull_and_process("Shop")
        assert position(follower) == 1
        assert count(follower) == 0


def test_the_policy_is_chosen_by_the_class_of_the_event() -> None:
    """Y2: what no handler is registered for reaches the decorated function."""
    shop, printer = Shop(), Printer()
    printer.follow("Shop", shop.notification_log)
    ticket = Ticket(7)
    ticket.use()
    shop.save(ticket)
    printer.pull_and_process("Shop")
    assert position(printer) == 2
    (receipt,) = printer.notification_log.select(1, 10)
    assert printer.repository.get(receipt.originator_id).number == 7


def test_a_follower_is_an_event_sourced_projection() -> None:
    """Y13: with a process recorder, and all that applications have."""
    archive = Archive()
    shop = Shop()
    archive.follow("Shop", shop.notification_log)
    shop.sell()
    archive.pull_and_process("Shop")

    assert isinstance(archive, EventSourcedProjection)
    (entry,) = archive.notification_log.select(1, 10)
    assert archive.repository.get(entry.originator_id).about == "Ticket.Sold"
    assert archive.events.recorder is archive.recorder
    assert archive.is_threading_enabled is False


def test_following_makes_a_reader_and_a_mapper() -> None:
    """Y14: following the same name again replaces both."""

    class MyMapper(Mapper[UUID]):
        pass

    archive = Archive({"MAPPER_TOPIC": "x", "ARCHIVE_MAPPER_TOPIC": get_topic(MyMapper)})
    archive.pull_section_size = 3
    log = Shop().notification_log

    archive.follow(name="Shop", log=log)

    reader, mapper = archive.readers["Shop"], archive.mappers["Shop"]
    assert isinstance(reader, NotificationLogReader)
    assert reader.notification_log is log
    assert reader.section_size == 3
    assert type(mapper) is MyMapper
    archive.follow("Shop", log)
    assert archive.readers["Shop"] is not reader
    assert archive.mappers["Shop"] is not mapper


def test_codecs_are_those_of_the_upstream_name() -> None:
    """Y15: in the environment of the follower; without access to the upstream's database."""
    env = {
        "SHOP_COMPRESSOR_TOPIC": "zlib",
        "SHOP_PERSISTENCE_MODULE": "eventsourcing.popo",
    }
    shop = Shop(env)
    shop.sell()
    archive = Archive({**env, "SHOP_PERSISTENCE_MODULE": "no.such.module"})
    archive.follow("Shop", shop.notification_log)
    archive.pull_and_process("Shop")
    assert count(archive) == 1
    assert archive.mapper.compressor is None


def test_the_class_env_of_the_follower_counts_that_of_the_leader_does_not() -> None:
    """Y15"""

    class SecretShop(Shop):
        name = "Shop"
        env = {"COMPRESSOR_TOPIC": "zlib"}

    class Knowing(Archive):
        env = {"SHOP_COMPRESSOR_TOPIC": "zlib"}

    shop = SecretShop()
    shop.sell()
    unknowing, knowing = Archive(), Knowing()
    unknowing.follow("Shop", shop.notification_log)
    knowing.follow("Shop", shop.notification_log)

    knowing.pull_and_process("Shop")
    with pytest.raises(MapperDeserialisationError):
        unknowing.pull_and_process("Shop")


def test_pulling_from_an_unknown_leader_is_a_key_error() -> None:
    """Y16"""
    with pytest.raises(KeyError):
        Archive().pull_and_process("Nobody")
    with pytest.raises(KeyError):
        Archive().pull_notifications("Nobody", start=None)


def test_pulling_goes_on_to_the_end() -> None:
    """Y16, Y6: from the recorded position, in the order of IDs."""
    shop, archive = Shop(), Archive()
    archive.follow("Shop", shop.notification_log)
    for _ in range(25):
        shop.sell()

    archive.pull_and_process("Shop", stop=12)
    assert position(archive) == count(archive) == 12
    archive.pull_and_process("Shop", start=12, stop=13)
    assert position(archive) == 13
    archive.pull_and_process("Shop")
    assert position(archive) == count(archive) == 25


def test_a_leader_and_a_follower_wired_by_hand() -> None:
    """Y69, Y17: an explicit start is exclusive, and says to process again what comes after it."""
    shop, archive = Shop(), Archive()
    archive.follow("Shop", shop.notification_log)
    shop.sell()
    archive.pull_and_process("Shop")
    assert position(archive) == count(archive) == 1

    with pytest.raises(IntegrityError):
        archive.pull_and_process("Shop", start=0)
    archive.pull_and_process("Shop", start=1)

    assert position(archive) == count(archive) == 1


def test_a_receiver_that_pulls_keeps_a_follower_up_to_date() -> None:
    """Y69"""
    shop, archive = Shop(), Archive()

    class Puller(Messages):
        def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
            archive.pull_and_process(leader_name=new_recording_event.application_name)

    archive.follow("Shop", shop.notification_log)
    shop.lead(Puller())
    for number in range(1, 4):
        shop.sell()
        assert count(archive) == number


def test_a_repeated_event_is_refused() -> None:
    """Y17, Y67: nothing is recorded, and the position stays."""
    printer = Printer()
    (event,) = Ticket(1).collect_events()
    printer.process_event(event, Tracking("Shop", 5))
    assert position(printer) == 5

    (another,) = Ticket(2).collect_events()
    for notification_id in (5, 4):
        with pytest.raises(IntegrityError):
            printer.process_event(another, Tracking("Shop", notification_id))

    assert position(printer) == 5
    assert count(printer) == 1


def test_colliding_aggregates_are_refused() -> None:
    """Y67, Y18: the position stays where it was."""

    class SameID(Follower[UUID]):
        def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
            (event,) = Receipt(1).collect_events()
            processing_event.collect_events(
                type(event)(
                    originator_topic=event.originator_topic,
                    originator_id=UUID(int=1),
                    originator_version=1,
                    timestamp=event.timestamp,
                    number=1,
                )
            )

    shop = Shop()
    shop.sell()
    shop.sell()
    follower = SameID()
    follower.follow("Shop", shop.notification_log)
    with pytest.raises(IntegrityError):
        follower.pull_and_process("Shop")
    assert position(follower) == 1
    with pytest.raises(IntegrityError):
        follower.pull_and_process("Shop")
    assert count(follower) == 1


def test_a_failing_policy_is_tried_again() -> None:
    """Y18: the next pull starts with the same event."""

    class Picky(Archive):
        errors: list[Exception] = [ValueError("bad day")]

        def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
            if self.errors:
                raise self.errors.pop()
            super().policy(domain_event, processing_event)

    shop, picky = Shop(), Picky()
    picky.follow("Shop", shop.notification_log)
    shop.sell()
    with pytest.raises(ValueError, match="bad day"):
        picky.pull_and_process("Shop")
    assert position(picky) is None

    picky.pull_and_process("Shop")
    assert position(picky) == count(picky) == 1


def test_positions_are_those_of_names() -> None:
    """Y5: another name starts afresh."""
    shop, archive = Shop(), Archive()
    shop.sell()
    archive.follow("Shop", shop.notification_log)
    archive.follow("Boutique", shop.notification_log)
    archive.pull_and_process("Shop")
    archive.pull_and_process("Boutique")
    assert count(archive) == 2


def test_topics_are_passed_to_the_log_and_looked_up_when_pulling() -> None:
    """Y19, Y20: exact topics; others are neither processed nor tracked."""

    class Choosy(Archive):
        topics = ("nothing",)

    shop, choosy = Shop(), Choosy()
    choosy.follow("Shop", shop.notification_log)
    ticket = Ticket(1)
    ticket.use()
    shop.save(ticket)

    choosy.pull_and_process("Shop")
    assert position(choosy) is None
    Choosy.topics = (USED,)
    assert [
        [each.id for each in batch] for batch in choosy.pull_notifications("Shop", start=1)
    ] == [[2]]
    choosy.pull_and_process("Shop")
    assert position(choosy) == 2
    assert count(choosy) == 1


def test_received_notifications_are_filtered_again() -> None:
    """Y68, Y19: for logs that do not know topics."""

    class Choosy(Archive):
        pass

    choosy = Choosy()
    notifications = [notification("topic1")]
    assert choosy.filter_received_notifications(notifications) is notifications
    Choosy.topics = ["topic1"]
    assert choosy.filter_received_notifications(notifications) == notifications
    Choosy.topics = ["topic2"]
    assert choosy.filter_received_notifications(notifications) == []


def test_follow_topics_are_topics() -> None:
    """Y21: on a class or an ancestor, also when the class declares `topics`."""

    class Old(Follower[UUID]):
        follow_topics = ["a"]
        topics = ["b"]

    class Young(Old):
        topics = ["c"]

    assert Old.topics == Young.topics == ["a"]
    assert not hasattr(Follower, "follow_topics")


def test_notifications_are_converted_in_order() -> None:
    """Y22"""
    shop, archive = Shop(), Archive()
    archive.follow("Shop", shop.notification_log)
    shop.sell(1)
    shop.sell(2)
    notifications = shop.notification_log.select(1, 10)

    jobs = archive.convert_notifications("Shop", reversed(notifications))

    events: list[Any] = [event for event, _ in jobs]
    assert [event.number for event in events] == [2, 1]
    assert [tracking for _, tracking in jobs] == [Tracking("Shop", 2), Tracking("Shop", 1)]


def test_subclasses_may_override_the_steps() -> None:
    """Y24: with these names of parameters; those of `process_event` are given by position."""
    calls: list[Any] = []

    class Overriding(Archive):
        def pull_notifications(
            self,
            leader_name: str,
            start: int | None,
            stop: int | None = None,
            *,
            inclusive_of_start: bool = True,
        ) -> Iterator[Sequence[Notification]]:
            calls.append((leader_name, start, stop, inclusive_of_start))
            return super().pull_notifications(
                leader_name, start=start, stop=stop, inclusive_of_start=inclusive_of_start
            )

        def convert_notifications(
            self, leader_name: str, notifications: Iterable[Notification]
        ) -> list[ProcessingJob]:
            calls.append(leader_name)
            return super().convert_notifications(leader_name, notifications)

        def process_event(self, domain_event: Any, position: Tracking) -> None:  # type: ignore[override]
            calls.append(position)
            super().process_event(domain_event, position)

    shop, follower = Shop(), Overriding()
    follower.follow("Shop", shop.notification_log)
    shop.sell()
    follower.pull_and_process("Shop", stop=7)
    assert calls == [("Shop", None, 7, False), "Shop", Tracking("Shop", 1)]


def test_pulling_more_than_the_log_gives_fails() -> None:
    """Y25: both class attributes have to be raised."""
    shop, archive = Shop(), Archive()
    archive.pull_section_size = 11
    archive.follow("Shop", shop.notification_log)
    with pytest.raises(ValueError, match="Requested limit 11 greater than section size 10"):
        archive.pull_and_process("Shop")


def test_followers_wired_in_a_cycle_process_everything() -> None:
    """Y23: each one's receiver calls the other's `pull_and_process()`; nothing deadlocks."""

    class Echo(ProcessApplication[UUID]):
        def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
            if domain_event.number < 50:
                processing_event.collect_events(Ticket(domain_event.number + 1))
                if domain_event.number % 10 == 0:
                    processing_event.collect_events(Ticket(100))

    class Ping(Echo):
        name = "Ping"

    class Pong(Echo):
        name = "Pong"

    ping, pong = Ping(), Pong()

    class Puller(Messages):
        def __init__(self, follower: Follower[UUID]) -> None:
            super().__init__()
            self.follower = follower

        def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
            self.follower.pull_and_process(new_recording_event.application_name)

    ping.follow("Pong", pong.notification_log)
    pong.follow("Ping", ping.notification_log)
    ping.lead(Puller(pong))
    pong.lead(Puller(ping))

    ping.save(Ticket(0))

    assert count(ping) + count(pong) == 51 + 5
    recorders: list[Any] = [ping.recorder, pong.recorder]
    assert recorders[0].max_tracking_id("Pong") == count(pong)
    assert recorders[1].max_tracking_id("Ping") == count(ping)


def test_what_was_started_by_a_pull_and_outlives_it_pulls_by_itself() -> None:
    """Y23: nobody further up the stack would do it any more."""
    shop, printer = Shop(), Printer()
    printer.follow("Shop", shop.notification_log)
    gate = Event()
    later: list[BackgroundTask] = []

    def pull_later() -> None:
        gate.wait()
        printer.pull_and_process("Shop")

    class Starter(Messages):
        def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
            later.append(spawn(pull_later))

    printer.lead(Starter())
    shop.sell(1)
    printer.pull_and_process("Shop")
    ticket = Ticket(2)
    ticket.use()
    shop.save(*ticket.pending_events[1:])

    gate.set()
    later[0].join(60)

    assert later[0].error is None
    assert position(printer) == 2


def test_an_event_that_somebody_else_processes_meanwhile_is_skipped() -> None:
    """Y4, Y17: by a pull from the recorded position; it takes effect once."""

    class Raced(Archive):
        def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            if tracking.notification_id == 2:
                super().process_event(domain_event, tracking)  # another worker is faster
            super().process_event(domain_event, tracking)

    shop, raced = Shop(), Raced()
    raced.follow("Shop", shop.notification_log)
    for _ in range(3):
        shop.sell()
    raced.pull_and_process("Shop")
    assert position(raced) == count(raced) == 3


def test_keywords_of_collected_events_reach_the_recorder() -> None:
    """Y3, Y4: events and position are inserted by one call."""
    calls: list[Any] = []

    class Recording(Follower[UUID]):
        def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
            processing_event.collect_events(None, Receipt(1), colour="red")

    follower = Recording()
    insert_events = follower.recorder.insert_events

    def spy(stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        calls.append((len(stored_events), kwargs))
        return insert_events(stored_events, **kwargs)

    follower.recorder.insert_events = spy  # type: ignore[method-assign]
    (event,) = Ticket(1).collect_events()
    follower.process_event(event, Tracking("Shop", 1))
    assert calls == [(1, {"tracking": Tracking("Shop", 1), "colour": "red"})]


def test_snapshots_are_taken_and_others_told_after_recording() -> None:
    """Y23: a follower does what every event-sourced projection does, in its order (J15)."""
    steps: list[str] = []

    class Witness(Archive):
        def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
            steps.append("policy")
            assert self.processing_lock.locked()
            super().policy(domain_event, processing_event)

        def _record(self, processing_event: ProcessingEvent[UUID]) -> list[Any]:
            steps.append("record")
            return super()._record(processing_event)

        def _take_snapshots(self, processing_event: ProcessingEvent[UUID]) -> None:
            steps.append("snapshots")

        def notify(self, new_events: list[DomainEventProtocol[UUID]]) -> None:
            steps.append("notify")

        def _notify(self, recordings: list[Any]) -> None:
            steps.append("_notify")

    follower = Witness()
    (event,) = Aggregate().collect_events()
    follower.process_event(event, Tracking("Shop", 1))
    assert steps == ["policy", "record", "snapshots", "notify", "_notify"]
