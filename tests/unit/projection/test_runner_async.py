"""The runners of projections: J17-J26."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_async import Event, spawn
from eventsourcing.application import AsyncApplication
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    IntegrityError,
    ProgrammingError,
    Tracking,
    WaitInterruptedError,
)
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import (
    AsyncApplicationSubscription,
    AsyncBaseProjectionRunner,
    AsyncEventSourcedProjection,
    AsyncEventSourcedProjectionRunner,
    AsyncProjectionRunner,
    ProjectionStatus,
)
from tests.support.waiting import is_collected
from tests.unit.projection.gates_async import (
    PATIENCE,
    AsyncFailing,
    AsyncGated,
    AsyncSeeing,
    AsyncUpstream,
    eventually,
    make_runner,
)

# Construction


async def test_the_projection_reads_variables_with_its_prefix(
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


async def test_what_a_runner_is_made_of() -> None:
    """Section 11: its attributes."""
    async with make_runner() as runner:
        assert type(runner.app) is AsyncUpstream
        assert runner.app_name == "Upstream"
        assert type(runner.projection) is AsyncSeeing
        assert runner.projection.view is runner.view
        assert not runner.is_interrupted.is_set()


@pytest.mark.parametrize("application_class", [AsyncApplication[UUID], AsyncUpstream])
async def test_applications_may_have_type_arguments(application_class: Any) -> None:
    """J18"""
    async with AsyncProjectionRunner(
        application_class=application_class,
        projection_class=AsyncSeeing,
        view_class=POPOTrackingRecorder,
    ) as runner:
        recordings = await runner.app.save(Aggregate())
        await runner.wait(recordings[-1].notification.id, PATIENCE)


@pytest.mark.parametrize("application_class", [Aggregate, dict[str, int], "Upstream", None])
async def test_other_classes_are_refused(application_class: Any) -> None:
    """J18: with a TypeError that names them."""
    with pytest.raises(TypeError) as caught:
        AsyncProjectionRunner(
            application_class=application_class,
            projection_class=AsyncSeeing,
            view_class=POPOTrackingRecorder,
        )
    assert str(caught.value) == f"Unsupported application type: {application_class}"


async def test_runners_may_have_type_arguments() -> None:
    """Section 1: they can be subscripted at run time."""
    assert AsyncProjectionRunner[AsyncUpstream, Any] is not None
    assert AsyncEventSourcedProjectionRunner[AsyncUpstream, Any] is not None
    assert AsyncBaseProjectionRunner[AsyncUpstream] is not None


async def test_the_base_runs_what_others_have_made() -> None:
    """Section 11: `BaseProjectionRunner` with a projection and a recorder."""
    async with make_runner() as other:
        projection = AsyncSeeing(other.view)
        async with AsyncBaseProjectionRunner(
            projection=projection,
            application_class=AsyncUpstream,
            tracking_recorder=other.view,
            topics=(),
        ) as runner:
            assert runner.projection is projection
            ids = await runner.app.create()
            await runner.wait(ids[-1], PATIENCE)
            assert projection.seen == ids


async def test_an_event_sourced_projection_is_run() -> None:
    """J17, J19: it is its own recorder of positions."""

    class Mirror(AsyncEventSourcedProjection[UUID]):
        async def policy(self, domain_event: Any, processing_event: Any) -> None:
            processing_event.collect_events(Aggregate())

    async with AsyncEventSourcedProjectionRunner(
        application_class=AsyncUpstream, projection_class=Mirror
    ) as runner:
        ids = await runner.app.create(3)
        await runner.wait(ids[-1], PATIENCE)
        assert await runner.projection.recorder.max_notification_id() == 3
    assert runner.projection.closing.is_set()
    assert runner.app.closing.is_set()


# Running


async def test_nothing_is_processed_after_an_error() -> None:
    """J21: the error itself is raised, not wrapped."""
    async with make_runner(AsyncFailing) as runner:
        await runner.app.create(3)
        with pytest.raises(ValueError, match=r"^the second event$") as caught:
            await runner.run_forever(PATIENCE)
        assert caught.value is AsyncFailing.error
        assert runner.is_interrupted.is_set()
        assert runner.projection.seen == [1, 2]


async def test_an_error_is_raised_once() -> None:
    """J21, J22: by whichever method comes first; `run_forever()` then returns at once."""
    async with make_runner(AsyncFailing) as runner:
        await runner.app.create(2)
        with pytest.raises(ValueError, match="second"):
            await runner.wait(10, PATIENCE)
        await runner.run_forever()
        with pytest.raises(WaitInterruptedError):
            await runner.wait(10, PATIENCE)


async def test_an_error_is_raised_at_the_end_of_the_block() -> None:
    """J21, J25: if nothing has raised it before."""
    with pytest.raises(ValueError, match="second"):
        runner = make_runner(AsyncFailing)
        async with runner:
            await runner.app.create(2)
            await eventually(runner.is_interrupted.is_set)


async def test_the_error_of_the_block_is_the_context_of_that_of_the_projection() -> None:
    """J25"""
    error = KeyError("the block")
    with pytest.raises(ValueError, match="second") as caught:
        runner = make_runner(AsyncFailing)
        async with runner:
            await runner.app.create(2)
            await eventually(runner.is_interrupted.is_set)
            raise error
    assert caught.value.__context__ is error


async def test_an_error_of_the_block_leaves_it() -> None:
    """J25: when the projection has none."""
    with pytest.raises(KeyError):
        runner = make_runner()
        async with runner:
            raise KeyError


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
async def test_errors_that_end_programs_are_kept_too(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J21: an exception from `process_event`, whatever it is."""
    monkeypatch.setattr(AsyncFailing, "error", error)
    async with make_runner(AsyncFailing) as runner:
        await runner.app.create(2)
        with pytest.raises(type(error)):
            await runner.run_forever(PATIENCE)


async def test_an_error_of_the_subscription_stops_the_runner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """J21: as one of the projection."""
    async with make_runner() as runner:

        def fail(*_: Any) -> Any:
            raise ValueError("cannot be decoded")

        monkeypatch.setattr(runner.app.mapper, "to_domain_event", fail)
        await runner.app.create()
        with pytest.raises(ValueError, match="cannot be decoded"):
            await runner.run_forever(PATIENCE)


async def test_running_ends_when_the_time_is_up() -> None:
    """J22: and the runner goes on."""
    async with make_runner() as runner:
        await runner.run_forever(timeout=0.01)
        ids = await runner.app.create()
        await runner.wait(ids[-1], PATIENCE)


async def test_running_ends_when_the_runner_is_stopped() -> None:
    """J22, J24: also if it was stopped before, and repeatedly."""
    async with make_runner() as runner:
        running = spawn(runner.run_forever)
        runner.stop()
        runner.stop()
        assert await running.join(PATIENCE)
        assert running.error is None
        await runner.run_forever()


async def test_waiting_ends_when_the_runner_is_stopped() -> None:
    """J23: it returns, though nothing was processed."""
    async with make_runner() as runner:
        waiting = spawn(runner.wait, 10, PATIENCE)
        runner.stop()
        assert await waiting.join(PATIENCE)
        assert waiting.error is None


async def test_waiting_ends_when_the_runner_is_interrupted() -> None:
    """J23: by somebody else."""
    async with make_runner() as runner:
        runner.is_interrupted.set()
        with pytest.raises(WaitInterruptedError):
            await runner.wait(10, PATIENCE)


async def test_what_was_processed_is_not_waited_for() -> None:
    """J23: also on a runner that was stopped; `None` has always been processed."""
    async with make_runner() as runner:
        ids = await runner.app.create()
        await runner.wait(ids[-1], PATIENCE)
        runner.stop()
        await runner.wait(ids[-1], 0)
        await runner.wait(None, 0)


async def test_waiting_ends_when_the_time_is_up() -> None:
    """J23: with the words of J12."""
    async with make_runner() as runner:
        with pytest.raises(TimeoutError) as caught:
            await runner.wait(10, 0.01)
        assert str(caught.value) == (
            "Timed out waiting for notification 10 from application 'Upstream' to be processed"
        )


async def test_setting_the_event_stops_processing() -> None:
    """J21: `is_interrupted` needs no thread that watches it."""
    async with make_runner(AsyncGated) as runner:
        await runner.app.create(2)
        assert await runner.projection.entered.wait_at_most(PATIENCE)
        runner.is_interrupted.set()
        runner.projection.gate.set()
        assert await runner._task.join(PATIENCE)
        assert runner.projection.seen == [1]


async def test_a_runner_may_be_stopped_by_its_projection() -> None:
    """J24: `stop()` does not wait for the event in progress, which calls it."""
    stop: list[Any] = []

    class Last(AsyncSeeing):
        async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            await super().process_event(domain_event, tracking)
            stop[0]()

    async with make_runner(Last) as runner:
        stop.append(runner.stop)
        await runner.app.create(3)
        await runner.run_forever(PATIENCE)
        assert runner.projection.seen == [1]


# Ending


async def test_the_event_in_progress_is_finished() -> None:
    """J25, J28: stop, wait for it, and only then close."""
    async with make_runner(AsyncGated) as runner:
        await runner.app.create(2)
        assert await runner.projection.entered.wait_at_most(PATIENCE)
        runner.stop()
        assert not runner.app.closing.is_set()
        runner.projection.gate.set()
    assert (runner.projection.done, runner.projection.seen) == (1, [1])
    assert runner.app.closing.is_set()
    assert runner._task.done()


async def test_a_runner_is_entered_once() -> None:
    """J25, J4: and goes on after the attempt."""
    async with make_runner() as runner:
        with pytest.raises(ProgrammingError, match=r"^Already entered subscription context"):
            await runner.__aenter__()
        ids = await runner.app.create()
        await runner.wait(ids[-1], PATIENCE)


async def test_a_runner_may_be_left_repeatedly() -> None:
    """J25"""
    async with make_runner() as runner:
        pass
    await runner.__aexit__(None, None, None)
    await runner.run_forever()


async def test_a_runner_that_cannot_start_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """J28: its subscription is stopped, too, and not only when it is collected."""
    subscriptions: list[Any] = []

    def fail(_: Any, processing: Any, subscription: Any, **kwargs: Any) -> None:
        subscriptions.append(subscription)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("eventsourcing.projection.runner_base_async.spawn", fail)
    with pytest.raises(RuntimeError, match="new thread"):
        await make_runner().start()
    with pytest.raises(StopAsyncIteration):
        await anext(subscriptions[0])


async def test_leaving_what_was_not_entered_stops_it() -> None:
    """J25, J4: and says that it was not entered."""
    runner = make_runner()
    await runner.start()
    with pytest.raises(ProgrammingError, match=r"^Not already entered subscription context"):
        await runner.__aexit__(None, None, None)
    assert runner.is_interrupted.is_set()
    assert runner._task.done()


async def test_the_block_gives_the_runner() -> None:
    """J25: starting it twice is harmless."""
    runner = make_runner()
    await runner.start()
    await runner.start()
    async with runner as entered:
        assert entered is runner


async def test_a_runner_that_waits_for_events_can_be_entered() -> None:
    """J25: also when there are none for a long time."""
    runner = make_runner()
    await runner.start()
    ids = await runner.app.create()
    await runner.wait(ids[-1], PATIENCE)
    async with runner:
        assert not runner.is_interrupted.is_set()


async def test_a_runner_that_is_deleted_stops() -> None:
    """J26: what runs in the background does not refer to it."""
    runner = make_runner()
    await runner.start()
    task, reference = runner._task, weakref.ref(runner)
    del runner
    await eventually(lambda: is_collected(reference))
    assert await task.join(PATIENCE)


async def test_a_failure_after_the_runner_is_gone_is_a_warning() -> None:
    """J26: with the traceback, and the event is set anyway."""
    is_stopping = Event()
    async with AsyncUpstream() as app:
        await app.create(2)
        with pytest.warns(RuntimeWarning) as caught:
            await AsyncProjectionRunner._process_events_loop(
                subscription=AsyncApplicationSubscription(app),
                projection=AsyncFailing(RecorderInMemory()),
                is_stopping=is_stopping,
                runner_ref=lambda: None,
            )
    text = str(caught[0].message)
    assert text.startswith("ProjectionRunner was deleted before error could be assigned:")
    assert "Traceback (most recent call last)" in text
    assert "ValueError: the second event" in text
    assert is_stopping.is_set()


async def test_a_failure_of_the_loop_is_given_to_the_runner() -> None:
    """J26: when that is alive."""
    async with make_runner() as runner:
        await runner.app.create(2)
        await AsyncProjectionRunner._process_events_loop(
            AsyncApplicationSubscription(runner.app),
            AsyncFailing(RecorderInMemory()),
            Event(),
            weakref.ref(runner),
        )
        with pytest.raises(ValueError, match="second"):
            runner._raise_error()


async def test_a_subscription_is_stopped_when_the_event_is_set() -> None:
    """J26: the other static method."""
    async with AsyncUpstream() as app:
        subscription = AsyncApplicationSubscription(app)
        is_stopping = Event()
        is_stopping.set()
        await AsyncProjectionRunner._stop_subscription_when_stopping(subscription, is_stopping)
        with pytest.raises(StopAsyncIteration):
            await anext(subscription)


async def test_an_error_that_nobody_asked_for_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """J26: when the runner is deleted."""
    runner = make_runner(AsyncFailing)
    await runner.start()
    await runner.app.create(2)
    await eventually(runner._task.done)
    with caplog.at_level(logging.ERROR):
        del runner
        gc.collect()
    assert "deleted before its error was raised" in caplog.text
    assert "the second event" in caplog.text


async def test_events_that_others_have_processed_are_skipped() -> None:
    """J27: a stand-by runner does not fail."""
    async with make_runner(AsyncGated) as runner:
        await runner.app.create(3)
        assert await runner.projection.entered.wait_at_most(PATIENCE)
        await runner.view.insert_tracking(Tracking("Upstream", 2))
        runner.projection.gate.set()
        await runner.wait(3, PATIENCE)
        await eventually(lambda: runner.projection.seen == [1, 3])


async def test_other_conflicts_stop_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """J27: those that are not about the position."""
    monkeypatch.setattr(AsyncFailing, "process_event", raise_conflict)
    async with make_runner(AsyncFailing) as runner:
        await runner.app.create()
        with pytest.raises(IntegrityError, match="unique"):
            await runner.run_forever(PATIENCE)


async def raise_conflict(*_: Any) -> None:
    raise IntegrityError("unique")


# Progress


async def test_progress_is_told() -> None:
    """Issue 5.3, 5.4: in the background, with the status, the end included."""
    told: list[ProjectionStatus] = []
    async with make_runner(on_progress=told.append) as runner:
        await runner.app.create(300)
        await runner.wait(300, PATIENCE)
        await eventually(lambda: told and told[-1].position == 300)
    assert told[-1].lag_events == 0
    assert told[-1].seconds_remaining == 0.0
    assert told[0].is_running


async def test_a_hook_that_fails_is_harmless(caplog: pytest.LogCaptureFixture) -> None:
    """Issue 5.4: it is logged."""

    def fail(_: ProjectionStatus) -> None:
        raise ValueError("no terminal")

    async with make_runner(on_progress=fail) as runner:
        ids = await runner.app.create()
        await runner.wait(ids[-1], PATIENCE)
        await eventually(lambda: "no terminal" in caplog.text)


async def test_the_status_says_what_is_left_to_do() -> None:
    """Issue 5.3: position, lag in events and seconds, and whether it runs."""
    async with make_runner(AsyncGated) as runner:
        empty = await runner.status()
        await runner.app.create(3)
        assert await runner.projection.entered.wait_at_most(PATIENCE)
        behind = await runner.status()
        runner.projection.gate.set()
        await runner.wait(3, PATIENCE)
        await eventually(lambda: runner._processing.position == 3)
        done = await runner.status()
        runner.stop()
        assert await runner._task.join(PATIENCE)
        stopped = await runner.status()
    assert (empty.position, empty.end, empty.lag_events, empty.lag_seconds) == (None, None, 0, 0.0)
    assert (behind.position, behind.end, behind.lag_events) == (None, 3, 3)
    assert behind.lag_seconds is not None
    assert behind.lag_seconds >= 0.0
    assert behind.is_running
    assert (done.position, done.end, done.lag_events, done.lag_seconds) == (3, 3, 0, 0.0)
    assert done.events_per_second > 0
    assert not stopped.is_running


async def test_the_status_keeps_the_last_error() -> None:
    """Issue 5.3: also after it was raised."""
    async with make_runner(AsyncFailing) as runner:
        await runner.app.create(2)
        with pytest.raises(ValueError, match="second"):
            await runner.run_forever(PATIENCE)
        status = await runner.status()
    assert status.last_error is AsyncFailing.error
    assert not status.is_running


# Waking


async def test_who_waits_is_woken_by_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 5.7: at once, without polling."""
    module = "eventsourcing.persistence.recorders_async"
    monkeypatch.setattr(f"{module}._FIRST_POLL_SECONDS", 600.0)
    monkeypatch.setattr(f"{module}._LONGEST_POLL_SECONDS", 600.0)
    async with make_runner() as runner:
        for _ in range(20):
            ids = await runner.app.create()
            await runner.wait(ids[-1], PATIENCE)
            await runner.view.wait("Upstream", ids[-1], PATIENCE)


async def test_nothing_is_left_in_the_background() -> None:
    """Issue 5.8: no thread."""
    before = set(threading.enumerate())
    for _ in range(100):
        async with make_runner():
            pass
    assert set(threading.enumerate()) <= before


class RecorderInMemory(POPOTrackingRecorder):
    """Takes what the projections of this module write, in both flavours."""

    async def insert_tracking(self, tracking: Tracking) -> None:  # type: ignore[override]
        super().insert_tracking(tracking)
