"""Logs of events that are never projected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import AsyncApplication, AsyncEventSourcedLog
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import IntegrityError
from tests.integration.application.conftest import Apps
from tests.integration.application.dogs import Dog


class PageVisited(DomainEvent):
    page: str


class PageLeft(DomainEvent):
    page: str


class AsyncVisits(AsyncEventSourcedLog[DomainEvent]):
    """Logs events of two types."""

    async def trigger_left(self, page: str) -> PageLeft:
        event: PageLeft = await self._trigger_event(logged_cls=PageLeft, page=page)
        return event


class AsyncSite(AsyncApplication[UUID]):
    pass


def log_of(app: Any) -> AsyncEventSourcedLog[Any]:
    return AsyncEventSourcedLog(app.events, uuid4(), PageVisited)


async def visit(app: Any, log: AsyncEventSourcedLog[Any], *pages: str) -> None:
    for page in pages:
        await app.save(await log.trigger_event(page=page))


async def test_a_triggered_event_is_returned_but_not_stored(make_async: Apps) -> None:
    """E10: with the ID, the time and the attributes."""
    app = make_async(AsyncSite)
    log = log_of(app)
    event = await log.trigger_event(page="/")
    assert type(event) is PageVisited
    assert (event.originator_id, event.originator_version, event.page) == (
        log.originator_id,
        1,
        "/",
    )
    assert abs(event.timestamp - datetime.now(UTC)) < timedelta(minutes=1)
    assert await log.get_first() is None


async def test_versions_follow_the_last_stored_event(make_async: Apps) -> None:
    """E11: or are as given."""
    app = make_async(AsyncSite)
    log = log_of(app)
    await visit(app, log, "/", "/a")
    assert (await log.trigger_event(page="/b")).originator_version == 3
    assert (await log.trigger_event(next_originator_version=7, page="/b")).originator_version == 7
    assert (await log.trigger_event(8, page="/b")).originator_version == 8


async def test_of_two_events_triggered_at_the_same_time_one_can_be_saved(make_async: Apps) -> None:
    """E11: they have the same version."""
    app = make_async(AsyncSite)
    log = log_of(app)
    first, second = await log.trigger_event(page="/"), await log.trigger_event(page="/a")
    await app.save(first)
    with pytest.raises(IntegrityError):
        await app.save(second)


async def test_a_log_event_is_saved_with_aggregates(make_async: Apps) -> None:
    """E10: atomically."""
    app = make_async(AsyncSite)
    log = log_of(app)
    dog = Dog("Fido")
    await app.save(dog, await log.trigger_event(page="/"))
    assert await app.repository.contains(dog.id)
    assert (await log.get_last()).page == "/"


async def test_a_log_may_hold_events_of_several_types(make_async: Apps) -> None:
    """E12: through the extension point."""
    app = make_async(AsyncSite)
    log = AsyncVisits(app.events, uuid4(), PageVisited)
    await visit(app, log, "/")
    await app.save(await log.trigger_left("/"))
    assert [type(e) for e in await log.get()] == [PageVisited, PageLeft]


async def test_an_empty_log_has_no_first_and_no_last_event(make_async: Apps) -> None:
    """E13: None."""
    log = log_of(make_async(AsyncSite))
    assert await log.get_first() is None
    assert await log.get_last() is None
    assert list(await log.get()) == []


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({}, ["1", "2", "3", "4"]),
        ({"gt": 2}, ["3", "4"]),
        ({"lte": 2}, ["1", "2"]),
        ({"desc": True}, ["4", "3", "2", "1"]),
        ({"limit": 1}, ["1"]),
        ({"gt": 1, "lte": 3, "desc": True, "limit": 1}, ["3"]),
    ],
)
async def test_a_range_of_events_is_selected(
    make_async: Apps, kwargs: dict[str, Any], expected: list[str]
) -> None:
    """E13: in the order of the versions; by keyword or by position [9.2]."""
    app = make_async(AsyncSite)
    log = log_of(app)
    await visit(app, log, "1", "2", "3", "4")
    assert [e.page for e in await log.get(**kwargs)] == expected
    by_position = [kwargs.get(name) for name in ("gt", "lte", "desc", "limit")]
    assert [e.page for e in await log.get(*by_position)] == expected
    assert ((await log.get_first()).page, (await log.get_last()).page) == ("1", "4")


async def test_logs_are_separate(make_async: Apps) -> None:
    """E13: each holds the events of its own ID."""
    app = make_async(AsyncSite)
    first, second = log_of(app), log_of(app)
    await visit(app, first, "/")
    assert await second.get_first() is None
    assert (first.events, first.logged_cls) == (app.events, PageVisited)


class Tick(DomainEvent):
    """Keeps its own time."""

    @staticmethod
    def create_timestamp() -> datetime:
        return datetime(2000, 1, 1, tzinfo=UTC)


async def test_the_event_class_makes_its_timestamps(make_async: Apps) -> None:
    """E10: when it knows how to."""
    app = make_async(AsyncSite)
    log = AsyncEventSourcedLog(app.events, uuid4(), Tick)
    assert (await log.trigger_event()).timestamp == Tick.create_timestamp()
