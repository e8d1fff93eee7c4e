# Generated from test_daily_counters_async.py by tools/async_to_sync.py: do not edit.
"""The example `examples/daily_counters`."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from eventsourcing.persistence import (
    BatchTracking,
    InfrastructureFactory,
    IntegrityError,
    Tracking,
)
from eventsourcing.projection import ProjectionRunner
from eventsourcing.utils import Environment
from examples.daily_counters.application_sync import TicketOffice
from examples.daily_counters.domain import Ticket, TicketError
from examples.daily_counters.memory_view import POPODailyCounters
from examples.daily_counters.postgres_view_sync import PostgresDailyCounters
from examples.daily_counters.projection_sync import DailyCounting
from examples.daily_counters.sqlite_view import SQLiteDailyCounters

PATIENCE = 120.0
VIEW_CLASSES: dict[str, type[Any]] = {
    "eventsourcing.popo": POPODailyCounters,
    "eventsourcing.sqlite": SQLiteDailyCounters,
    "eventsourcing.postgres": PostgresDailyCounters,
}
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
NEXT_DAY = LATE + timedelta(hours=12)


def make_runner(
    env: dict[str, str], projection_class: type[DailyCounting] = DailyCounting
) -> ProjectionRunner[TicketOffice, Any]:
    return ProjectionRunner(
        application_class=TicketOffice,
        projection_class=projection_class,
        view_class=VIEW_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
    )


def catch_up(runner: ProjectionRunner[TicketOffice, Any]) -> None:
    runner.wait(runner.app.recorder.max_notification_id(), timeout=PATIENCE)


def test_events_are_counted_by_day_and_name(env: dict[str, str]) -> None:
    with make_runner(env) as runner:
        one, two, _ = runner.app.sell(["adult", "child", "adult"], LATE)
        runner.app.use(one, NEXT_DAY)
        runner.app.give_back(two, NEXT_DAY)
        catch_up(runner)

        assert runner.view.select(MONDAY, TUESDAY) == {
            (MONDAY, "Sold"): 3,
            (TUESDAY, "Used"): 1,
            (TUESDAY, "GivenBack"): 1,
        }
        assert runner.view.select(MONDAY, MONDAY) == {(MONDAY, "Sold"): 3}
        assert runner.view.select(date.min, date(2026, 3, 1)) == {}


def test_days_are_those_of_the_place(env: dict[str, str]) -> None:
    class InOslo(DailyCounting):
        time_zone = timezone(timedelta(hours=1))

    with make_runner(env, InOslo) as runner:
        runner.app.sell(["adult"], LATE)
        catch_up(runner)

        assert runner.view.select(MONDAY, TUESDAY) == {(TUESDAY, "Sold"): 1}


def test_a_long_log_is_processed_in_batches(env: dict[str, str]) -> None:
    sizes: list[int] = []

    class Recording(DailyCounting):
        batch_size = 40

        def process_events(self, batch: Any) -> None:
            sizes.append(len(batch))
            super().process_events(batch)

    with make_runner(env, Recording) as runner:
        runner.app.sell(["adult"] * 100, LATE)
        catch_up(runner)

        assert runner.view.select(MONDAY, MONDAY) == {(MONDAY, "Sold"): 100}
    assert sum(sizes) == 100
    assert max(sizes) == 40


def test_a_batch_that_was_processed_in_part_changes_nothing(env: dict[str, str]) -> None:
    factory: InfrastructureFactory[Any] = InfrastructureFactory.construct(
        Environment("DailyCounting", env)
    )
    with factory:
        view = factory.tracking_recorder(VIEW_CLASSES[env["PERSISTENCE_MODULE"]])
        view.add(Counter({(MONDAY, "Sold"): 3}), Tracking("TicketOffice", 3))

        with pytest.raises(IntegrityError):
            view.add(Counter({(MONDAY, "Sold"): 4}), BatchTracking("TicketOffice", 6, 3))

        assert view.select(MONDAY, MONDAY) == {(MONDAY, "Sold"): 3}
        assert view.max_tracking_id("TicketOffice") == 3


def test_a_ticket_is_used_or_given_back_once() -> None:
    ticket = Ticket("adult", LATE)
    ticket.use(NEXT_DAY)

    with pytest.raises(TicketError, match="not valid any more"):
        ticket.give_back(NEXT_DAY)
    with pytest.raises(TicketError):
        ticket.use(NEXT_DAY)

    assert len(ticket.pending_events) == 2
