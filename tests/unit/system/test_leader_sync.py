# Generated from test_leader_async.py by tools/async_to_sync.py: do not edit.
"""Leaders, and what they tell their receivers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import RecordingEvent as OriginalRecordingEvent
from eventsourcing.domain import Aggregate
from eventsourcing.system import (
    RecordingEvent,
    RecordingEventReceiver,
)
from eventsourcing.utils import get_topic
from tests.unit.system.apps_sync import Messages, Printer, Shop
from tests.unit.system.events import Receipt, Ticket


def test_a_recording_event_keeps_its_arguments() -> None:
    """Y7, E9: they may be given by position; the class is that of eventsourcing.application."""
    message: RecordingEvent[UUID] = RecordingEvent("Shop", [], 7)

    assert message.application_name == "Shop"
    assert message.recordings == []
    assert message.previous_max_notification_id == 7
    assert RecordingEvent is OriginalRecordingEvent


def test_a_receiver_has_to_implement_its_method() -> None:
    """Section 1: a receiver is anything with `receive_recording_event()`."""
    with pytest.raises(TypeError):
        RecordingEventReceiver()  # type: ignore[abstract]


def test_the_position_is_read_before_the_first_save() -> None:
    """Y8: `None` until the first save; then what the recorder says, once."""
    shop = Shop()
    messages = Messages()
    shop.lead(follower=messages)
    assert shop.previous_max_notification_id is None
    shop.recorder.insert_events([shop.mapper.to_stored_event(Ticket(1).collect_events()[0])])

    shop.sell()
    shop.sell()

    assert [m.previous_max_notification_id for m in messages.received] == [1, 2]
    assert shop.previous_max_notification_id == 3


def test_the_position_of_an_empty_recorder_is_none() -> None:
    """Y8"""
    shop = Shop()
    messages = Messages()
    shop.lead(messages)
    shop.sell()
    assert messages.received[0].previous_max_notification_id is None


def test_all_receivers_get_the_same_message_in_the_order_of_leading() -> None:
    """Y9, Y66: one message for each save; who was added twice is called twice."""
    shop = Shop()
    order: list[int] = []

    class Numbered(Messages):
        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

        def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
            order.append(self.number)
            assert shop.previous_max_notification_id == 1
            super().receive_recording_event(new_recording_event)

    first, second = Numbered(1), Numbered(2)
    shop.lead(first)
    shop.lead(second)
    shop.lead(first)

    recordings = shop.sell()

    assert order == [1, 2, 1]
    assert shop.followers == [first, second, first]
    assert first.received == [*second.received, *second.received]
    assert second.received[0].recordings == recordings
    assert second.received[0].application_name == "Shop"


def test_an_empty_save_tells_nothing() -> None:
    """Y10, Y66"""
    shop = Shop()
    messages = Messages()
    shop.lead(messages)
    shop.save()
    assert messages.received == []


def test_notify_topics_choose_what_is_told() -> None:
    """Y10: others are taken out of the message."""
    shop = Shop()
    messages = Messages()
    shop.lead(messages)
    shop.notify_topics = [get_topic(Ticket.Used)]  # type: ignore[attr-defined]
    ticket = Ticket(1)
    ticket.use()

    recordings = shop.save(ticket)

    assert messages.received[0].recordings == recordings[1:]


def test_nothing_is_told_when_notify_topics_exclude_all() -> None:
    """Y10, Y66: the position does not move then."""
    shop = Shop()
    messages = Messages()
    shop.lead(messages)
    shop.notify_topics = ["another"]

    shop.sell()

    assert messages.received == []
    assert shop.previous_max_notification_id is None


def test_errors_of_receivers_come_out_of_save() -> None:
    """Y11: the events are stored; later receivers are not told of this save."""
    shop = Shop()
    later = Messages()
    shop.lead(Messages(ValueError("no")))
    shop.lead(later)

    with pytest.raises(ValueError, match="no"):
        shop.sell()

    assert shop.recorder.max_notification_id() == 1
    assert later.received == []


def test_a_leader_tells_of_what_it_processed() -> None:
    """Y9, Y26: when an event was processed to new ones, not when it was processed to none."""
    printer = Printer()
    messages = Messages()
    printer.lead(messages)
    shop = Shop()
    printer.follow("Shop", shop.notification_log)
    ticket = Ticket(1)
    ticket.use()
    shop.save(ticket)

    printer.pull_and_process("Shop")

    assert len(messages.received) == 1
    (recording,) = messages.received[0].recordings
    assert isinstance(recording.domain_event, Receipt.Printed)  # type: ignore[attr-defined]


def test_a_message_never_overtakes_an_earlier_one() -> None:
    """Y12: what is saved while others are told is told afterwards, by the same call."""
    shop = Shop()

    class SellsMore(Messages):
        def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
            if len(self.received) < 3:
                self.received.append(new_recording_event)
                shop.sell()

    first, second = SellsMore(), Messages()
    shop.lead(first)
    shop.lead(second)

    shop.sell()

    told = [[r.notification.id for r in m.recordings] for m in second.received]
    assert told == [[1], [2], [3], [4]]
    assert [m.previous_max_notification_id for m in second.received] == [None, 1, 2, 3]


def test_an_error_does_not_keep_later_messages_from_being_sent() -> None:
    """Y11, Y12: the first error is raised in the end, and says that there were others."""
    shop = Shop()

    class SellsAndFails(Messages):
        def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
            self.received.append(new_recording_event)
            if len(self.received) < 3:
                shop.sell()
            raise ValueError(len(self.received))

    receiver = SellsAndFails()
    shop.lead(receiver)

    with pytest.raises(ValueError, match="1") as info:
        shop.sell()

    assert len(receiver.received) == 3
    assert info.value.__notes__ == [
        "A message after this one failed too: ValueError(2)",
        "A message after this one failed too: ValueError(3)",
    ]


def test_leaders_are_generic() -> None:
    """The contract's preface: subscripted at run time, with the same effect."""
    shop: Any = Shop()
    assert isinstance(shop, Shop)
    assert shop.save(Aggregate())
