# Generated from test_event_sourced_batches_async.py by tools/async_to_sync.py: do not edit.
"""Event-sourced projections that process several events in one transaction, on each engine."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import ProcessingEvent
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.projection import (
    EventSourcedProjection,
    EventSourcedProjectionRunner,
    PutAside,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.samples_sync import PATIENCE, Upstream


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


class Registering(EventSourcedProjection[UUID]):
    """Has all positions in one aggregate, and one more aggregate for each event."""

    name = "Registering"
    batch_size = 50

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if isinstance(domain_event, SpannerThrown):
            raise SpannerThrownError("thrown")
        assert processing_event.tracking is not None
        is_begun = self.repository.contains(Register.ID)
        register = self.repository.get(Register.ID) if is_begun else Register()
        register.add(processing_event.tracking.notification_id)
        processing_event.collect_events(register, Aggregate())


class Aside(Registering):
    name = "Registering"
    on_error = PutAside()


Runner = EventSourcedProjectionRunner[Upstream, Registering]


def make_runner(env: dict[str, str], projection_class: type[Registering] = Registering) -> Runner:
    if "SQLITE_DBNAME" in env:  # a file has the events of one application
        env = {**env, "REGISTERING_SQLITE_DBNAME": f"{env['SQLITE_DBNAME']}.registering"}
    return EventSourcedProjectionRunner(
        application_class=Upstream, projection_class=projection_class, env=env
    )


def positions(runner: Runner) -> list[int]:
    register: Register = runner.projection.repository.get(Register.ID)
    return register.positions


def count_events(runner: Runner) -> int | None:
    return runner.projection.recorder.max_notification_id()


def test_each_event_takes_effect_once_and_in_order(env: dict[str, str]) -> None:
    """J20, issue 5.4: those recorded before, which come in batches, and those that come later."""
    with make_runner(env) as runner:
        expected = runner.app.create(230)
        for _ in range(3):
            expected += runner.app.create(1)
            runner.wait(expected[-1], PATIENCE)
        assert positions(runner) == expected
        assert count_events(runner) == 2 * len(expected) + 1


def test_a_runner_goes_on_where_the_last_one_ended(durable_env: dict[str, str]) -> None:
    """J20: whatever was the last batch."""
    expected: list[int] = []
    for _ in range(4):
        with make_runner(durable_env) as runner:
            expected += runner.app.create(60)
    with make_runner(durable_env) as runner:
        runner.wait(expected[-1], PATIENCE)
        assert positions(runner) == expected


def test_several_runners_do_not_disturb_each_other(durable_env: dict[str, str]) -> None:
    """J27: who finds that a batch was processed by the other one skips it."""
    with Upstream(durable_env) as app:
        expected = app.create(150)
    with make_runner(durable_env) as one, make_runner(durable_env) as other:
        for runner in (one, other):
            runner.wait(expected[-1], PATIENCE)
        expected += one.app.create(10)
        for runner in (one, other):
            runner.wait(expected[-1], PATIENCE)
            assert positions(runner) == expected


def test_an_event_that_fails_stops_after_those_before_it(env: dict[str, str]) -> None:
    """J21, Y18: although they were read in one batch."""
    with make_runner(env) as runner:
        expected = runner.app.create(7)
        created, _ = runner.app.trigger(SpannerThrown)
        runner.app.create(7)
        with pytest.raises(SpannerThrownError):
            runner.run_forever(PATIENCE)
        assert positions(runner) == [*expected, created]


def test_an_event_that_fails_is_put_aside_and_the_others_take_effect(
    env: dict[str, str],
) -> None:
    """Issue 5.3 with 5.4."""
    with make_runner(env, Aside) as runner:
        expected = runner.app.create(7)
        created, failing = runner.app.trigger(SpannerThrown)
        expected += [created, *runner.app.create(7)]
        runner.wait(expected[-1], PATIENCE)
        assert positions(runner) == expected
        assert [each.notification_id for each in runner.dead_letters.list()] == [failing]


def test_the_position_of_a_batch_is_stored_with_its_events(env: dict[str, str]) -> None:
    """Y4: all or nothing."""
    with make_runner(env) as runner:
        last = runner.app.create(20)[-1]
        runner.wait(last, PATIENCE)
        number = count_events(runner)
        jobs = [(each, Tracking("Upstream", last)) for each in Aggregate().collect_events()]
        with pytest.raises(IntegrityError):
            runner.projection.process_events(jobs)
        assert count_events(runner) == number
