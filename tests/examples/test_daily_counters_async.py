"""The example `examples/daily_counters`."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from eventsourcing.persistence import (
    AsyncInfrastructureFactory,
    BatchTracking,
    IntegrityError,
    Tracking,
)
from eventsourcing.projection import AsyncProjectionRunner
from eventsourcing.utils import Environment
from examples.daily_counters.application_async import AsyncTicketOffice
from examples.daily_counters.domain import Ticket, TicketError
from examples.daily_counters.memory_view import POPODailyCounters
from examples.daily_counters.postgres_view_async import AsyncPostgresDailyCounters
from examples.daily_counters.projection_async import AsyncDailyCounting
from examples.daily_counters.sqlite_view import SQLiteDailyCounters

PATIENCE = 120.0
VIEW_CLASSES: dict[str, type[Any]] = {
    "eventsourcing.popo": POPODailyCounters,
    "eventsourcing.sqlite": SQLiteDailyCounters,
    "eventsourcing.postgres": AsyncPostgresDailyCounters,
}
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
NEXT_DAY = LATE + timedelta(hours=12)


def make_runner(
    env: dict[str, str], projection_class: type[AsyncDailyCounting] = AsyncDailyCounting
) -> AsyncProjectionRunner[AsyncTicketOffice, Any]:
    return AsyncProjectionRunner(
        application_class=AsyncTicketOffice,
        projection_class=projection_class,
        view_class=VIEW_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
    )


async def catch_up(runner: AsyncProjectionRunner[AsyncTicketOffice, Any]) -> None:
    await runner.wait(await runner.app.recorder.max_notification_id(), timeout=PATIENCE)


async def test_events_are_counted_by_day_and_name(env: dict[str, str]) -> None:
    async with make_runner(env) as runner:
        one, two, _ = await runner.app.sell(["adult", "child", "adult"], LATE)
        await runner.app.use(one, NEXT_DAY)
        await runner.app.give_back(two, NEXT_DAY)
        await catch_up(runner)

        assert await runner.view.select(MONDAY, TUESDAY) == {
            (MONDAY, "Sold"): 3,
            (TUESDAY, "Used"): 1,
            (TUESDAY, "GivenBack"): 1,
        }
        assert await runner.view.select(MONDAY, MONDAY) == {(MONDAY, "Sold"): 3}
        assert await runner.view.select(date.min, date(2026, 3, 1)) == {}


async def test_days_are_those_of_the_place(env: dict[str, str]) -> None:
    class InOslo(AsyncDailyCounting):
        time_zone = timezone(timedelta(hours=1))

    async with make_runner(env, InOslo) as runner:
        await runner.app.sell(["adult"], LATE)
        await catch_up(runner)

        assert await runner.view.select(MONDAY, TUESDAY) == {(TUESDAY, "Sold"): 1}


async def test_a_long_log_is_processed_in_batches(env: dict[str, str]) -> None:
    sizes: list[int] = []

    class Recording(AsyncDailyCounting):
        batch_size = 40

        async def process_events(self, batch: Any) -> None:
            sizes.append(len(batch))
            await super().process_events(batch)

    async with make_runner(env, Recording) as runner:
        await runner.app.sell(["adult"] * 100, LATE)
        await catch_up(runner)

        assert await runner.view.select(MONDAY, MONDAY) == {(MONDAY, "Sold"): 100}
    assert sum(sizes) == 100
    assert max(sizes) == 40


async def test_a_batch_that_was_processed_in_part_changes_nothing(env: dict[str, str]) -> None:
    factory: AsyncInfrastructureFactory[Any] = AsyncInfrastructureFactory.construct(
        Environment("DailyCounting", env)
    )
    async with factory:
        view = factory.tracking_recorder(VIEW_CLASSES[env["PERSISTENCE_MODULE"]])
        await view.add(Counter({(MONDAY, "Sold"): 3}), Tracking("TicketOffice", 3))

        with pytest.raises(IntegrityError):
            await view.add(Counter({(MONDAY, "Sold"): 4}), BatchTracking("TicketOffice", 6, 3))

        assert await view.select(MONDAY, MONDAY) == {(MONDAY, "Sold"): 3}
        assert await view.max_tracking_id("TicketOffice") == 3


def test_a_ticket_is_used_or_given_back_once() -> None:
    ticket = Ticket("adult", LATE)
    ticket.use(NEXT_DAY)

    with pytest.raises(TicketError, match="not valid any more"):
        ticket.give_back(NEXT_DAY)
    with pytest.raises(TicketError):
        ticket.use(NEXT_DAY)

    assert len(ticket.pending_events) == 2
