# Generated from test_workers_async.py by tools/async_to_sync.py: do not edit.
"""The workers of the multi-threaded runners, and how they fail and stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import Event, Queue, sleep, spawn, wait_event
from eventsourcing.application import EnvType, ProcessingEvent
from eventsourcing.persistence import Notification, Tracking
from eventsourcing.system import (
    ConvertingThread,
    EventProcessingError,
    LeadingRunner,
    MultiThreadedRunner,
    MultiThreadedRunnerThread,
    NewMultiThreadedRunner,
    NotificationConvertingError,
    NotificationPullingError,
    ProcessingJob,
    ProcessingThread,
    PullingThread,
    RecordingEvent,
    System,
)
from eventsourcing.system.stage_queue_sync import StageQueue
from tests.unit.system.apps_sync import Archive, Library, Shop, count, ids

RUNNERS: list[Any] = [MultiThreadedRunner, NewMultiThreadedRunner]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)
PATIENCE = 120.0


class Broken(Archive):
    """Fails to process."""

    name = "Broken"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        raise ValueError("cannot process")


class BrokenPulling(Archive):
    def pull_notifications(
        self,
        leader_name: str,
        start: int | None,
        stop: int | None = None,
        *,
        inclusive_of_start: bool = True,
    ) -> Iterator[Sequence[Notification]]:
        raise ValueError("cannot pull")


class BrokenConverting(Archive):
    def convert_notifications(
        self, leader_name: str, notifications: Iterable[Notification]
    ) -> list[ProcessingJob]:
        raise ValueError("cannot convert")


class BrokenConstructor(Archive):
    def __init__(self, env: EnvType | None = None) -> None:
        raise ValueError("cannot be made")


class Stopping(Archive):
    """Stops its runner's workers."""

    runner: ClassVar[Any] = None

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        for worker in type(self).runner._workers:
            worker.stop()
        super().policy(domain_event, processing_event)


class Slow(Archive):
    """Processes when the gate is opened."""

    name = "Slow"
    gate: ClassVar[Any] = None
    reached: ClassVar[Any] = None

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        type(self).reached.set()
        wait_event(type(self).gate, PATIENCE)
        super().process_event(domain_event, tracking)


@pytest.fixture(autouse=True)
def gate() -> None:
    Slow.gate = Event()
    Slow.reached = Event()


def processed(follower: Any, notification_id: int) -> None:
    follower.recorder.wait("Shop", notification_id, timeout=PATIENCE)


@each_runner
def test_saving_does_not_wait_for_followers(runner_class: Any) -> None:
    """Y47"""
    with runner_class(System([[Shop, Slow]])) as runner:
        for _ in range(3):
            runner.get(Shop).sell()
        assert count(runner.get(Slow)) == 0
        Slow.gate.set()
        processed(runner.get(Slow), 3)


@each_runner
def test_an_error_is_kept_and_raised_each_time(runner_class: Any) -> None:
    """Y48, Y49, Y50, Y65: by `watch_for_errors()`, by `stop()`, and at the end of the block."""
    runner = runner_class(System([[Shop, Broken]]))

    def run() -> None:
        with runner:
            assert runner.watch_for_errors(timeout=0.0) is False
            runner.get(Shop).sell()
            assert runner.has_errored.wait_at_most(PATIENCE)
            with pytest.raises(EventProcessingError) as watched:
                runner.watch_for_errors(timeout=1)
            assert watched.value.args == ("cannot process",)
            assert isinstance(watched.value.__cause__, ValueError)
            with pytest.raises(EventProcessingError):
                runner.stop()

    with pytest.raises(EventProcessingError) as block:
        run()
    assert block.value.args == ("cannot process",)
    with pytest.raises(EventProcessingError):
        runner.reraise_thread_errors()


@each_runner
def test_other_followers_go_on_when_one_fails(runner_class: Any) -> None:
    """Y48"""
    system = System([[Shop, Broken], [Shop, Archive]])
    runner = runner_class(system)
    runner.start()
    runner.get(Shop).sell()
    assert runner.has_errored.wait_at_most(PATIENCE)
    for _ in range(200):
        runner.get(Shop).sell()
    processed(runner.get(Archive), 201)
    with pytest.raises(EventProcessingError):
        runner.stop()


class Ending(Archive):
    """Ends the program, as it were."""

    name = "Ending"
    error: ClassVar[BaseException] = SystemExit("enough")

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        raise type(self).error


@each_runner
@pytest.mark.parametrize("error", [SystemExit("enough"), KeyboardInterrupt("enough")])
def test_an_error_that_ends_programs_is_kept_too(
    runner_class: Any, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Y48: a thread that ends without a word would be missed by nobody."""
    monkeypatch.setattr(Ending, "error", error)
    runner = runner_class(System([[Shop, Ending]]))
    runner.start()
    runner.get(Shop).sell()
    with pytest.raises(EventProcessingError, match="enough") as raised:
        runner.watch_for_errors(timeout=PATIENCE)
    assert raised.value.__cause__ is error


@pytest.mark.parametrize(
    ("follower_class", "error_class"),
    [(Broken, EventProcessingError), (BrokenConverting, NotificationConvertingError)],
)
def test_nothing_is_read_for_a_stage_that_has_died(follower_class: Any, error_class: Any) -> None:
    """Y48: queues that nobody takes from would grow as long as the program runs."""
    runner = NewMultiThreadedRunner[UUID](System([[Shop, follower_class]]))
    runner.get(Shop).sell()
    runner.start()
    assert runner.has_errored.wait_at_most(PATIENCE)
    (pulling,) = runner.pulling_threads["Shop"]
    while pulling.is_alive():
        runner.get(Shop).sell()
        sleep(0)  # in memory, saving does not let others run
    assert pulling.error is None
    for queue in (pulling.converting_queue, *runner.processing_queues.values()):
        assert queue.qsize() == 0
    with pytest.raises(error_class):
        runner.stop()


@pytest.mark.parametrize("runner_class", [*RUNNERS, LeadingRunner])
def test_who_watches_for_errors_is_told_when_another_stops_the_runner(
    runner_class: Any,
) -> None:
    """Y49: and that there was no error."""
    runner = runner_class(System([[Shop, Archive]]))
    runner.start()
    found: list[bool] = []

    def watch() -> None:
        found.append(runner.watch_for_errors())

    watching = spawn(watch)
    runner.stop()
    assert watching.join(PATIENCE)
    assert found == [False]
    assert runner.watch_for_errors() is False


@each_runner
def test_a_follower_that_cannot_be_made(runner_class: Any) -> None:
    """Y65, Y33: its own error is raised, and `has_errored` set."""
    made: list[Any] = []

    class Watched(runner_class):  # type: ignore[misc]
        def __init__(self, system: System) -> None:
            made.append(self)
            super().__init__(system)

    with pytest.raises(ValueError, match="cannot be made"):
        Watched(System([[Shop, BrokenConstructor]]))
    assert made[0].has_errored.is_set()


@pytest.mark.parametrize(
    ("runner_class", "follower_class", "error_class", "message"),
    [
        (NewMultiThreadedRunner, BrokenPulling, NotificationPullingError, "cannot pull"),
        (
            NewMultiThreadedRunner,
            BrokenConverting,
            NotificationConvertingError,
            "cannot convert",
        ),
        (MultiThreadedRunner, BrokenPulling, EventProcessingError, "cannot pull"),
        (MultiThreadedRunner, BrokenConverting, EventProcessingError, "cannot convert"),
    ],
)
def test_each_stage_has_its_error(
    runner_class: Any, follower_class: Any, error_class: Any, message: str
) -> None:
    """Y55, Y48, Y65"""
    runner = runner_class(System([[Shop, follower_class]]))
    runner.get(Shop).sell()

    def run() -> None:
        with runner:
            runner.watch_for_errors(timeout=PATIENCE)

    with pytest.raises(error_class, match=message) as info:
        run()
    assert isinstance(info.value.__cause__, ValueError)
    assert len(info.value.args) == 1


def test_stopping_does_not_hang_when_a_worker_has_died() -> None:
    """Y57: although its queue is full."""
    runner = NewMultiThreadedRunner[UUID](System([[Shop, BrokenPulling]]))
    runner.start()
    assert runner.has_errored.wait_at_most(PATIENCE)
    for _ in range(150):
        runner.get(Shop).sell()
    (pulling,) = runner.pulling_threads["Shop"]
    assert pulling.overflow_event.is_set()
    with pytest.raises(NotificationPullingError):
        runner.stop()


class NarrowRunner(NewMultiThreadedRunner[UUID]):
    QUEUE_MAX_SIZE = 1


def test_stopping_does_not_hang_when_the_queues_between_stages_are_full() -> None:
    """Y57"""
    runner = NarrowRunner(System([[Shop, Broken]]))
    for _ in range(60):
        runner.get(Shop).sell()
    runner.start()
    assert runner.has_errored.wait_at_most(PATIENCE)
    with pytest.raises(EventProcessingError):
        runner.stop()
    assert not any(thread.is_alive() for thread in runner.all_threads)


@pytest.mark.parametrize("runner_class", [NarrowRunner, NewMultiThreadedRunner])
def test_a_burst_of_saves_is_processed_to_its_end(runner_class: Any) -> None:
    """Y54: also what was dropped because there was no place for it."""
    with runner_class(System([[Shop, Slow]])) as runner:
        shop, slow = runner.get(Shop), runner.get(Slow)
        (pulling,) = runner.pulling_threads["Shop"]
        shop.sell()
        assert wait_event(Slow.reached, PATIENCE)
        with pulling.receive_lock:
            pass
        pulling.recording_event_queue.maxsize = 2
        number = 1
        while not pulling.overflow_event.is_set() and number < 500:
            shop.sell()
            number += 1
        Slow.gate.set()
        processed(slow, number)
        assert ids(slow) == list(range(1, number + 1))


def test_a_message_that_has_no_place_is_dropped() -> None:
    """Y70, Y54: the leader never waits."""
    archive = Archive()
    pulling = PullingThread[UUID](StageQueue(), archive, "Shop", Event())
    pulling.recording_event_queue = Queue(maxsize=1)
    message: RecordingEvent[UUID] = RecordingEvent("Shop", [], None)
    pulling.receive_recording_event(message)
    assert not pulling.overflow_event.is_set()
    assert pulling.recording_event_queue.qsize() == 1

    pulling.receive_recording_event(message)

    assert pulling.overflow_event.is_set()
    assert pulling.recording_event_queue.qsize() == 1


def test_a_worker_that_is_stopped_before_it_starts_takes_nothing() -> None:
    """Y70, Y57"""
    pulling = PullingThread[UUID](StageQueue(), Archive(), "Shop", Event())
    pulling.receive_recording_event(RecordingEvent("Shop", [], None))
    pulling.stop()
    pulling.start()
    pulling.join(PATIENCE)
    assert not pulling.is_alive()
    assert pulling.recording_event_queue.qsize() == 2


def test_a_worker_that_waits_ends_on_the_stop_marker() -> None:
    """Y70, Y57: its queue is empty then."""
    pulling = PullingThread[UUID](StageQueue(), Archive(), "Shop", Event())
    pulling.start()
    pulling.stop()
    pulling.join(PATIENCE)
    assert not pulling.is_alive()
    assert pulling.has_started.is_set()
    assert pulling.recording_event_queue.qsize() == 0
    assert pulling.error is None


def test_workers_know_what_they_work_with() -> None:
    """Sections 7.3 and 7.4: the public attributes."""
    archive, has_errored = Archive(), Event()
    archive.follow("Shop", Shop().notification_log)
    converting_queue: StageQueue[Any] = StageQueue()
    processing_queue: StageQueue[Any] = StageQueue()
    workers: list[Any] = [
        PullingThread(
            converting_queue=converting_queue,
            follower=archive,
            leader_name="Shop",
            has_errored=has_errored,
        ),
        ConvertingThread(
            converting_queue=converting_queue,
            processing_queue=processing_queue,
            follower=archive,
            leader_name="Shop",
            has_errored=has_errored,
        ),
        ProcessingThread(
            processing_queue=processing_queue, follower=archive, has_errored=has_errored
        ),
        MultiThreadedRunnerThread(follower=archive, has_errored=has_errored),
    ]
    for worker in workers:
        assert worker.daemon
        assert worker.follower is archive
        assert worker.error is None
        assert worker.has_errored is has_errored
        assert not worker.is_stopping.is_set()
        assert not worker.has_started.is_set()
    assert workers[0].mapper is workers[1].mapper is archive.mappers["Shop"]
    assert workers[0].previous_max_notification_id is None
    assert workers[0].recording_event_queue.maxsize == 100
    assert NewMultiThreadedRunner.QUEUE_MAX_SIZE == 0


def test_all_work_that_is_taken_is_accounted_for() -> None:
    """Y56"""
    system = System([[Shop, Archive], [Shop, Library]])
    with NewMultiThreadedRunner[UUID](system) as runner:
        for _ in range(20):
            runner.get(Shop).sell()
        processed(runner.get(Archive), 20)
        processed(runner.get(Library), 20)
        converting: Any = [thread for thread in runner.all_threads if "Converting" in thread.name]
        assert len(converting) == 2
        for queue in [
            *runner.processing_queues.values(),
            *[c.converting_queue for c in converting],
        ]:
            assert queue.unfinished_tasks == 0


def test_each_edge_and_each_follower_has_its_workers() -> None:
    """Y52, Y47"""
    system = System([[Shop, Archive], [Shop, Library]])
    pushing = NewMultiThreadedRunner[UUID](system)
    pulling = MultiThreadedRunner[UUID](system)
    assert len(pushing.all_threads) == 2 + 2 * 2
    assert [t.follower for t in pushing.pulling_threads["Shop"]] == [
        pushing.get(Archive),
        pushing.get(Library),
    ]
    assert list(pushing.processing_queues) == list(pulling.threads) == ["Archive", "Library"]
    pushing.stop()
    pulling.stop()


def test_a_message_with_a_lowered_previous_id_is_ignored_by_workers() -> None:
    """Y64, Y53"""
    with NewMultiThreadedRunner[UUID](System([[Shop, Archive]])) as r:
        shop, archive = r.get(Shop), r.get(Archive)
        shop.sell()
        shop.sell()
        processed(archive, 2)
        shop.previous_max_notification_id = 1
        shop.sell()
        (pulling,) = r.pulling_threads["Shop"]
        while pulling.recording_event_queue.qsize():
            sleep(0)
        assert count(archive) == 2
        shop.sell()
        processed(archive, 4)
        assert ids(archive) == [1, 2, 3, 4]


@each_runner
def test_stopping_does_not_wait_for_ever(
    runner_class: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Y50: for a worker that does not end; the program is told of it."""
    monkeypatch.setattr("eventsourcing.system.worker_sync.JOIN_TIMEOUT", 0.01)
    runner = runner_class(System([[Shop, Slow]]))
    runner.start()
    runner.get(Shop).sell()
    assert wait_event(Slow.reached, PATIENCE)
    runner.stop()
    assert "has not ended in 0.01 seconds" in caplog.text
    alive = [worker for worker in runner._workers if worker.is_alive()]
    Slow.gate.set()
    for worker in alive:
        worker.join(PATIENCE)
        assert worker.error is None


@each_runner
def test_workers_stop_between_events(runner_class: Any) -> None:
    """Y51, Y57: what is queued is left to a later runner."""

    runner = runner_class(System([[Shop, Stopping]]))
    Stopping.runner = runner
    for _ in range(5):
        runner.get(Shop).sell()
    runner.start()
    for worker in runner._workers:
        worker.join(PATIENCE)
        assert not worker.is_alive()
    assert count(runner.get(Stopping)) == 1
    runner.stop()


@each_runner
def test_workers_can_be_subscripted(runner_class: Any) -> None:
    """The contract's preface: with the same effect."""
    with runner_class[UUID](System([[Shop, Archive]])) as runner:
        runner.get(Shop).sell()
        processed(runner.get(Archive), 1)
