"""Event-sourced projections that process several events in one transaction, on each engine."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import ProcessingEvent
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.projection import (
    AsyncEventSourcedProjection,
    AsyncEventSourcedProjectionRunner,
    PutAside,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.samples_async import PATIENCE, AsyncUpstream


class Register(Aggregate):
    """Lists positions."""

    ID = uuid4()

    def __init__(self) -> None:
        self.positions: list[int] = []

    @staticmethod
    def create_id() -> UUID:
        return Register.ID

    @event("Listed")
    def add(self, position: int) -> None:
        self.positions.append(position)


class AsyncRegistering(AsyncEventSourcedProjection[UUID]):
    """Has all positions in one aggregate, and one more aggregate for each event."""

    name = "Registering"
    batch_size = 50

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if isinstance(domain_event, SpannerThrown):
            raise SpannerThrownError("thrown")
        assert processing_event.tracking is not None
        is_begun = await self.repository.contains(Register.ID)
        register = await self.repository.get(Register.ID) if is_begun else Register()
        register.add(processing_event.tracking.notification_id)
        processing_event.collect_events(register, Aggregate())


class AsyncAside(AsyncRegistering):
    name = "Registering"
    on_error = PutAside()


Runner = AsyncEventSourcedProjectionRunner[AsyncUpstream, AsyncRegistering]


def make_runner(
    env: dict[str, str], projection_class: type[AsyncRegistering] = AsyncRegistering
) -> Runner:
    if "SQLITE_DBNAME" in env:  # a file has the events of one application
        env = {**env, "REGISTERING_SQLITE_DBNAME": f"{env['SQLITE_DBNAME']}.registering"}
    return AsyncEventSourcedProjectionRunner(
        application_class=AsyncUpstream, projection_class=projection_class, env=env
    )


async def positions(runner: Runner) -> list[int]:
    register: Register = await runner.projection.repository.get(Register.ID)
    return register.positions


async def count_events(runner: Runner) -> int | None:
    return await runner.projection.recorder.max_notification_id()


async def test_each_event_takes_effect_once_and_in_order(env: dict[str, str]) -> None:
    """J20, issue 5.4: those recorded before, which come in batches, and those that come later."""
    async with make_runner(env) as runner:
        expected = await runner.app.create(230)
        for _ in range(3):
            expected += await runner.app.create(1)
            await runner.wait(expected[-1], PATIENCE)
        assert await positions(runner) == expected
        assert await count_events(runner) == 2 * len(expected) + 1


async def test_a_runner_goes_on_where_the_last_one_ended(durable_env: dict[str, str]) -> None:
    """J20: whatever was the last batch."""
    expected: list[int] = []
    for _ in range(4):
        async with make_runner(durable_env) as runner:
            expected += await runner.app.create(60)
    async with make_runner(durable_env) as runner:
        await runner.wait(expected[-1], PATIENCE)
        assert await positions(runner) == expected


async def test_several_runners_do_not_disturb_each_other(durable_env: dict[str, str]) -> None:
    """J27: who finds that a batch was processed by the other one skips it."""
    async with AsyncUpstream(durable_env) as app:
        expected = await app.create(150)
    async with make_runner(durable_env) as one, make_runner(durable_env) as other:
        for runner in (one, other):
            await runner.wait(expected[-1], PATIENCE)
        expected += await one.app.create(10)
        for runner in (one, other):
            await runner.wait(expected[-1], PATIENCE)
            assert await positions(runner) == expected


async def test_an_event_that_fails_stops_after_those_before_it(env: dict[str, str]) -> None:
    """J21, Y18: although they were read in one batch."""
    async with make_runner(env) as runner:
        expected = await runner.app.create(7)
        created, _ = await runner.app.trigger(SpannerThrown)
        await runner.app.create(7)
        with pytest.raises(SpannerThrownError):
            await runner.run_forever(PATIENCE)
        assert await positions(runner) == [*expected, created]


async def test_an_event_that_fails_is_put_aside_and_the_others_take_effect(
    env: dict[str, str],
) -> None:
    """Issue 5.3 with 5.4."""
    async with make_runner(env, AsyncAside) as runner:
        expected = await runner.app.create(7)
        created, failing = await runner.app.trigger(SpannerThrown)
        expected += [created, *await runner.app.create(7)]
        await runner.wait(expected[-1], PATIENCE)
        assert await positions(runner) == expected
        assert [each.notification_id for each in await runner.dead_letters.list()] == [failing]


async def test_the_position_of_a_batch_is_stored_with_its_events(env: dict[str, str]) -> None:
    """Y4: all or nothing."""
    async with make_runner(env) as runner:
        last = (await runner.app.create(20))[-1]
        await runner.wait(last, PATIENCE)
        number = await count_events(runner)
        jobs = [(each, Tracking("Upstream", last)) for each in Aggregate().collect_events()]
        with pytest.raises(IntegrityError):
            await runner.projection.process_events(jobs)
        assert await count_events(runner) == number
