"""The notification log of an application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import (
    AsyncApplication,
    AsyncLocalNotificationLog,
    AsyncNotificationLog,
    Section,
)
from eventsourcing.persistence import Notification
from tests.integration.application.conftest import Apps
from tests.integration.application.dogs import Dog


class AsyncKennel(AsyncApplication[UUID]):
    log_section_size = 5


async def kennel_of_nine(make_async: Apps) -> Any:
    """An application with the notifications 1 to 9; 1 and 6 are of registered dogs."""
    app = make_async(AsyncKennel)
    for num_tricks in (4, 3):
        dog = Dog("Fido")
        for number in range(num_tricks):
            dog.add_trick(str(number))
        await app.save(dog)
    return app


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({"start": 1, "limit": 2}, [1, 2]),
        ({"start": 8, "limit": 5}, [8, 9]),
        ({"start": 10, "limit": 5}, []),
        ({"start": None, "limit": 3}, [1, 2, 3]),
        ({"start": 2, "limit": 5, "stop": 4}, [2, 3, 4]),
        ({"start": 2, "limit": 3, "inclusive_of_start": False}, [3, 4, 5]),
        ({"start": 1, "limit": 5, "topics": [f"{Dog.__module__}:Dog.Registered"]}, [1, 6]),
        ({"start": 1, "limit": 5, "topics": ["unknown"]}, []),
    ],
)
async def test_notifications_are_selected(
    make_async: Apps, kwargs: dict[str, Any], expected: list[int]
) -> None:
    """N1, N2: start, limit, inclusive stop, topics, exclusive start."""
    app = await kennel_of_nine(make_async)
    assert [n.id for n in await app.notification_log.select(**kwargs)] == expected


async def test_the_first_parameters_may_be_given_by_position(make_async: Apps) -> None:
    """N2: start, limit, stop, topics."""
    app = await kennel_of_nine(make_async)
    topics = [f"{Dog.__module__}:Dog.TrickAdded"]
    assert [n.id for n in await app.notification_log.select(1, 5, 3, topics)] == [2, 3]


async def test_a_limit_above_the_section_size_is_refused(make_async: Apps) -> None:
    """N1: with this text, and nothing is read."""
    app = make_async(AsyncKennel)
    app.notification_log.recorder = None
    with pytest.raises(ValueError, match=r"^Requested limit 6 greater than section size 5$"):
        await app.notification_log.select(start=1, limit=6)


@pytest.mark.parametrize(
    ("section_id", "expected_id", "next_id"),
    [
        ("1,10", "1,5", "6,10"),
        ("6,10", "6,9", None),
        ("3,10", "3,7", "8,12"),
        ("3,4", "3,4", "5,6"),
        ("3,2", None, None),
        ("-3,2", "1,2", "3,4"),
    ],
)
async def test_sections_of_the_worked_example(
    make_async: Apps, section_id: str, expected_id: str | None, next_id: str | None
) -> None:
    """N6-N9: on each engine; both ways to ask give the same."""
    app = await kennel_of_nine(make_async)
    section = await app.notification_log[section_id]
    assert (section.id, section.next_id) == (expected_id, next_id)
    assert section == await app.notification_log.get_section(section_id)
    if expected_id is not None:
        first, last = map(int, expected_id.split(","))
        assert [n.id for n in section.items] == list(range(first, last + 1))


async def test_a_section_of_an_empty_log_is_empty(make_async: Apps) -> None:
    """N8: no items, no IDs."""
    app = make_async(AsyncKennel)
    assert await app.notification_log["1,10"] == Section(None, [], None)


async def test_a_malformed_section_id_is_an_error(make_async: Apps) -> None:
    """N5: of two kinds."""
    app = make_async(AsyncKennel)
    with pytest.raises(ValueError, match="'a,b'"):
        await app.notification_log["a,b"]
    with pytest.raises(IndexError, match="'1'"):
        await app.notification_log.get_section("1")


class AsyncOldRecorder:
    """As written for 9.2, with one notification; it writes down how it was called."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    async def select_notifications(
        self, start: int, limit: int, stop: int | None = None, topics: Sequence[str] = ()
    ) -> list[Notification]:
        self.calls.append({"start": start, "limit": limit, "stop": stop, "topics": topics})
        return [Notification(UUID(int=1), 1, "topic", b"", 1)]


async def test_recorders_of_9_2_are_called_as_they_know_it() -> None:
    """N3 [fix]: the new keyword is passed only when it is false."""
    recorder: Any = AsyncOldRecorder()
    log = AsyncLocalNotificationLog(recorder)
    assert len(await log.select(1, 10, stop=5, topics=["a"])) == 1
    assert recorder.calls == [{"start": 1, "limit": 10, "stop": 5, "topics": ["a"]}]
    assert (await log["1,10"]).id == "1,1"
    with pytest.raises(TypeError, match="inclusive_of_start"):
        await log.select(1, 10, inclusive_of_start=False)


async def test_an_empty_section_is_not_asked_for() -> None:
    """N9 [fix]: a recorder may take limit 0 for no limit."""
    recorder: Any = AsyncOldRecorder()
    assert await AsyncLocalNotificationLog(recorder)["3,2"] == Section(None, [], None)
    assert recorder.calls == []


def test_the_default_section_size_is_ten() -> None:
    """Section 8: of the class, and of its instances."""
    recorder: Any = AsyncOldRecorder()
    assert AsyncLocalNotificationLog.DEFAULT_SECTION_SIZE == 10
    assert AsyncLocalNotificationLog(recorder).section_size == 10


def test_a_notification_log_has_two_abstract_methods() -> None:
    """Section 8: sections and selection."""
    assert AsyncNotificationLog.__abstractmethods__ == {"__getitem__", "select"}
