# Generated from test_runner_async.py by tools/async_to_sync.py: do not edit.
"""The runners of projections: J17-J26."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import Event, spawn
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    IntegrityError,
    ProgrammingError,
    Tracking,
    WaitInterruptedError,
)
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import (
    ApplicationSubscription,
    BaseProjectionRunner,
    EventSourcedProjection,
    EventSourcedProjectionRunner,
    ProjectionRunner,
    ProjectionStatus,
)
from tests.support.waiting import is_collected
from tests.unit.projection.gates_sync import (
    PATIENCE,
    Failing,
    Gated,
    Seeing,
    Upstream,
    eventually,
    make_runner,
)

# Construction


def test_the_projection_reads_variables_with_its_prefix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """J17: from the process environment, overlaid with `env`."""
    monkeypatch.setenv("ASYNCSEEING_COLOUR", "red")
    monkeypatch.setenv("SEEING_COLOUR", "red")
    monkeypatch.setenv("UPSTREAM_COLOUR", "blue")
    runner = make_runner(env={"SIZE": "big"})
    assert runner._factory.env.get("COLOUR") == "red"
    assert runner._factory.env.get("SIZE") == "big"
    assert runner.app.env.get("COLOUR") == "blue"
    assert runner.app.env.get("SIZE") == "big"
    runner.stop()


def test_what_a_runner_is_made_of() -> None:
    """Section 11: its attributes."""
    with make_runner() as runner:
        assert type(runner.app) is Upstream
        assert runner.app_name == "Upstream"
        assert type(runner.projection) is Seeing
        assert runner.projection.view is runner.view
        assert not runner.is_interrupted.is_set()


@pytest.mark.parametrize("application_class", [Application[UUID], Upstream])
def test_applications_may_have_type_arguments(application_class: Any) -> None:
    """J18"""
    with ProjectionRunner(
        application_class=application_class,
        projection_class=Seeing,
        view_class=POPOTrackingRecorder,
    ) as runner:
        recordings = runner.app.save(Aggregate())
        runner.wait(recordings[-1].notification.id, PATIENCE)


@pytest.mark.parametrize("application_class", [Aggregate, dict[str, int], "Upstream", None])
def test_other_classes_are_refused(application_class: Any) -> None:
    """J18: with a TypeError that names them."""
    with pytest.raises(TypeError) as caught:
        ProjectionRunner(
            application_class=application_class,
            projection_class=Seeing,
            view_class=POPOTrackingRecorder,
        )
    assert str(caught.value) == f"Unsupported application type: {application_class}"


def test_runners_may_have_type_arguments() -> None:
    """Section 1: they can be subscripted at run time."""
    assert ProjectionRunner[Upstream, Any] is not None
    assert EventSourcedProjectionRunner[Upstream, Any] is not None
    assert BaseProjectionRunner[Upstream] is not None


def test_the_base_runs_what_others_have_made() -> None:
    """Section 11: `BaseProjectionRunner` with a projection and a recorder."""
    with make_runner() as other:
        projection = Seeing(other.view)
        with BaseProjectionRunner(
            projection=projection,
            application_class=Upstream,
            tracking_recorder=other.view,
            topics=(),
        ) as runner:
            assert runner.projection is projection
            ids = runner.app.create()
            runner.wait(ids[-1], PATIENCE)
            assert projection.seen == ids


def test_an_event_sourced_projection_is_run() -> None:
    """J17, J19: it is its own recorder of positions."""

    class Mirror(EventSourcedProjection[UUID]):
        def policy(self, domain_event: Any, processing_event: Any) -> None:
            processing_event.collect_events(Aggregate())

    with EventSourcedProjectionRunner(
        application_class=Upstream, projection_class=Mirror
    ) as runner:
        ids = runner.app.create(3)
        runner.wait(ids[-1], PATIENCE)
        assert runner.projection.recorder.max_notification_id() == 3
    assert runner.projection.closing.is_set()
    assert runner.app.closing.is_set()


# Running


def test_nothing_is_processed_after_an_error() -> None:
    """J21: the error itself is raised, not wrapped."""
    with make_runner(Failing) as runner:
        runner.app.create(3)
        with pytest.raises(ValueError, match=r"^the second event$") as caught:
            runner.run_forever(PATIENCE)
        assert caught.value is Failing.error
        assert runner.is_interrupted.is_set()
        assert runner.projection.seen == [1, 2]


def test_an_error_is_raised_once() -> None:
    """J21, J22: by whichever method comes first; `run_forever()` then returns at once."""
    with make_runner(Failing) as runner:
        runner.app.create(2)
        with pytest.raises(ValueError, match="second"):
            runner.wait(10, PATIENCE)
        runner.run_forever()
        with pytest.raises(WaitInterruptedError):
            runner.wait(10, PATIENCE)


def test_an_error_is_raised_at_the_end_of_the_block() -> None:
    """J21, J25: if nothing has raised it before."""
    with pytest.raises(ValueError, match="second"):
        runner = make_runner(Failing)
        with runner:
            runner.app.create(2)
            eventually(runner.is_interrupted.is_set)


def test_the_error_of_the_block_is_the_context_of_that_of_the_projection() -> None:
    """J25"""
    error = KeyError("the block")
    with pytest.raises(ValueError, match="second") as caught:
        runner = make_runner(Failing)
        with runner:
            runner.app.create(2)
            eventually(runner.is_interrupted.is_set)
            raise error
    assert caught.value.__context__ is error


def test_an_error_of_the_block_leaves_it() -> None:
    """J25: when the projection has none."""
    with pytest.raises(KeyError):
        runner = make_runner()
        with runner:
            raise KeyError


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_errors_that_end_programs_are_kept_too(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J21: an exception from `process_event`, whatever it is."""
    monkeypatch.setattr(Failing, "error", error)
    with make_runner(Failing) as runner:
        runner.app.create(2)
        with pytest.raises(type(error)):
            runner.run_forever(PATIENCE)


def test_an_error_of_the_subscription_stops_the_runner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """J21: as one of the projection."""
    with make_runner() as runner:

        def fail(*_: Any) -> Any:
            raise ValueError("cannot be decoded")

        monkeypatch.setattr(runner.app.mapper, "to_domain_event", fail)
        runner.app.create()
        with pytest.raises(ValueError, match="cannot be decoded"):
            runner.run_forever(PATIENCE)


def test_running_ends_when_the_time_is_up() -> None:
    """J22: and the runner goes on."""
    with make_runner() as runner:
        runner.run_forever(timeout=0.01)
        ids = runner.app.create()
        runner.wait(ids[-1], PATIENCE)


def test_running_ends_when_the_runner_is_stopped() -> None:
    """J22, J24: also if it was stopped before, and repeatedly."""
    with make_runner() as runner:
        running = spawn(runner.run_forever)
        runner.stop()
        runner.stop()
        assert running.join(PATIENCE)
        assert running.error is None
        runner.run_forever()


def test_waiting_ends_when_the_runner_is_stopped() -> None:
    """J23: it returns, though nothing was processed."""
    with make_runner() as runner:
        waiting = spawn(runner.wait, 10, PATIENCE)
        runner.stop()
        assert waiting.join(PATIENCE)
        assert waiting.error is None


def test_waiting_ends_when_the_runner_is_interrupted() -> None:
    """J23: by somebody else."""
    with make_runner() as runner:
        runner.is_interrupted.set()
        with pytest.raises(WaitInterruptedError):
            runner.wait(10, PATIENCE)


def test_what_was_processed_is_not_waited_for() -> None:
    """J23: also on a runner that was stopped; `None` has always been processed."""
    with make_runner() as runner:
        ids = runner.app.create()
        runner.wait(ids[-1], PATIENCE)
        runner.stop()
        runner.wait(ids[-1], 0)
        runner.wait(None, 0)


def test_waiting_ends_when_the_time_is_up() -> None:
    """J23: with the words of J12."""
    with make_runner() as runner:
        with pytest.raises(TimeoutError) as caught:
            runner.wait(10, 0.01)
        assert str(caught.value) == (
            "Timed out waiting for notification 10 from application 'Upstream' to be processed"
        )


def test_setting_the_event_stops_processing() -> None:
    """J21: `is_interrupted` needs no thread that watches it."""
    with make_runner(Gated) as runner:
        runner.app.create(2)
        assert runner.projection.entered.wait_at_most(PATIENCE)
        runner.is_interrupted.set()
        runner.projection.gate.set()
        assert runner._task.join(PATIENCE)
        assert runner.projection.seen == [1]


def test_a_runner_may_be_stopped_by_its_projection() -> None:
    """J24: `stop()` does not wait for the event in progress, which calls it."""
    stop: list[Any] = []

    class Last(Seeing):
        def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            super().process_event(domain_event, tracking)
            stop[0]()

    with make_runner(Last) as runner:
        stop.append(runner.stop)
        runner.app.create(3)
        runner.run_forever(PATIENCE)
        assert runner.projection.seen == [1]


# Ending


def test_the_event_in_progress_is_finished() -> None:
    """J25, J28: stop, wait for it, and only then close."""
    with make_runner(Gated) as runner:
        runner.app.create(2)
        assert runner.projection.entered.wait_at_most(PATIENCE)
        runner.stop()
        assert not runner.app.closing.is_set()
        runner.projection.gate.set()
    assert (runner.projection.done, runner.projection.seen) == (1, [1])
    assert runner.app.closing.is_set()
    assert runner._task.done()


def test_a_runner_is_entered_once() -> None:
    """J25, J4: and goes on after the attempt."""
    with make_runner() as runner:
        with pytest.raises(ProgrammingError, match=r"^Already entered subscription context"):
            runner.__enter__()
        ids = runner.app.create()
        runner.wait(ids[-1], PATIENCE)


def test_a_runner_may_be_left_repeatedly() -> None:
    """J25"""
    with make_runner() as runner:
        pass
    runner.__exit__(None, None, None)
    runner.run_forever()


def test_a_runner_that_cannot_start_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """J28: its subscription is stopped, too, and not only when it is collected."""
    subscriptions: list[Any] = []

    def fail(_: Any, processing: Any, subscription: Any, **kwargs: Any) -> None:
        subscriptions.append(subscription)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("eventsourcing.projection.runner_base_sync.spawn", fail)
    with pytest.raises(RuntimeError, match="new thread"):
        make_runner().start()
    with pytest.raises(StopIteration):
        next(subscriptions[0])


def test_leaving_what_was_not_entered_stops_it() -> None:
    """J25, J4: and says that it was not entered."""
    runner = make_runner()
    runner.start()
    with pytest.raises(ProgrammingError, match=r"^Not already entered subscription context"):
        runner.__exit__(None, None, None)
    assert runner.is_interrupted.is_set()
    assert runner._task.done()


def test_the_block_gives_the_runner() -> None:
    """J25: starting it twice is harmless."""
    runner = make_runner()
    runner.start()
    runner.start()
    with runner as entered:
        assert entered is runner


def test_a_runner_that_waits_for_events_can_be_entered() -> None:
    """J25: also when there are none for a long time."""
    runner = make_runner()
    runner.start()
    ids = runner.app.create()
    runner.wait(ids[-1], PATIENCE)
    with runner:
        assert not runner.is_interrupted.is_set()


def test_a_runner_that_is_deleted_stops() -> None:
    """J26: what runs in the background does not refer to it."""
    runner = make_runner()
    runner.start()
    task, reference = runner._task, weakref.ref(runner)
    del runner
    eventually(lambda: is_collected(reference))
    assert task.join(PATIENCE)


def test_a_failure_after_the_runner_is_gone_is_a_warning() -> None:
    """J26: with the traceback, and the event is set anyway."""
    is_stopping = Event()
    with Upstream() as app:
        app.create(2)
        with pytest.warns(RuntimeWarning) as caught:
            ProjectionRunner._process_events_loop(
                subscription=ApplicationSubscription(app),
                projection=Failing(RecorderInMemory()),
                is_stopping=is_stopping,
                runner_ref=lambda: None,
            )
    text = str(caught[0].message)
    assert text.startswith("ProjectionRunner was deleted before error could be assigned:")
    assert "Traceback (most recent call last)" in text
    assert "ValueError: the second event" in text
    assert is_stopping.is_set()


def test_a_failure_of_the_loop_is_given_to_the_runner() -> None:
    """J26: when that is alive."""
    with make_runner() as runner:
        runner.app.create(2)
        ProjectionRunner._process_events_loop(
            ApplicationSubscription(runner.app),
            Failing(RecorderInMemory()),
            Event(),
            weakref.ref(runner),
        )
        with pytest.raises(ValueError, match="second"):
            runner._raise_error()


def test_a_subscription_is_stopped_when_the_event_is_set() -> None:
    """J26: the other static method."""
    with Upstream() as app:
        subscription = ApplicationSubscription(app)
        is_stopping = Event()
        is_stopping.set()
        ProjectionRunner._stop_subscription_when_stopping(subscription, is_stopping)
        with pytest.raises(StopIteration):
            next(subscription)


def test_an_error_that_nobody_asked_for_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """J26: when the runner is deleted."""
    runner = make_runner(Failing)
    runner.start()
    runner.app.create(2)
    eventually(runner._task.done)
    with caplog.at_level(logging.ERROR):
        del runner
        gc.collect()
    assert "deleted before its error was raised" in caplog.text
    assert "the second event" in caplog.text


def test_events_that_others_have_processed_are_skipped() -> None:
    """J27: a stand-by runner does not fail."""
    with make_runner(Gated) as runner:
        runner.app.create(3)
        assert runner.projection.entered.wait_at_most(PATIENCE)
        runner.view.insert_tracking(Tracking("Upstream", 2))
        runner.projection.gate.set()
        runner.wait(3, PATIENCE)
        eventually(lambda: runner.projection.seen == [1, 3])


def test_other_conflicts_stop_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """J27: those that are not about the position."""
    monkeypatch.setattr(Failing, "process_event", raise_conflict)
    with make_runner(Failing) as runner:
        runner.app.create()
        with pytest.raises(IntegrityError, match="unique"):
            runner.run_forever(PATIENCE)


def raise_conflict(*_: Any) -> None:
    raise IntegrityError("unique")


# Progress


def test_progress_is_told() -> None:
    """Issue 5.3, 5.4: in the background, with the status, the end included."""
    told: list[ProjectionStatus] = []
    with make_runner(on_progress=told.append) as runner:
        runner.app.create(300)
        runner.wait(300, PATIENCE)
        eventually(lambda: told and told[-1].position == 300)
    assert told[-1].lag_events == 0
    assert told[-1].seconds_remaining == 0.0
    assert told[0].is_running


def test_a_hook_that_fails_is_harmless(caplog: pytest.LogCaptureFixture) -> None:
    """Issue 5.4: it is logged."""

    def fail(_: ProjectionStatus) -> None:
        raise ValueError("no terminal")

    with make_runner(on_progress=fail) as runner:
        ids = runner.app.create()
        runner.wait(ids[-1], PATIENCE)
        eventually(lambda: "no terminal" in caplog.text)


def test_the_status_says_what_is_left_to_do() -> None:
    """Issue 5.3: position, lag in events and seconds, and whether it runs."""
    with make_runner(Gated) as runner:
        empty = runner.status()
        runner.app.create(3)
        assert runner.projection.entered.wait_at_most(PATIENCE)
        behind = runner.status()
        runner.projection.gate.set()
        runner.wait(3, PATIENCE)
        eventually(lambda: runner._processing.position == 3)
        done = runner.status()
        runner.stop()
        assert runner._task.join(PATIENCE)
        stopped = runner.status()
    assert (empty.position, empty.end, empty.lag_events, empty.lag_seconds) == (None, None, 0, 0.0)
    assert (behind.position, behind.end, behind.lag_events) == (None, 3, 3)
    assert behind.lag_seconds is not None
    assert behind.lag_seconds >= 0.0
    assert behind.is_running
    assert (done.position, done.end, done.lag_events, done.lag_seconds) == (3, 3, 0, 0.0)
    assert done.events_per_second > 0
    assert not stopped.is_running


def test_the_status_keeps_the_last_error() -> None:
    """Issue 5.3: also after it was raised."""
    with make_runner(Failing) as runner:
        runner.app.create(2)
        with pytest.raises(ValueError, match="second"):
            runner.run_forever(PATIENCE)
        status = runner.status()
    assert status.last_error is Failing.error
    assert not status.is_running


# Waking


def test_who_waits_is_woken_by_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 5.7: at once, without polling."""
    module = "eventsourcing.persistence.recorders_sync"
    monkeypatch.setattr(f"{module}._FIRST_POLL_SECONDS", 600.0)
    monkeypatch.setattr(f"{module}._LONGEST_POLL_SECONDS", 600.0)
    with make_runner() as runner:
        for _ in range(20):
            ids = runner.app.create()
            runner.wait(ids[-1], PATIENCE)
            runner.view.wait("Upstream", ids[-1], PATIENCE)


def test_nothing_is_left_in_the_background() -> None:
    """Issue 5.8: no thread."""
    before = set(threading.enumerate())
    for _ in range(100):
        with make_runner():
            pass
    assert set(threading.enumerate()) <= before


class RecorderInMemory(POPOTrackingRecorder):
    """Takes what the projections of this module write, in both flavours."""

    def insert_tracking(self, tracking: Tracking) -> None:  # type: ignore[override]
        super().insert_tracking(tracking)
