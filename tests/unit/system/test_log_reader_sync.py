# Generated from test_log_reader_async.py by tools/async_to_sync.py: do not edit.
"""Reading notification logs."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.application import LocalNotificationLog
from eventsourcing.system import NotificationLogReader
from eventsourcing.utils import get_topic
from tests.unit.system.apps_sync import Shop
from tests.unit.system.events import Ticket


def shop_with(number_of_events: int) -> Shop:
    shop = Shop()
    for number in range(number_of_events):
        shop.sell(number)
    return shop


def read(reader: NotificationLogReader, start: int) -> list[int]:
    return [each.id for each in reader.read(start=start)]


def select(reader: NotificationLogReader, **kwargs: Any) -> list[list[int]]:
    return [[each.id for each in batch] for batch in reader.select(**kwargs)]


def test_the_section_size_is_ten() -> None:
    """Section 8."""
    shop = Shop()
    reader = NotificationLogReader(shop.notification_log)
    assert reader.section_size == NotificationLogReader.DEFAULT_SECTION_SIZE == 10
    assert reader.notification_log is shop.notification_log


@pytest.mark.parametrize("section_size", [1, 2, 5, 9, 10, 25])
def test_read_follows_the_sections_to_the_end(section_size: int) -> None:
    """Y58: also with a section size larger than that of the log, which cuts sections."""
    shop = shop_with(21)
    reader = NotificationLogReader(shop.notification_log, section_size=section_size)
    assert read(reader, 1) == list(range(1, 22))
    assert read(reader, 20) == [20, 21]
    assert read(reader, 22) == []


def test_select_gives_batches() -> None:
    """Y59: none of them empty, none larger than the section size."""
    shop = shop_with(9)
    reader = NotificationLogReader(shop.notification_log, section_size=4)
    assert select(reader, start=1) == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]
    assert select(reader, start=None) == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]
    assert select(reader, start=None, inclusive_of_start=False, stop=2) == [[1, 2]]
    assert select(reader, start=8) == [[8, 9]]
    assert select(reader, start=8, inclusive_of_start=False) == [[9]]
    assert select(reader, start=9, inclusive_of_start=False) == []
    assert select(reader, start=3, stop=3) == [[3]]
    assert select(reader, start=3, stop=3, inclusive_of_start=False) == []


def test_select_by_topic() -> None:
    """Y59"""
    shop = shop_with(3)
    ticket = Ticket(9)
    ticket.use()
    shop.save(ticket)
    reader = NotificationLogReader(shop.notification_log)
    topics = [get_topic(Ticket.Used)]  # type: ignore[attr-defined]
    assert select(reader, start=1, topics=topics) == [[5]]


def test_select_fails_when_the_section_size_is_that_of_no_log() -> None:
    """Y25"""
    shop = shop_with(1)
    reader = NotificationLogReader(shop.notification_log, section_size=11)
    with pytest.raises(ValueError, match="Requested limit 11 greater than section size 10"):
        select(reader, start=1)


def test_iterations_see_what_is_recorded_meanwhile() -> None:
    """Y60: they are lazy, and end."""
    shop = shop_with(2)
    reader = NotificationLogReader(shop.notification_log, section_size=2)
    seen: list[int] = []

    for batch in reader.select(start=1):
        seen += [each.id for each in batch]
        if len(seen) == 2:
            shop.sell()
    assert seen == [1, 2, 3]

    for each in reader.read(start=1):
        seen.append(each.id)
        if each.id == 2:
            shop.sell()
    assert seen == [1, 2, 3, 1, 2, 3, 4]


class WithGaps(LocalNotificationLog):
    """A log in which some IDs were lost."""

    def select(self, *args: Any, **kwargs: Any) -> Any:
        found = super().select(*args, **kwargs)
        return [each for each in found if each.id % 5 == 0]


def test_gaps_do_not_end_the_selection() -> None:
    """Y60"""
    shop = shop_with(20)
    reader = NotificationLogReader(WithGaps(shop.recorder), section_size=10)
    assert select(reader, start=1) == [[5, 10], [15, 20]]
