"""The workers of the multi-threaded runners, and how they fail and stop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_async import Event, Queue, sleep, spawn, wait_event
from eventsourcing.application import EnvType, ProcessingEvent
from eventsourcing.persistence import Notification, Tracking
from eventsourcing.system import (
    AsyncConvertingThread,
    AsyncLeadingRunner,
    AsyncMultiThreadedRunner,
    AsyncMultiThreadedRunnerThread,
    AsyncNewMultiThreadedRunner,
    AsyncProcessingThread,
    AsyncPullingThread,
    AsyncSystem,
    EventProcessingError,
    NotificationConvertingError,
    NotificationPullingError,
    ProcessingJob,
    RecordingEvent,
)
from eventsourcing.system.stage_queue_async import StageQueue
from tests.unit.system.apps_async import AsyncArchive, AsyncLibrary, AsyncShop, count, ids

RUNNERS: list[Any] = [AsyncMultiThreadedRunner, AsyncNewMultiThreadedRunner]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)
PATIENCE = 120.0


class AsyncBroken(AsyncArchive):
    """Fails to process."""

    name = "Broken"

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        raise ValueError("cannot process")


class AsyncBrokenPulling(AsyncArchive):
    def pull_notifications(
        self,
        leader_name: str,
        start: int | None,
        stop: int | None = None,
        *,
        inclusive_of_start: bool = True,
    ) -> AsyncIterator[Sequence[Notification]]:
        raise ValueError("cannot pull")


class AsyncBrokenConverting(AsyncArchive):
    def convert_notifications(
        self, leader_name: str, notifications: Iterable[Notification]
    ) -> list[ProcessingJob]:
        raise ValueError("cannot convert")


class AsyncBrokenConstructor(AsyncArchive):
    def __init__(self, env: EnvType | None = None) -> None:
        raise ValueError("cannot be made")


class AsyncStopping(AsyncArchive):
    """Stops its runner's workers."""

    runner: ClassVar[Any] = None

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        for worker in type(self).runner._workers:
            worker.stop()
        await super().policy(domain_event, processing_event)


class AsyncSlow(AsyncArchive):
    """Processes when the gate is opened."""

    name = "Slow"
    gate: ClassVar[Any] = None
    reached: ClassVar[Any] = None

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        type(self).reached.set()
        await wait_event(type(self).gate, PATIENCE)
        await super().process_event(domain_event, tracking)


@pytest.fixture(autouse=True)
def gate() -> None:
    AsyncSlow.gate = Event()
    AsyncSlow.reached = Event()


async def processed(follower: Any, notification_id: int) -> None:
    await follower.recorder.wait("Shop", notification_id, timeout=PATIENCE)


@each_runner
async def test_saving_does_not_wait_for_followers(runner_class: Any) -> None:
    """Y47"""
    async with runner_class(AsyncSystem([[AsyncShop, AsyncSlow]])) as runner:
        for _ in range(3):
            await runner.get(AsyncShop).sell()
        assert await count(runner.get(AsyncSlow)) == 0
        AsyncSlow.gate.set()
        await processed(runner.get(AsyncSlow), 3)


@each_runner
async def test_an_error_is_kept_and_raised_each_time(runner_class: Any) -> None:
    """Y48, Y49, Y50, Y65: by `watch_for_errors()`, by `stop()`, and at the end of the block."""
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncBroken]]))

    async def run() -> None:
        async with runner:
            assert await runner.watch_for_errors(timeout=0.0) is False
            await runner.get(AsyncShop).sell()
            assert await runner.has_errored.wait_at_most(PATIENCE)
            with pytest.raises(EventProcessingError) as watched:
                await runner.watch_for_errors(timeout=1)
            assert watched.value.args == ("cannot process",)
            assert isinstance(watched.value.__cause__, ValueError)
            with pytest.raises(EventProcessingError):
                await runner.stop()

    with pytest.raises(EventProcessingError) as block:
        await run()
    assert block.value.args == ("cannot process",)
    with pytest.raises(EventProcessingError):
        runner.reraise_thread_errors()


@each_runner
async def test_other_followers_go_on_when_one_fails(runner_class: Any) -> None:
    """Y48"""
    system = AsyncSystem([[AsyncShop, AsyncBroken], [AsyncShop, AsyncArchive]])
    runner = runner_class(system)
    await runner.start()
    await runner.get(AsyncShop).sell()
    assert await runner.has_errored.wait_at_most(PATIENCE)
    for _ in range(200):
        await runner.get(AsyncShop).sell()
    await processed(runner.get(AsyncArchive), 201)
    with pytest.raises(EventProcessingError):
        await runner.stop()


class AsyncEnding(AsyncArchive):
    """Ends the program, as it were."""

    name = "Ending"
    error: ClassVar[BaseException] = SystemExit("enough")

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        raise type(self).error


@each_runner
@pytest.mark.parametrize("error", [SystemExit("enough"), KeyboardInterrupt("enough")])
async def test_an_error_that_ends_programs_is_kept_too(
    runner_class: Any, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Y48: a thread that ends without a word would be missed by nobody."""
    monkeypatch.setattr(AsyncEnding, "error", error)
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncEnding]]))
    await runner.start()
    await runner.get(AsyncShop).sell()
    with pytest.raises(EventProcessingError, match="enough") as raised:
        await runner.watch_for_errors(timeout=PATIENCE)
    assert raised.value.__cause__ is error


@pytest.mark.parametrize(
    ("follower_class", "error_class"),
    [(AsyncBroken, EventProcessingError), (AsyncBrokenConverting, NotificationConvertingError)],
)
async def test_nothing_is_read_for_a_stage_that_has_died(
    follower_class: Any, error_class: Any
) -> None:
    """Y48: queues that nobody takes from would grow as long as the program runs."""
    runner = AsyncNewMultiThreadedRunner[UUID](AsyncSystem([[AsyncShop, follower_class]]))
    await runner.get(AsyncShop).sell()
    await runner.start()
    assert await runner.has_errored.wait_at_most(PATIENCE)
    (pulling,) = runner.pulling_threads["Shop"]
    while pulling.is_alive():
        await runner.get(AsyncShop).sell()
        await sleep(0)  # in memory, saving does not let others run
    assert pulling.error is None
    for queue in (pulling.converting_queue, *runner.processing_queues.values()):
        assert queue.qsize() == 0
    with pytest.raises(error_class):
        await runner.stop()


@pytest.mark.parametrize("runner_class", [*RUNNERS, AsyncLeadingRunner])
async def test_who_watches_for_errors_is_told_when_another_stops_the_runner(
    runner_class: Any,
) -> None:
    """Y49: and that there was no error."""
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncArchive]]))
    await runner.start()
    found: list[bool] = []

    async def watch() -> None:
        found.append(await runner.watch_for_errors())

    watching = spawn(watch)
    await runner.stop()
    assert await watching.join(PATIENCE)
    assert found == [False]
    assert await runner.watch_for_errors() is False


@each_runner
async def test_a_follower_that_cannot_be_made(runner_class: Any) -> None:
    """Y65, Y33: its own error is raised, and `has_errored` set."""
    made: list[Any] = []

    class Watched(runner_class):  # type: ignore[misc]
        def __init__(self, system: AsyncSystem) -> None:
            made.append(self)
            super().__init__(system)

    with pytest.raises(ValueError, match="cannot be made"):
        Watched(AsyncSystem([[AsyncShop, AsyncBrokenConstructor]]))
    assert made[0].has_errored.is_set()


@pytest.mark.parametrize(
    ("runner_class", "follower_class", "error_class", "message"),
    [
        (AsyncNewMultiThreadedRunner, AsyncBrokenPulling, NotificationPullingError, "cannot pull"),
        (
            AsyncNewMultiThreadedRunner,
            AsyncBrokenConverting,
            NotificationConvertingError,
            "cannot convert",
        ),
        (AsyncMultiThreadedRunner, AsyncBrokenPulling, EventProcessingError, "cannot pull"),
        (AsyncMultiThreadedRunner, AsyncBrokenConverting, EventProcessingError, "cannot convert"),
    ],
)
async def test_each_stage_has_its_error(
    runner_class: Any, follower_class: Any, error_class: Any, message: str
) -> None:
    """Y55, Y48, Y65"""
    runner = runner_class(AsyncSystem([[AsyncShop, follower_class]]))
    await runner.get(AsyncShop).sell()

    async def run() -> None:
        async with runner:
            await runner.watch_for_errors(timeout=PATIENCE)

    with pytest.raises(error_class, match=message) as info:
        await run()
    assert isinstance(info.value.__cause__, ValueError)
    assert len(info.value.args) == 1


async def test_stopping_does_not_hang_when_a_worker_has_died() -> None:
    """Y57: although its queue is full."""
    runner = AsyncNewMultiThreadedRunner[UUID](AsyncSystem([[AsyncShop, AsyncBrokenPulling]]))
    await runner.start()
    assert await runner.has_errored.wait_at_most(PATIENCE)
    for _ in range(150):
        await runner.get(AsyncShop).sell()
    (pulling,) = runner.pulling_threads["Shop"]
    assert pulling.overflow_event.is_set()
    with pytest.raises(NotificationPullingError):
        await runner.stop()


class AsyncNarrowRunner(AsyncNewMultiThreadedRunner[UUID]):
    QUEUE_MAX_SIZE = 1


async def test_stopping_does_not_hang_when_the_queues_between_stages_are_full() -> None:
    """Y57"""
    runner = AsyncNarrowRunner(AsyncSystem([[AsyncShop, AsyncBroken]]))
    for _ in range(60):
        await runner.get(AsyncShop).sell()
    await runner.start()
    assert await runner.has_errored.wait_at_most(PATIENCE)
    with pytest.raises(EventProcessingError):
        await runner.stop()
    assert not any(thread.is_alive() for thread in runner.all_threads)


@pytest.mark.parametrize("runner_class", [AsyncNarrowRunner, AsyncNewMultiThreadedRunner])
async def test_a_burst_of_saves_is_processed_to_its_end(runner_class: Any) -> None:
    """Y54: also what was dropped because there was no place for it."""
    async with runner_class(AsyncSystem([[AsyncShop, AsyncSlow]])) as runner:
        shop, slow = runner.get(AsyncShop), runner.get(AsyncSlow)
        (pulling,) = runner.pulling_threads["Shop"]
        await shop.sell()
        assert await wait_event(AsyncSlow.reached, PATIENCE)
        async with pulling.receive_lock:
            pass
        pulling.recording_event_queue.maxsize = 2
        number = 1
        while not pulling.overflow_event.is_set() and number < 500:
            await shop.sell()
            number += 1
        AsyncSlow.gate.set()
        await processed(slow, number)
        assert await ids(slow) == list(range(1, number + 1))


async def test_a_message_that_has_no_place_is_dropped() -> None:
    """Y70, Y54: the leader never waits."""
    archive = AsyncArchive()
    pulling = AsyncPullingThread[UUID](StageQueue(), archive, "Shop", Event())
    pulling.recording_event_queue = Queue(maxsize=1)
    message: RecordingEvent[UUID] = RecordingEvent("Shop", [], None)
    await pulling.receive_recording_event(message)
    assert not pulling.overflow_event.is_set()
    assert pulling.recording_event_queue.qsize() == 1

    await pulling.receive_recording_event(message)

    assert pulling.overflow_event.is_set()
    assert pulling.recording_event_queue.qsize() == 1


async def test_a_worker_that_is_stopped_before_it_starts_takes_nothing() -> None:
    """Y70, Y57"""
    pulling = AsyncPullingThread[UUID](StageQueue(), AsyncArchive(), "Shop", Event())
    await pulling.receive_recording_event(RecordingEvent("Shop", [], None))
    pulling.stop()
    pulling.start()
    await pulling.join(PATIENCE)
    assert not pulling.is_alive()
    assert pulling.recording_event_queue.qsize() == 2


async def test_a_worker_that_waits_ends_on_the_stop_marker() -> None:
    """Y70, Y57: its queue is empty then."""
    pulling = AsyncPullingThread[UUID](StageQueue(), AsyncArchive(), "Shop", Event())
    pulling.start()
    pulling.stop()
    await pulling.join(PATIENCE)
    assert not pulling.is_alive()
    assert pulling.has_started.is_set()
    assert pulling.recording_event_queue.qsize() == 0
    assert pulling.error is None


async def test_workers_know_what_they_work_with() -> None:
    """Sections 7.3 and 7.4: the public attributes."""
    archive, has_errored = AsyncArchive(), Event()
    archive.follow("Shop", AsyncShop().notification_log)
    converting_queue: StageQueue[Any] = StageQueue()
    processing_queue: StageQueue[Any] = StageQueue()
    workers: list[Any] = [
        AsyncPullingThread(
            converting_queue=converting_queue,
            follower=archive,
            leader_name="Shop",
            has_errored=has_errored,
        ),
        AsyncConvertingThread(
            converting_queue=converting_queue,
            processing_queue=processing_queue,
            follower=archive,
            leader_name="Shop",
            has_errored=has_errored,
        ),
        AsyncProcessingThread(
            processing_queue=processing_queue, follower=archive, has_errored=has_errored
        ),
        AsyncMultiThreadedRunnerThread(follower=archive, has_errored=has_errored),
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
    assert AsyncNewMultiThreadedRunner.QUEUE_MAX_SIZE == 0


async def test_all_work_that_is_taken_is_accounted_for() -> None:
    """Y56"""
    system = AsyncSystem([[AsyncShop, AsyncArchive], [AsyncShop, AsyncLibrary]])
    async with AsyncNewMultiThreadedRunner[UUID](system) as runner:
        for _ in range(20):
            await runner.get(AsyncShop).sell()
        await processed(runner.get(AsyncArchive), 20)
        await processed(runner.get(AsyncLibrary), 20)
        converting: Any = [thread for thread in runner.all_threads if "Converting" in thread.name]
        assert len(converting) == 2
        for queue in [
            *runner.processing_queues.values(),
            *[c.converting_queue for c in converting],
        ]:
            assert queue.unfinished_tasks == 0


async def test_each_edge_and_each_follower_has_its_workers() -> None:
    """Y52, Y47"""
    system = AsyncSystem([[AsyncShop, AsyncArchive], [AsyncShop, AsyncLibrary]])
    pushing = AsyncNewMultiThreadedRunner[UUID](system)
    pulling = AsyncMultiThreadedRunner[UUID](system)
    assert len(pushing.all_threads) == 2 + 2 * 2
    assert [t.follower for t in pushing.pulling_threads["Shop"]] == [
        pushing.get(AsyncArchive),
        pushing.get(AsyncLibrary),
    ]
    assert list(pushing.processing_queues) == list(pulling.threads) == ["Archive", "Library"]
    await pushing.stop()
    await pulling.stop()


async def test_a_message_with_a_lowered_previous_id_is_ignored_by_workers() -> None:
    """Y64, Y53"""
    async with AsyncNewMultiThreadedRunner[UUID](AsyncSystem([[AsyncShop, AsyncArchive]])) as r:
        shop, archive = r.get(AsyncShop), r.get(AsyncArchive)
        await shop.sell()
        await shop.sell()
        await processed(archive, 2)
        shop.previous_max_notification_id = 1
        await shop.sell()
        (pulling,) = r.pulling_threads["Shop"]
        while pulling.recording_event_queue.qsize():
            await sleep(0)
        assert await count(archive) == 2
        await shop.sell()
        await processed(archive, 4)
        assert await ids(archive) == [1, 2, 3, 4]


@each_runner
async def test_stopping_does_not_wait_for_ever(
    runner_class: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Y50: for a worker that does not end; the program is told of it."""
    monkeypatch.setattr("eventsourcing.system.worker_async.JOIN_TIMEOUT", 0.01)
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncSlow]]))
    await runner.start()
    await runner.get(AsyncShop).sell()
    assert await wait_event(AsyncSlow.reached, PATIENCE)
    await runner.stop()
    assert "has not ended in 0.01 seconds" in caplog.text
    alive = [worker for worker in runner._workers if worker.is_alive()]
    AsyncSlow.gate.set()
    for worker in alive:
        await worker.join(PATIENCE)
        assert worker.error is None


@each_runner
async def test_workers_stop_between_events(runner_class: Any) -> None:
    """Y51, Y57: what is queued is left to a later runner."""

    runner = runner_class(AsyncSystem([[AsyncShop, AsyncStopping]]))
    AsyncStopping.runner = runner
    for _ in range(5):
        await runner.get(AsyncShop).sell()
    await runner.start()
    for worker in runner._workers:
        await worker.join(PATIENCE)
        assert not worker.is_alive()
    assert await count(runner.get(AsyncStopping)) == 1
    await runner.stop()


@each_runner
async def test_workers_can_be_subscripted(runner_class: Any) -> None:
    """The contract's preface: with the same effect."""
    async with runner_class[UUID](AsyncSystem([[AsyncShop, AsyncArchive]])) as runner:
        await runner.get(AsyncShop).sell()
        await processed(runner.get(AsyncArchive), 1)
