# Generated from test_mistakes_async.py by tools/async_to_sync.py: do not edit.
"""What is said to those who hand over something wrong: what it is, and what is expected."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.signals_sync import Signal
from eventsourcing.application import Application
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import (
    ApplicationSubscription,
    DCBApplicationSubscription,
    DeadLetterQueue,
    EventSourcedProjection,
    EventSourcedProjectionRunner,
    Projection,
    ProjectionRunner,
    ViewVersions,
)
from eventsourcing.utils import get_topic
from tests.unit.projection.gates_sync import (
    PATIENCE,
    Seeing,
    Upstream,
    make_runner,
)

CREATED = get_topic(Aggregate.Created)


class Mirror(EventSourcedProjection[UUID]):
    pass


class Forgetful(Projection[POPOTrackingRecorder]):
    """Does not record positions; says when it has got to the third event."""

    third = Signal()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if tracking.notification_id == 3:
            self.third.set()


def run(*args: Any, **kwargs: Any) -> None:
    """Start a runner, and stop it."""
    with make_runner(*args, **kwargs):
        pass


# Classes


@pytest.mark.parametrize("projection_class", [None, "Seeing", POPOTrackingRecorder, Aggregate])
def test_what_is_no_projection_class_is_refused(projection_class: Any) -> None:
    """J17: before anything is opened."""
    with pytest.raises(TypeError) as caught:
        make_runner(projection_class)
    assert f"projection_class is {projection_class!r}: expected" in str(caught.value)


def test_an_event_sourced_projection_has_a_runner_of_its_own() -> None:
    """Section 11: the error says which."""
    with pytest.raises(TypeError, match=f"run by {EventSourcedProjectionRunner.__name__}"):
        make_runner(Mirror)  # type: ignore[arg-type]


def test_a_projection_with_a_view_has_a_runner_of_its_own() -> None:
    """Section 11: the error says which."""
    with pytest.raises(TypeError, match=f"run by {ProjectionRunner.__name__}"):
        EventSourcedProjectionRunner(
            application_class=Upstream,
            projection_class=Seeing,  # type: ignore[type-var]
        )


def test_a_projection_needs_a_view() -> None:
    """J17: without one, its handlers would find the engine's own recorder."""
    with pytest.raises(TypeError, match="view_class is None: expected"):
        ProjectionRunner(
            application_class=Upstream,
            projection_class=Seeing,
            view_class=None,  # type: ignore[arg-type]
        )


def test_who_can_be_followed_is_in_a_note() -> None:
    """J18: the text of the error itself is that of the contract."""
    with pytest.raises(TypeError) as caught:
        ProjectionRunner(
            application_class=int,  # type: ignore[type-var]
            projection_class=Seeing,
            view_class=POPOTrackingRecorder,
        )
    assert f"derived from {Application.__name__}" in caught.value.__notes__[0]


def test_names_of_views_are_texts() -> None:
    """The class of the projection is taken for its name easily."""
    with pytest.raises(TypeError, match="expected the name of a projection"):
        ViewVersions(Seeing, POPOTrackingRecorder)  # type: ignore[arg-type]


# Topics and positions


@pytest.mark.parametrize("topics", [CREATED, (Aggregate.Created,), (1,), 1])
def test_topics_are_texts(topics: Any) -> None:
    """Others would select nothing, without a word."""

    class Choosy(Seeing):
        name = "Seeing"

    Choosy.topics = topics
    with pytest.raises(TypeError, match=r"Choosy\.topics (is|has) .*: expected"):
        run(Choosy)
    with pytest.raises(TypeError, match=r"topics (is|has) .*: expected"):
        ApplicationSubscription(Upstream(), topics=topics)


def test_topics_of_event_sourced_projections_are_texts() -> None:
    """Others would select nothing, without a word."""

    class Choosy(Mirror):
        topics = CREATED

    with pytest.raises(TypeError, match=r"Choosy\.topics is .*: expected a sequence"):
        Choosy()


def test_topics_may_be_in_any_collection() -> None:
    """J2: a set, for example."""

    class Choosy(Seeing):
        name = "Seeing"
        topics = {CREATED}  # type: ignore[assignment]

    with make_runner(Choosy) as runner:
        ids = runner.app.create()
        runner.wait(ids[-1], PATIENCE)


def test_a_subscription_begins_after_a_number() -> None:
    """J1"""
    with pytest.raises(TypeError, match="gt is 'x': expected the ID of a notification"):
        ApplicationSubscription(Upstream(), gt="x")  # type: ignore[arg-type]


@pytest.mark.parametrize("app", [None, Application])
def test_a_subscription_is_one_to_an_application(app: Any) -> None:
    """J1: to an object, not to a class."""
    with pytest.raises(TypeError, match=r"app is .*: expected an object of"):
        ApplicationSubscription(app)
    with pytest.raises(TypeError, match=r"app is .*: expected an object of"):
        DCBApplicationSubscription(app)


def test_each_kind_of_application_has_its_subscription() -> None:
    """J8"""
    with pytest.raises(TypeError, match="expected an object of"):
        ApplicationSubscription(DCBApplication())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="expected an object of"):
        DCBApplicationSubscription(Upstream())  # type: ignore[arg-type]


# Numbers and hooks


def test_the_size_of_a_batch_is_a_number() -> None:
    """Both kinds of projections say so."""

    class Batches(Seeing):
        batch_size = "many"

        def process_events(self, batch: Any) -> None:
            pass

    class Batched(Mirror):
        batch_size = "many"  # type: ignore[assignment]

    with pytest.raises(TypeError, match=r"Batches\.batch_size is 'many'"):
        run(Batches)
    with pytest.raises(TypeError, match=r"Batched\.batch_size is 'many'"):
        Batched()


@pytest.mark.parametrize("on_progress", [5, "print"])
def test_a_hook_can_be_called(on_progress: Any) -> None:
    """Also when no event is there that it would be called for."""
    with pytest.raises(TypeError, match=r"on_progress is .*: expected a plain function"):
        run(on_progress=on_progress)


def test_dead_letters_are_limited_by_a_number() -> None:
    """The value is named."""
    with make_runner() as runner:
        letters = DeadLetterQueue(runner.projection, runner.app)
        with pytest.raises(TypeError, match="limit is 'x': expected a whole number"):
            letters.list(limit="x")  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="limit is 'x': expected a whole number"):
            letters.retry(limit="x")  # type: ignore[arg-type]


# Waiting


def test_what_save_returned_can_be_waited_for() -> None:
    """J23: all of it, by the runner and by the view."""
    with make_runner() as runner:
        recordings = runner.app.save(Aggregate(), Aggregate())
        runner.wait(recordings, PATIENCE)
        assert runner.projection.seen == [each.notification.id for each in recordings]
        runner.view.wait(runner.app_name, recordings)


def test_nothing_is_waited_for_where_nothing_was_saved() -> None:
    """J12: as for `None`."""
    with make_runner() as runner:
        runner.wait(runner.app.save(), timeout=0)


@pytest.mark.parametrize("awaited", ["3", 1.5, ["3"], Aggregate])
def test_nothing_else_can_be_waited_for(awaited: Any) -> None:
    """J12: it would never come."""
    with make_runner() as runner:
        runner.app.create()
        with pytest.raises(TypeError, match=r"notification_id is .*: expected the ID"):
            runner.wait(awaited)


def test_the_time_to_wait_is_a_number() -> None:
    """J12"""
    with make_runner() as runner:
        runner.app.create()
        with pytest.raises(TypeError, match="timeout is None: expected a number of seconds"):
            runner.wait(1, timeout=None)  # type: ignore[arg-type]


def test_one_waits_for_an_application_by_its_name() -> None:
    """J12: the class is taken for its name easily."""
    with make_runner() as runner:
        runner.app.create()
        with pytest.raises(TypeError, match=r"application_name is .*: expected text"):
            runner.view.wait(Upstream, 1)  # type: ignore[arg-type]


# Positions that are not recorded


def test_a_handler_that_does_not_record_positions_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """J9: once, because the handler does it for each event."""
    caplog.set_level(logging.WARNING)
    with make_runner(Forgetful) as runner:
        runner.app.create(3)
        assert Forgetful.third.wait_at_most(PATIENCE)
        with pytest.raises(TimeoutError):
            runner.wait(1, timeout=0)
    (record,) = caplog.records
    assert "Notification 1 from 'Upstream' was processed, but" in record.getMessage()


def test_a_handler_that_records_positions_is_left_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """J9"""
    caplog.set_level(logging.WARNING)
    with make_runner() as runner:
        ids = runner.app.create(3)
        runner.wait(ids[-1], PATIENCE)
    assert caplog.records == []
