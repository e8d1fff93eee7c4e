"""Reading notification logs."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.application import AsyncLocalNotificationLog
from eventsourcing.system import AsyncNotificationLogReader
from eventsourcing.utils import get_topic
from tests.unit.system.apps_async import AsyncShop
from tests.unit.system.events import Ticket


async def shop_with(number_of_events: int) -> AsyncShop:
    shop = AsyncShop()
    for number in range(number_of_events):
        await shop.sell(number)
    return shop


async def read(reader: AsyncNotificationLogReader, start: int) -> list[int]:
    return [each.id async for each in reader.read(start=start)]


async def select(reader: AsyncNotificationLogReader, **kwargs: Any) -> list[list[int]]:
    return [[each.id for each in batch] async for batch in reader.select(**kwargs)]


async def test_the_section_size_is_ten() -> None:
    """Section 8."""
    shop = AsyncShop()
    reader = AsyncNotificationLogReader(shop.notification_log)
    assert reader.section_size == AsyncNotificationLogReader.DEFAULT_SECTION_SIZE == 10
    assert reader.notification_log is shop.notification_log


@pytest.mark.parametrize("section_size", [1, 2, 5, 9, 10, 25])
async def test_read_follows_the_sections_to_the_end(section_size: int) -> None:
    """Y58: also with a section size larger than that of the log, which cuts sections."""
    shop = await shop_with(21)
    reader = AsyncNotificationLogReader(shop.notification_log, section_size=section_size)
    assert await read(reader, 1) == list(range(1, 22))
    assert await read(reader, 20) == [20, 21]
    assert await read(reader, 22) == []


async def test_select_gives_batches() -> None:
    """Y59: none of them empty, none larger than the section size."""
    shop = await shop_with(9)
    reader = AsyncNotificationLogReader(shop.notification_log, section_size=4)
    assert await select(reader, start=1) == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]
    assert await select(reader, start=None) == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]
    assert await select(reader, start=None, inclusive_of_start=False, stop=2) == [[1, 2]]
    assert await select(reader, start=8) == [[8, 9]]
    assert await select(reader, start=8, inclusive_of_start=False) == [[9]]
    assert await select(reader, start=9, inclusive_of_start=False) == []
    assert await select(reader, start=3, stop=3) == [[3]]
    assert await select(reader, start=3, stop=3, inclusive_of_start=False) == []


async def test_select_by_topic() -> None:
    """Y59"""
    shop = await shop_with(3)
    ticket = Ticket(9)
    ticket.use()
    await shop.save(ticket)
    reader = AsyncNotificationLogReader(shop.notification_log)
    topics = [get_topic(Ticket.Used)]  # type: ignore[attr-defined]
    assert await select(reader, start=1, topics=topics) == [[5]]


async def test_select_fails_when_the_section_size_is_that_of_no_log() -> None:
    """Y25"""
    shop = await shop_with(1)
    reader = AsyncNotificationLogReader(shop.notification_log, section_size=11)
    with pytest.raises(ValueError, match="Requested limit 11 greater than section size 10"):
        await select(reader, start=1)


async def test_iterations_see_what_is_recorded_meanwhile() -> None:
    """Y60: they are lazy, and end."""
    shop = await shop_with(2)
    reader = AsyncNotificationLogReader(shop.notification_log, section_size=2)
    seen: list[int] = []

    async for batch in reader.select(start=1):
        seen += [each.id for each in batch]
        if len(seen) == 2:
            await shop.sell()
    assert seen == [1, 2, 3]

    async for each in reader.read(start=1):
        seen.append(each.id)
        if each.id == 2:
            await shop.sell()
    assert seen == [1, 2, 3, 1, 2, 3, 4]


class WithGaps(AsyncLocalNotificationLog):
    """A log in which some IDs were lost."""

    async def select(self, *args: Any, **kwargs: Any) -> Any:
        found = await super().select(*args, **kwargs)
        return [each for each in found if each.id % 5 == 0]


async def test_gaps_do_not_end_the_selection() -> None:
    """Y60"""
    shop = await shop_with(20)
    reader = AsyncNotificationLogReader(WithGaps(shop.recorder), section_size=10)
    assert await select(reader, start=1) == [[5, 10], [15, 20]]
