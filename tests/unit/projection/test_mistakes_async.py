"""What is said to those who hand over something wrong: what it is, and what is expected."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.signals_async import Signal
from eventsourcing.application import AsyncApplication
from eventsourcing.dcb.application import AsyncDCBApplication
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import (
    AsyncApplicationSubscription,
    AsyncDCBApplicationSubscription,
    AsyncDeadLetterQueue,
    AsyncEventSourcedProjection,
    AsyncEventSourcedProjectionRunner,
    AsyncProjection,
    AsyncProjectionRunner,
    AsyncViewVersions,
)
from eventsourcing.utils import get_topic
from tests.unit.projection.gates_async import (
    PATIENCE,
    AsyncSeeing,
    AsyncUpstream,
    make_runner,
)

CREATED = get_topic(Aggregate.Created)


class AsyncMirror(AsyncEventSourcedProjection[UUID]):
    pass


class AsyncForgetful(AsyncProjection[POPOTrackingRecorder]):
    """Does not record positions; says when it has got to the third event."""

    third = Signal()

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if tracking.notification_id == 3:
            self.third.set()


async def run(*args: Any, **kwargs: Any) -> None:
    """Start a runner, and stop it."""
    async with make_runner(*args, **kwargs):
        pass


# Classes


@pytest.mark.parametrize("projection_class", [None, "Seeing", POPOTrackingRecorder, Aggregate])
async def test_what_is_no_projection_class_is_refused(projection_class: Any) -> None:
    """J17: before anything is opened."""
    with pytest.raises(TypeError) as caught:
        make_runner(projection_class)
    assert f"projection_class is {projection_class!r}: expected" in str(caught.value)


async def test_an_event_sourced_projection_has_a_runner_of_its_own() -> None:
    """Section 11: the error says which."""
    with pytest.raises(TypeError, match=f"run by {AsyncEventSourcedProjectionRunner.__name__}"):
        make_runner(AsyncMirror)  # type: ignore[arg-type]


async def test_a_projection_with_a_view_has_a_runner_of_its_own() -> None:
    """Section 11: the error says which."""
    with pytest.raises(TypeError, match=f"run by {AsyncProjectionRunner.__name__}"):
        AsyncEventSourcedProjectionRunner(
            application_class=AsyncUpstream,
            projection_class=AsyncSeeing,  # type: ignore[type-var]
        )


async def test_a_projection_needs_a_view() -> None:
    """J17: without one, its handlers would find the engine's own recorder."""
    with pytest.raises(TypeError, match="view_class is None: expected"):
        AsyncProjectionRunner(
            application_class=AsyncUpstream,
            projection_class=AsyncSeeing,
            view_class=None,  # type: ignore[arg-type]
        )


async def test_who_can_be_followed_is_in_a_note() -> None:
    """J18: the text of the error itself is that of the contract."""
    with pytest.raises(TypeError) as caught:
        AsyncProjectionRunner(
            application_class=int,  # type: ignore[type-var]
            projection_class=AsyncSeeing,
            view_class=POPOTrackingRecorder,
        )
    assert f"derived from {AsyncApplication.__name__}" in caught.value.__notes__[0]


async def test_names_of_views_are_texts() -> None:
    """The class of the projection is taken for its name easily."""
    with pytest.raises(TypeError, match="expected the name of a projection"):
        AsyncViewVersions(AsyncSeeing, POPOTrackingRecorder)  # type: ignore[arg-type]


# Topics and positions


@pytest.mark.parametrize("topics", [CREATED, (Aggregate.Created,), (1,), 1])
async def test_topics_are_texts(topics: Any) -> None:
    """Others would select nothing, without a word."""

    class Choosy(AsyncSeeing):
        name = "Seeing"

    Choosy.topics = topics
    with pytest.raises(TypeError, match=r"Choosy\.topics (is|has) .*: expected"):
        await run(Choosy)
    with pytest.raises(TypeError, match=r"topics (is|has) .*: expected"):
        AsyncApplicationSubscription(AsyncUpstream(), topics=topics)


async def test_topics_of_event_sourced_projections_are_texts() -> None:
    """Others would select nothing, without a word."""

    class Choosy(AsyncMirror):
        topics = CREATED

    with pytest.raises(TypeError, match=r"Choosy\.topics is .*: expected a sequence"):
        Choosy()


async def test_topics_may_be_in_any_collection() -> None:
    """J2: a set, for example."""

    class Choosy(AsyncSeeing):
        name = "Seeing"
        topics = {CREATED}  # type: ignore[assignment]

    async with make_runner(Choosy) as runner:
        ids = await runner.app.create()
        await runner.wait(ids[-1], PATIENCE)


async def test_a_subscription_begins_after_a_number() -> None:
    """J1"""
    with pytest.raises(TypeError, match="gt is 'x': expected the ID of a notification"):
        AsyncApplicationSubscription(AsyncUpstream(), gt="x")  # type: ignore[arg-type]


@pytest.mark.parametrize("app", [None, AsyncApplication])
async def test_a_subscription_is_one_to_an_application(app: Any) -> None:
    """J1: to an object, not to a class."""
    with pytest.raises(TypeError, match=r"app is .*: expected an object of"):
        AsyncApplicationSubscription(app)
    with pytest.raises(TypeError, match=r"app is .*: expected an object of"):
        AsyncDCBApplicationSubscription(app)


async def test_each_kind_of_application_has_its_subscription() -> None:
    """J8"""
    with pytest.raises(TypeError, match="expected an object of"):
        AsyncApplicationSubscription(AsyncDCBApplication())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="expected an object of"):
        AsyncDCBApplicationSubscription(AsyncUpstream())  # type: ignore[arg-type]


# Numbers and hooks


async def test_the_size_of_a_batch_is_a_number() -> None:
    """Both kinds of projections say so."""

    class Batches(AsyncSeeing):
        batch_size = "many"

        async def process_events(self, batch: Any) -> None:
            pass

    class Batched(AsyncMirror):
        batch_size = "many"  # type: ignore[assignment]

    with pytest.raises(TypeError, match=r"Batches\.batch_size is 'many'"):
        await run(Batches)
    with pytest.raises(TypeError, match=r"Batched\.batch_size is 'many'"):
        Batched()


@pytest.mark.parametrize("on_progress", [5, "print"])
async def test_a_hook_can_be_called(on_progress: Any) -> None:
    """Also when no event is there that it would be called for."""
    with pytest.raises(TypeError, match=r"on_progress is .*: expected a plain function"):
        await run(on_progress=on_progress)


async def test_dead_letters_are_limited_by_a_number() -> None:
    """The value is named."""
    async with make_runner() as runner:
        letters = AsyncDeadLetterQueue(runner.projection, runner.app)
        with pytest.raises(TypeError, match="limit is 'x': expected a whole number"):
            await letters.list(limit="x")  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="limit is 'x': expected a whole number"):
            await letters.retry(limit="x")  # type: ignore[arg-type]


# Waiting


async def test_what_save_returned_can_be_waited_for() -> None:
    """J23: all of it, by the runner and by the view."""
    async with make_runner() as runner:
        recordings = await runner.app.save(Aggregate(), Aggregate())
        await runner.wait(recordings, PATIENCE)
        assert runner.projection.seen == [each.notification.id for each in recordings]
        await runner.view.wait(runner.app_name, recordings)


async def test_nothing_is_waited_for_where_nothing_was_saved() -> None:
    """J12: as for `None`."""
    async with make_runner() as runner:
        await runner.wait(await runner.app.save(), timeout=0)


@pytest.mark.parametrize("awaited", ["3", 1.5, ["3"], Aggregate])
async def test_nothing_else_can_be_waited_for(awaited: Any) -> None:
    """J12: it would never come."""
    async with make_runner() as runner:
        await runner.app.create()
        with pytest.raises(TypeError, match=r"notification_id is .*: expected the ID"):
            await runner.wait(awaited)


async def test_the_time_to_wait_is_a_number() -> None:
    """J12"""
    async with make_runner() as runner:
        await runner.app.create()
        with pytest.raises(TypeError, match="timeout is None: expected a number of seconds"):
            await runner.wait(1, timeout=None)  # type: ignore[arg-type]


async def test_one_waits_for_an_application_by_its_name() -> None:
    """J12: the class is taken for its name easily."""
    async with make_runner() as runner:
        await runner.app.create()
        with pytest.raises(TypeError, match=r"application_name is .*: expected text"):
            await runner.view.wait(AsyncUpstream, 1)  # type: ignore[arg-type]


# Positions that are not recorded


async def test_a_handler_that_does_not_record_positions_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """J9: once, because the handler does it for each event."""
    caplog.set_level(logging.WARNING)
    async with make_runner(AsyncForgetful) as runner:
        await runner.app.create(3)
        assert await AsyncForgetful.third.wait_at_most(PATIENCE)
        with pytest.raises(TimeoutError):
            await runner.wait(1, timeout=0)
    (record,) = caplog.records
    assert "Notification 1 from 'Upstream' was processed, but" in record.getMessage()


async def test_a_handler_that_records_positions_is_left_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """J9"""
    caplog.set_level(logging.WARNING)
    async with make_runner() as runner:
        ids = await runner.app.create(3)
        await runner.wait(ids[-1], PATIENCE)
    assert caplog.records == []
