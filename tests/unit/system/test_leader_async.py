"""Leaders, and what they tell their receivers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import RecordingEvent as OriginalRecordingEvent
from eventsourcing.domain import Aggregate
from eventsourcing.system import (
    AsyncRecordingEventReceiver,
    RecordingEvent,
)
from eventsourcing.utils import get_topic
from tests.unit.system.apps_async import AsyncMessages, AsyncPrinter, AsyncShop
from tests.unit.system.events import Receipt, Ticket


def test_a_recording_event_keeps_its_arguments() -> None:
    """Y7, E9: they may be given by position; the class is that of eventsourcing.application."""
    message: RecordingEvent[UUID] = RecordingEvent("Shop", [], 7)

    assert message.application_name == "Shop"
    assert message.recordings == []
    assert message.previous_max_notification_id == 7
    assert RecordingEvent is OriginalRecordingEvent


async def test_a_receiver_has_to_implement_its_method() -> None:
    """Section 1: a receiver is anything with `receive_recording_event()`."""
    with pytest.raises(TypeError):
        AsyncRecordingEventReceiver()  # type: ignore[abstract]


async def test_the_position_is_read_before_the_first_save() -> None:
    """Y8: `None` until the first save; then what the recorder says, once."""
    shop = AsyncShop()
    messages = AsyncMessages()
    shop.lead(follower=messages)
    assert shop.previous_max_notification_id is None
    await shop.recorder.insert_events([shop.mapper.to_stored_event(Ticket(1).collect_events()[0])])

    await shop.sell()
    await shop.sell()

    assert [m.previous_max_notification_id for m in messages.received] == [1, 2]
    assert shop.previous_max_notification_id == 3


async def test_the_position_of_an_empty_recorder_is_none() -> None:
    """Y8"""
    shop = AsyncShop()
    messages = AsyncMessages()
    shop.lead(messages)
    await shop.sell()
    assert messages.received[0].previous_max_notification_id is None


async def test_all_receivers_get_the_same_message_in_the_order_of_leading() -> None:
    """Y9, Y66: one message for each save; who was added twice is called twice."""
    shop = AsyncShop()
    order: list[int] = []

    class Numbered(AsyncMessages):
        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

        async def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
            order.append(self.number)
            assert shop.previous_max_notification_id == 1
            await super().receive_recording_event(new_recording_event)

    first, second = Numbered(1), Numbered(2)
    shop.lead(first)
    shop.lead(second)
    shop.lead(first)

    recordings = await shop.sell()

    assert order == [1, 2, 1]
    assert shop.followers == [first, second, first]
    assert first.received == [*second.received, *second.received]
    assert second.received[0].recordings == recordings
    assert second.received[0].application_name == "Shop"


async def test_an_empty_save_tells_nothing() -> None:
    """Y10, Y66"""
    shop = AsyncShop()
    messages = AsyncMessages()
    shop.lead(messages)
    await shop.save()
    assert messages.received == []


async def test_notify_topics_choose_what_is_told() -> None:
    """Y10: others are taken out of the message."""
    shop = AsyncShop()
    messages = AsyncMessages()
    shop.lead(messages)
    shop.notify_topics = [get_topic(Ticket.Used)]  # type: ignore[attr-defined]
    ticket = Ticket(1)
    ticket.use()

    recordings = await shop.save(ticket)

    assert messages.received[0].recordings == recordings[1:]


async def test_nothing_is_told_when_notify_topics_exclude_all() -> None:
    """Y10, Y66: the position does not move then."""
    shop = AsyncShop()
    messages = AsyncMessages()
    shop.lead(messages)
    shop.notify_topics = ["another"]

    await shop.sell()

    assert messages.received == []
    assert shop.previous_max_notification_id is None


async def test_errors_of_receivers_come_out_of_save() -> None:
    """Y11: the events are stored; later receivers are not told of this save."""
    shop = AsyncShop()
    later = AsyncMessages()
    shop.lead(AsyncMessages(ValueError("no")))
    shop.lead(later)

    with pytest.raises(ValueError, match="no"):
        await shop.sell()

    assert await shop.recorder.max_notification_id() == 1
    assert later.received == []


async def test_a_leader_tells_of_what_it_processed() -> None:
    """Y9, Y26: when an event was processed to new ones, not when it was processed to none."""
    printer = AsyncPrinter()
    messages = AsyncMessages()
    printer.lead(messages)
    shop = AsyncShop()
    printer.follow("Shop", shop.notification_log)
    ticket = Ticket(1)
    ticket.use()
    await shop.save(ticket)

    await printer.pull_and_process("Shop")

    assert len(messages.received) == 1
    (recording,) = messages.received[0].recordings
    assert isinstance(recording.domain_event, Receipt.Printed)  # type: ignore[attr-defined]


async def test_a_message_never_overtakes_an_earlier_one() -> None:
    """Y12: what is saved while others are told is told afterwards, by the same call."""
    shop = AsyncShop()

    class SellsMore(AsyncMessages):
        async def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
            if len(self.received) < 3:
                self.received.append(new_recording_event)
                await shop.sell()

    first, second = SellsMore(), AsyncMessages()
    shop.lead(first)
    shop.lead(second)

    await shop.sell()

    told = [[r.notification.id for r in m.recordings] for m in second.received]
    assert told == [[1], [2], [3], [4]]
    assert [m.previous_max_notification_id for m in second.received] == [None, 1, 2, 3]


async def test_an_error_does_not_keep_later_messages_from_being_sent() -> None:
    """Y11, Y12: the first error is raised in the end, and says that there were others."""
    shop = AsyncShop()

    class SellsAndFails(AsyncMessages):
        async def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
            self.received.append(new_recording_event)
            if len(self.received) < 3:
                await shop.sell()
            raise ValueError(len(self.received))

    receiver = SellsAndFails()
    shop.lead(receiver)

    with pytest.raises(ValueError, match="1") as info:
        await shop.sell()

    assert len(receiver.received) == 3
    assert info.value.__notes__ == [
        "A message after this one failed too: ValueError(2)",
        "A message after this one failed too: ValueError(3)",
    ]


async def test_leaders_are_generic() -> None:
    """The contract's preface: subscripted at run time, with the same effect."""
    shop: Any = AsyncShop()
    assert isinstance(shop, AsyncShop)
    assert await shop.save(Aggregate())
