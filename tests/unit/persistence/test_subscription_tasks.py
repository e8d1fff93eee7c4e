"""Subscriptions for asyncio: threads that stop and wake them, cancellation, abandonment: U3-U9."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest

from eventsourcing.persistence import (
    AsyncListenNotifySubscription,
    AsyncSubscription,
    Notification,
    StoredEvent,
)
from eventsourcing.persistence.bridge import BridgeApplicationRecorder
from eventsourcing.persistence.bridge_base import BridgeRunner
from eventsourcing.persistence.bridge_subscription import BridgeSubscription
from eventsourcing.persistence.feed_cursor import FeedCursor
from eventsourcing.popo import POPOApplicationRecorder
from tests.unit.persistence.interleavings import Injection, explore

SECONDS = 120
IN_NEXT = (
    AsyncListenNotifySubscription.__anext__,
    AsyncListenNotifySubscription._read_when_notified,
    AsyncListenNotifySubscription._listen_once,
    AsyncListenNotifySubscription._pull,
    AsyncListenNotifySubscription._select_batch,
    FeedCursor.advance,
    FeedCursor.wake_up,
    BridgeSubscription._start_listening,
    BridgeSubscription._pull,
)


@pytest.fixture
def popo() -> POPOApplicationRecorder:
    return POPOApplicationRecorder()


@pytest.fixture
def recorder(popo: POPOApplicationRecorder) -> BridgeApplicationRecorder:
    return bridge(popo)


def bridge(popo: POPOApplicationRecorder, threads: int = 0) -> BridgeApplicationRecorder:
    return BridgeApplicationRecorder(lambda: popo, BridgeRunner(threads))


def record(popo: POPOApplicationRecorder, *topics: str) -> None:
    popo.insert_events([StoredEvent(uuid4(), 1, topic, b"") for topic in topics])


def record_in_another_thread(popo: POPOApplicationRecorder) -> None:
    in_another_thread(partial(record, popo, "a"))


def in_another_thread(func: Callable[[], Any]) -> None:
    thread = threading.Thread(target=func)
    thread.start()
    thread.join()


async def take(subscription: AsyncSubscription[Any], count: int) -> list[int]:
    async with asyncio.timeout(SECONDS):
        return [(await anext(subscription)).id for _ in range(count)]


async def start_waiting(subscription: AsyncSubscription[Any]) -> asyncio.Task[Notification]:
    """Return a task that waits for the next notification."""
    task = await start_waiting_or_finish(subscription)
    assert not task.done()
    return task


async def start_waiting_or_finish(
    subscription: AsyncSubscription[Any],
) -> asyncio.Task[Notification]:
    task = asyncio.create_task(subscription.__anext__())
    async with asyncio.timeout(SECONDS):
        while not (task.done() or subscription._has_been_notified._waiters):  # noqa: ASYNC110
            await asyncio.sleep(0)
    return task


# Every event is delivered, whenever it is recorded.


@pytest.mark.parametrize("topics", [(), ("a",)])
def test_event_recorded_by_another_thread_at_any_line_is_delivered(topics: tuple[str, ...]):
    """U7: without needing a later event."""

    def run(line: int) -> bool:
        popo = POPOApplicationRecorder()
        injection = Injection(IN_NEXT, line, partial(record_in_another_thread, popo))

        async def main() -> None:
            async with bridge(popo).subscribe(topics=topics) as subscription:
                with injection.in_this_thread():
                    waiting = await start_waiting_or_finish(subscription)
                    injection.is_armed = False
                    if not injection.has_happened.is_set():
                        record(popo, "a")
                    assert (await asyncio.wait_for(waiting, SECONDS)).id == 1

        asyncio.run(main())
        return injection.has_happened.is_set()

    explore(run, at_least=25)


@pytest.mark.parametrize("threads", [0, 1, 3])
async def test_writers_and_subscribers_racing(popo: POPOApplicationRecorder, threads: int):
    """U1: each subscriber gets each event once and in order, whenever it starts."""
    recorder = bridge(popo, threads)
    writers = [
        asyncio.to_thread(lambda: [record(popo, "a", "b") for _ in range(100)]) for _ in range(4)
    ]

    async def subscribe() -> list[int]:
        async with recorder.subscribe() as subscription:
            return await take(subscription, 800)

    results = await asyncio.gather(
        *[subscribe() for _ in range(4)], *writers, *[subscribe() for _ in range(4)]
    )

    assert [ids for ids in results if len(ids) == 800] == [list(range(1, 801))] * 8


async def test_two_tasks_share_one_subscription(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """U1: nothing is returned twice, nothing is lost."""
    async with recorder.subscribe() as subscription:
        takers = [asyncio.create_task(take(subscription, 100)) for _ in range(2)]
        for _ in range(100):
            record(popo, "a", "a")
            await asyncio.sleep(0)
        one, other = await asyncio.gather(*takers)

    assert sorted(one + other) == list(range(1, 201))


async def test_reading_lets_other_tasks_run(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """U6: also when the engine never blocks, a long log does not hold up the event loop."""
    record(popo, *["a"] * 2000)
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counter = asyncio.create_task(count_turns())
    async with recorder.subscribe() as subscription:
        await take(subscription, 2000)
    counter.cancel()

    assert turns >= 4


class ForgottenSubscription(AsyncListenNotifySubscription[Any]):
    """Is told about nothing."""

    _reread_seconds = 0.02


async def test_subscription_that_is_told_nothing_reads_after_some_time(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """J6: a slow periodic re-read covers lost notifications."""
    async with ForgottenSubscription(recorder, topics=["a"]) as subscription:
        for id_ in (2, 4, 6):
            record(popo, "b", "a")
            assert await take(subscription, 1) == [id_]


async def test_subscription_that_is_told_nothing_reads_though_who_waits_gives_up_again_and_again(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """J6: the time is counted from the last read."""
    async with ForgottenSubscription(recorder) as subscription:
        waiting = await start_waiting(subscription)
        record(popo, "a")
        async with asyncio.timeout(SECONDS):
            while not waiting.done():
                waiting.cancel()
                await asyncio.wait([waiting])
                waiting = asyncio.create_task(subscription.__anext__())
                await asyncio.wait([waiting], timeout=0.001)

    assert waiting.result().id == 1


async def test_the_block_is_entered_while_another_task_waits_for_events(
    recorder: BridgeApplicationRecorder, popo: POPOApplicationRecorder
) -> None:
    """U4: at once."""
    subscription = recorder.subscribe()
    waiting = asyncio.ensure_future(anext(subscription))
    while not subscription._has_been_notified._waiters:  # noqa: ASYNC110
        await asyncio.sleep(0)
    async with asyncio.timeout(SECONDS), subscription:
        record(popo, "a")
        assert (await waiting).id == 1


# Stopping and cancelling.


async def test_stop_by_another_thread_releases_a_waiting_task(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """U3: `stop()` may be called from any thread."""
    subscription = recorder.subscribe()
    waiting = await start_waiting(subscription)

    in_another_thread(subscription.stop)

    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(waiting, SECONDS)
    await asyncio.sleep(0)
    assert not popo._listeners


def test_subscription_stopped_by_another_thread_at_any_line_ends():
    """U3: wherever the iterating task is, and it does not listen any more."""

    def run(line: int) -> bool:
        popo = POPOApplicationRecorder()

        async def main() -> bool:
            subscription = bridge(popo).subscribe()
            injection = Injection(IN_NEXT, line, partial(in_another_thread, subscription.stop))
            with injection.in_this_thread():
                waiting = await start_waiting_or_finish(subscription)
                injection.is_armed = False
            subscription.stop()
            with pytest.raises(StopAsyncIteration):
                await asyncio.wait_for(waiting, SECONDS)
            await asyncio.sleep(0)
            assert not popo._listeners
            return injection.has_happened.is_set()

        return asyncio.run(main())

    explore(run, at_least=25)


async def test_cancelled_wait_loses_nothing(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """U1: what is recorded meanwhile is returned next time."""
    async with recorder.subscribe() as subscription:
        waiting = await start_waiting(subscription)
        waiting.cancel()
        record(popo, "a")
        await asyncio.wait([waiting])

        assert await take(subscription, 1) == [1]


@pytest.mark.parametrize("threads", [0, 1])
async def test_wait_cancelled_after_any_number_of_turns_loses_nothing(threads: int):
    """U1: wherever the cancelled task was."""
    for turns in range(12):
        popo = POPOApplicationRecorder()
        record(popo, "a", "b")
        async with bridge(popo, threads).subscribe() as subscription:
            waiting = asyncio.create_task(subscription.__anext__())
            for _ in range(turns):
                await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait([waiting])
            received = [] if waiting.cancelled() else [waiting.result().id]

            assert received + await take(subscription, 2 - len(received)) == [1, 2]


async def test_timeout_while_waiting_is_a_timeout(recorder: BridgeApplicationRecorder):
    """U5: cancellation is no error of the subscription."""
    async with recorder.subscribe() as subscription:
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(subscription), 0.001)


async def test_thousands_of_subscriptions_leave_nothing_behind(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """U4: no task, no thread and no listener is left."""
    threads_before = set(threading.enumerate())
    record(popo, "a")

    for number in range(2000):
        async with recorder.subscribe() as subscription:
            if number % 3 == 0:
                await anext(subscription)
            if number % 5 == 0:
                subscription.stop()

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert set(threading.enumerate()) <= threads_before
    assert not popo._listeners


async def test_many_tasks_waiting_at_once_are_all_stopped(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """U3: each waits for itself."""
    subscriptions = [recorder.subscribe() for _ in range(200)]
    waiting = [await start_waiting(subscription) for subscription in subscriptions]

    for subscription in subscriptions:
        subscription.stop()
    done, pending = await asyncio.wait(waiting, timeout=SECONDS)

    assert not pending
    assert {type(task.exception()) for task in done} == {StopAsyncIteration}
    assert not popo._listeners


# Subscriptions that nobody stops.


async def test_abandoned_subscription_does_not_listen_any_more(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """U9: it is collected, and soon nothing is left of it."""
    record(popo, "a")
    subscription = recorder.subscribe()
    await take(subscription, 1)
    reference = weakref.ref(subscription)

    del subscription
    gc.collect()
    await asyncio.sleep(0)

    assert reference() is None
    assert not popo._listeners
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_subscription_that_was_never_used_listens_to_nothing(
    popo: POPOApplicationRecorder, recorder: BridgeApplicationRecorder
):
    """U9: it has done nothing that would have to be undone."""
    recorder.subscribe()

    assert not popo._listeners


def test_subscription_outliving_its_event_loop_is_harmless(popo: POPOApplicationRecorder):
    """O7: inserts go well, and it can still be stopped."""

    async def main() -> AsyncSubscription[Any]:
        subscription = bridge(popo).subscribe()
        waiting = await start_waiting(subscription)
        waiting.cancel()
        return subscription

    subscription = asyncio.run(main())
    record(popo, "a")
    subscription.stop()

    assert not popo._listeners
    with pytest.raises(StopAsyncIteration):
        asyncio.run(subscription.__anext__())


def test_subscription_collected_after_its_event_loop_was_closed_does_not_listen_any_more(
    popo: POPOApplicationRecorder,
):
    """U9"""
    kept: list[AsyncSubscription[Any]] = []

    async def main() -> None:
        kept.append(await bridge(popo).subscribe().__aenter__())

    asyncio.run(main())
    assert len(popo._listeners) == 1
    kept.clear()
    gc.collect()

    assert not popo._listeners


SCRIPT_THAT_NEVER_STOPS = """
import asyncio
from uuid import uuid4
from eventsourcing.persistence import StoredEvent
from eventsourcing.persistence.bridge import BridgeApplicationRecorder
from eventsourcing.persistence.bridge_base import BridgeRunner
from eventsourcing.popo import POPOApplicationRecorder

class OnlySubscribe:
    def __init__(self):
        self.recorder = POPOApplicationRecorder()
        self.recorder.insert_events([StoredEvent(uuid4(), 1, "a", b"")])
        self.subscribe = self.recorder.subscribe

class CanListen(POPOApplicationRecorder):
    def __init__(self):
        super().__init__()
        self.insert_events([StoredEvent(uuid4(), 1, "a", b"")])

kept = []

async def main():
    for recorder_class in (OnlySubscribe, CanListen):
        for threads in (0, 2):
            recorder = BridgeApplicationRecorder(recorder_class, BridgeRunner(threads))
            subscription = recorder.subscribe()
            kept.append(subscription)
            print((await anext(subscription)).id)

asyncio.run(main())
"""


def test_subscription_that_is_never_stopped_keeps_neither_loop_nor_interpreter_alive():
    """U9: whether or not it needs a thread."""
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT_THAT_NEVER_STOPS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, "1\n1\n1\n1\n", "")


# What subclasses rely on.


class OwnSubscription(AsyncListenNotifySubscription[Any]):
    """Listens to nothing, but remembers what it was asked."""

    def __init__(self, recorder: Any, log: list[str], **kwargs: Any) -> None:
        super().__init__(recorder, **kwargs)
        self.log = log

    async def _start_listening(self) -> Callable[[], object]:
        log = self.log
        log.append("start")
        return lambda: log.append("stop")


async def test_listening_begins_when_the_block_is_entered_and_ends_with_it(
    recorder: BridgeApplicationRecorder,
):
    """U4: once, whatever happens in the block."""
    log: list[str] = []

    async with OwnSubscription(recorder, log) as subscription:
        log.append("block")
        subscription.stop()

    assert log == ["start", "block", "stop"]


async def test_listening_begins_before_the_first_read():
    """U7: so that no commit falls between."""
    log: list[str] = []

    async def select_notifications(**kwargs: Any) -> list[Notification]:
        log.append("read")
        return [Notification("x", 1, "a", b"", 1)]

    await take(OwnSubscription(Mock(select_notifications=select_notifications), log), 1)

    assert log[:2] == ["start", "read"]


async def test_subscription_stopped_while_it_begins_to_listen_ends_it(
    recorder: BridgeApplicationRecorder,
):
    """U3: also when listening takes its time to begin."""
    may_go_on = asyncio.Event()
    log: list[str] = []

    class SlowSubscription(OwnSubscription):
        async def _start_listening(self) -> Callable[[], object]:
            await may_go_on.wait()
            return await super()._start_listening()

    subscription = SlowSubscription(recorder, log)
    waiting = asyncio.create_task(subscription.__anext__())
    await asyncio.sleep(0)

    subscription.stop()
    may_go_on.set()

    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(waiting, SECONDS)
    assert log == ["start", "stop"]


async def test_failure_to_listen_is_raised_when_the_block_is_entered(
    recorder: BridgeApplicationRecorder,
):
    """U5: errors of construction, which does no I/O here, come then."""

    class NoSubscription(OwnSubscription):
        async def _start_listening(self) -> Callable[[], object]:
            raise OSError("no connection")

    with pytest.raises(OSError, match="no connection"):
        await NoSubscription(recorder, []).__aenter__()


async def test_error_in_the_background_is_raised_to_a_waiting_task(
    recorder: BridgeApplicationRecorder,
):
    """U5: the first one."""
    subscription = OwnSubscription(recorder, [])
    waiting = await start_waiting(subscription)

    subscription._fail(OSError("first"))
    subscription._fail(OSError("second"))

    with pytest.raises(OSError, match="first"):
        await asyncio.wait_for(waiting, SECONDS)


def test_error_at_any_line_of_anext_is_raised():
    """U5: who iterates does not take the failure for an end."""

    def run(line: int) -> bool:
        popo = POPOApplicationRecorder()
        record(popo, "a")

        async def main() -> bool:
            subscription = bridge(popo).subscribe()
            fail = partial(in_another_thread, partial(subscription._fail, OSError("lost")))
            injection = Injection([AsyncListenNotifySubscription.__anext__], line, fail)
            with injection.in_this_thread(), suppress(OSError):
                await anext(subscription)
            subscription.stop()
            if injection.has_happened.is_set():
                with pytest.raises(OSError, match="lost"):
                    await anext(subscription)
            return injection.has_happened.is_set()

        return asyncio.run(main())

    explore(run, at_least=6)


def mock_recorder(select: Callable[..., Awaitable[Any]]) -> Any:
    return Mock(select_notifications=Mock(side_effect=select))


async def test_reads_use_these_arguments():
    """U13: by keyword."""

    async def select_notifications(**kwargs: Any) -> list[Notification]:
        return [Notification("x", 1, "a", b"", 8)]

    mock = mock_recorder(select_notifications)

    await take(OwnSubscription(mock, [], gt=7), 1)

    mock.select_notifications.assert_called_once_with(
        start=7, limit=500, topics=(), inclusive_of_start=False
    )


async def test_result_without_a_length_is_a_type_error():
    """U13: also when `anext()` is called again (U5)."""

    async def select_notifications(**kwargs: Any) -> object:
        return object()

    subscription = OwnSubscription(mock_recorder(select_notifications), [])

    for _ in range(2):
        with pytest.raises(TypeError):
            await anext(subscription)
