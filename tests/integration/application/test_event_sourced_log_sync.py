# Generated from test_event_sourced_log_async.py by tools/async_to_sync.py: do not edit.
"""Logs of events that are never projected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import Application, EventSourcedLog
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import IntegrityError
from tests.integration.application.conftest import Apps
from tests.integration.application.dogs import Dog


class PageVisited(DomainEvent):
    page: str


class PageLeft(DomainEvent):
    page: str


class Visits(EventSourcedLog[DomainEvent]):
    """Logs events of two types."""

    def trigger_left(self, page: str) -> PageLeft:
        event: PageLeft = self._trigger_event(logged_cls=PageLeft, page=page)
        return event


class Site(Application[UUID]):
    pass


def log_of(app: Any) -> EventSourcedLog[Any]:
    return EventSourcedLog(app.events, uuid4(), PageVisited)


def visit(app: Any, log: EventSourcedLog[Any], *pages: str) -> None:
    for page in pages:
        app.save(log.trigger_event(page=page))


def test_a_triggered_event_is_returned_but_not_stored(make_sync: Apps) -> None:
    """E10: with the ID, the time and the attributes."""
    app = make_sync(Site)
    log = log_of(app)
    event = log.trigger_event(page="/")
    assert type(event) is PageVisited
    assert (event.originator_id, event.originator_version, event.page) == (
        log.originator_id,
        1,
        "/",
    )
    assert abs(event.timestamp - datetime.now(UTC)) < timedelta(minutes=1)
    assert log.get_first() is None


def test_versions_follow_the_last_stored_event(make_sync: Apps) -> None:
    """E11: or are as given."""
    app = make_sync(Site)
    log = log_of(app)
    visit(app, log, "/", "/a")
    assert log.trigger_event(page="/b").originator_version == 3
    assert log.trigger_event(next_originator_version=7, page="/b").originator_version == 7
    assert log.trigger_event(8, page="/b").originator_version == 8


def test_of_two_events_triggered_at_the_same_time_one_can_be_saved(make_sync: Apps) -> None:
    """E11: they have the same version."""
    app = make_sync(Site)
    log = log_of(app)
    first, second = log.trigger_event(page="/"), log.trigger_event(page="/a")
    app.save(first)
    with pytest.raises(IntegrityError):
        app.save(second)


def test_a_log_event_is_saved_with_aggregates(make_sync: Apps) -> None:
    """E10: atomically."""
    app = make_sync(Site)
    log = log_of(app)
    dog = Dog("Fido")
    app.save(dog, log.trigger_event(page="/"))
    assert app.repository.contains(dog.id)
    assert log.get_last().page == "/"


def test_a_log_may_hold_events_of_several_types(make_sync: Apps) -> None:
    """E12: through the extension point."""
    app = make_sync(Site)
    log = Visits(app.events, uuid4(), PageVisited)
    visit(app, log, "/")
    app.save(log.trigger_left("/"))
    assert [type(e) for e in log.get()] == [PageVisited, PageLeft]


def test_an_empty_log_has_no_first_and_no_last_event(make_sync: Apps) -> None:
    """E13: None."""
    log = log_of(make_sync(Site))
    assert log.get_first() is None
    assert log.get_last() is None
    assert list(log.get()) == []


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
def test_a_range_of_events_is_selected(
    make_sync: Apps, kwargs: dict[str, Any], expected: list[str]
) -> None:
    """E13: in the order of the versions; by keyword or by position [9.2]."""
    app = make_sync(Site)
    log = log_of(app)
    visit(app, log, "1", "2", "3", "4")
    assert [e.page for e in log.get(**kwargs)] == expected
    by_position = [kwargs.get(name) for name in ("gt", "lte", "desc", "limit")]
    assert [e.page for e in log.get(*by_position)] == expected
    assert (log.get_first().page, log.get_last().page) == ("1", "4")


def test_logs_are_separate(make_sync: Apps) -> None:
    """E13: each holds the events of its own ID."""
    app = make_sync(Site)
    first, second = log_of(app), log_of(app)
    visit(app, first, "/")
    assert second.get_first() is None
    assert (first.events, first.logged_cls) == (app.events, PageVisited)


class Tick(DomainEvent):
    """Keeps its own time."""

    @staticmethod
    def create_timestamp() -> datetime:
        return datetime(2000, 1, 1, tzinfo=UTC)


def test_the_event_class_makes_its_timestamps(make_sync: Apps) -> None:
    """E10: when it knows how to."""
    app = make_sync(Site)
    log = EventSourcedLog(app.events, uuid4(), Tick)
    assert log.trigger_event().timestamp == Tick.create_timestamp()
