"""Asynchronous subscriptions to recorders that have only a synchronous side: contract U1-U9."""

from __future__ import annotations

import asyncio
import threading
from typing import Any
from uuid import uuid4

import pytest

from eventsourcing.persistence import AsyncSubscription, StoredEvent, Subscription
from eventsourcing.persistence.bridge import BridgeApplicationRecorder
from eventsourcing.persistence.bridge_base import BridgeRunner
from eventsourcing.popo import POPOApplicationRecorder
from tests.unit.persistence.bridge_engine import Gate, OldRecorder, OnlySubscribeRecorder

SECONDS = 120


@pytest.fixture
async def runner() -> Any:
    runner = BridgeRunner(2)
    yield runner
    await runner.close(lambda: None)


async def record(recorder: BridgeApplicationRecorder, *topics: str) -> None:
    await recorder.insert_events([StoredEvent(uuid4(), 1, topic, b"") for topic in topics])


async def take(subscription: AsyncSubscription[Any], count: int) -> list[int]:
    async with asyncio.timeout(SECONDS):
        return [(await anext(subscription)).id for _ in range(count)]


async def assert_ends(thread: Any) -> None:
    assert await asyncio.to_thread(thread.join, SECONDS) in (None, True)


# Recorders that can be listened to.


class GatedRecorder(POPOApplicationRecorder):
    """Holds up those who begin to listen."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()

    def listen(self, event: Any) -> None:
        self.gate.pass_through()
        super().listen(event)


async def test_subscription_cancelled_while_it_begins_to_listen_leaves_no_listener(
    runner: BridgeRunner,
):
    """U9: the beginning still completes in its thread, and is then undone."""
    popo = GatedRecorder()
    popo.gate.close()
    recorder = BridgeApplicationRecorder(lambda: popo, runner)
    subscription = recorder.subscribe()
    waiting = asyncio.create_task(subscription.__anext__())
    assert await asyncio.to_thread(popo.gate.is_reached.acquire, timeout=SECONDS)

    waiting.cancel()
    await asyncio.wait([waiting])
    popo.gate.open()
    await runner.close(lambda: None)

    assert not popo._listeners


async def test_subscription_listens_anew_after_its_beginning_was_cancelled(runner: BridgeRunner):
    """U7: and what undoes the first beginning does not undo the second."""
    popo = GatedRecorder()
    popo.gate.close()
    recorder = BridgeApplicationRecorder(lambda: popo, runner)
    subscription = recorder.subscribe()
    for _ in range(2):
        waiting = asyncio.create_task(subscription.__anext__())
        assert await asyncio.to_thread(popo.gate.is_reached.acquire, timeout=SECONDS)
        if not popo._listeners:
            waiting.cancel()
            await asyncio.wait([waiting])
    popo.gate.open()
    received = asyncio.create_task(take(subscription, 1))
    while len(popo._listeners) != 1:  # noqa: ASYNC110
        await asyncio.sleep(0)

    await record(recorder, "a")

    assert await received == [1]
    subscription.stop()


async def test_insert_goes_well_whatever_a_listener_does(
    runner: BridgeRunner, caplog: pytest.LogCaptureFixture
):
    """O7: a stored event is not reported as failed."""

    class BrokenListener:
        def set(self) -> None:
            raise OSError("listener broken")

    popo = POPOApplicationRecorder()
    recorder = BridgeApplicationRecorder(lambda: popo, runner)
    popo.listen(BrokenListener())
    async with recorder.subscribe() as subscription:
        await record(recorder, "a")

        assert await take(subscription, 1) == [1]

    assert "listener broken" in caplog.text


# Recorders that can only be subscribed to.


@pytest.fixture
def only_subscribe() -> OnlySubscribeRecorder:
    return OnlySubscribeRecorder()


@pytest.fixture
def recorder(
    only_subscribe: OnlySubscribeRecorder, runner: BridgeRunner
) -> BridgeApplicationRecorder:
    return BridgeApplicationRecorder(lambda: only_subscribe, runner)


async def test_synchronous_subscription_is_iterated_in_a_thread(
    recorder: BridgeApplicationRecorder,
):
    """U1: what is recorded, and then what is recorded later."""
    await record(recorder, "a", "b")

    async with recorder.subscribe() as subscription:
        first = await take(subscription, 2)
        await record(recorder, "c")

        assert first + await take(subscription, 1) == [1, 2, 3]
        assert subscription._last_notification_id == 3


async def test_position_and_topics_are_passed_on(recorder: BridgeApplicationRecorder):
    """U1: greater IDs, of the topics."""
    await record(recorder, "a", "b", "a", "b")

    async with recorder.subscribe(gt=1, topics=["a"]) as subscription:
        assert await take(subscription, 1) == [3]


async def test_long_log_is_passed_on_whole(recorder: BridgeApplicationRecorder):
    """U6: with a bounded buffer between the thread and the task."""
    await record(recorder, *["a"] * 1700)

    async with recorder.subscribe() as subscription:
        assert await take(subscription, 1700) == list(range(1, 1701))


async def test_stopping_stops_the_synchronous_subscription(
    recorder: BridgeApplicationRecorder, only_subscribe: OnlySubscribeRecorder
):
    """U4: and waits for its threads."""
    async with recorder.subscribe() as subscription:
        await record(recorder, "a")
        await take(subscription, 1)

    (sync_subscription,) = only_subscribe.subscriptions
    assert sync_subscription._has_been_stopped
    assert sync_subscription._pull_thread.done()
    await assert_no_forwarding_thread()


async def assert_no_forwarding_thread() -> None:
    for thread in threading.enumerate():
        if thread.name == "eventsourcing-bridge-subscription":
            await assert_ends(thread)


async def test_stopping_releases_a_thread_that_waits_for_place_in_the_buffer(
    recorder: BridgeApplicationRecorder,
):
    """U3: promptly."""
    await record(recorder, *["a"] * 1700)

    async with recorder.subscribe() as subscription:
        await take(subscription, 1)

    await assert_no_forwarding_thread()


async def test_abandoned_subscription_stops_the_synchronous_one(
    recorder: BridgeApplicationRecorder, only_subscribe: OnlySubscribeRecorder
):
    """U9: when it is collected."""
    await record(recorder, "a")
    subscription = recorder.subscribe()
    await take(subscription, 1)

    del subscription
    await asyncio.sleep(0)

    assert only_subscribe.subscriptions[0]._has_been_stopped
    await assert_no_forwarding_thread()


async def test_error_of_the_synchronous_subscription_is_raised_again_and_again(
    recorder: BridgeApplicationRecorder, only_subscribe: OnlySubscribeRecorder
):
    """U5: the same object."""
    error = OSError("gone")
    subscription = recorder.subscribe()
    async with subscription:
        (sync_subscription,) = only_subscribe.subscriptions
        sync_subscription._fail(error)

        for _ in range(2):
            with pytest.raises(OSError, match="gone") as info:
                await asyncio.wait_for(anext(subscription), SECONDS)
            assert info.value is error


async def test_end_of_the_synchronous_subscription_is_the_end(
    recorder: BridgeApplicationRecorder, only_subscribe: OnlySubscribeRecorder
):
    """U3: after what it gave before."""
    await record(recorder, "a")
    async with recorder.subscribe() as subscription:
        received = await take(subscription, 1)
        only_subscribe.subscriptions[0].stop()

        received += [notification.id async for notification in subscription]

    assert received == [1]


async def test_subscription_that_ends_by_itself_is_passed_on_to_its_end(runner: BridgeRunner):
    """U1: nothing that was buffered is lost."""

    class EndingSubscription(Subscription[Any]):
        def __next__(self) -> Any:
            found = self._recorder.recorder.select_notifications(
                self._last_notification_id, 1, inclusive_of_start=False
            )
            if self._has_been_stopped or not found:
                raise StopIteration
            self._last_notification_id = found[0].id
            return found[0]

    class EndingRecorder(OldRecorder):
        def subscribe(self, gt: Any = None, topics: Any = ()) -> Any:
            return EndingSubscription(self, gt, topics)

    recorder = BridgeApplicationRecorder(EndingRecorder, runner)
    await record(recorder, *["a"] * 1234)

    async with recorder.subscribe() as subscription:
        assert [n.id async for n in subscription] == list(range(1, 1235))


async def test_subscription_cancelled_while_it_begins_stops_the_synchronous_one(
    runner: BridgeRunner,
):
    """U9: the beginning still completes in its thread, and is then undone."""
    gate = Gate()
    gate.close()

    class SlowRecorder(OnlySubscribeRecorder):
        def subscribe(self, *args: Any, **kwargs: Any) -> Any:
            gate.pass_through()
            return super().subscribe(*args, **kwargs)

    slow = SlowRecorder()
    subscription = BridgeApplicationRecorder(lambda: slow, runner).subscribe()
    waiting = asyncio.create_task(subscription.__anext__())
    assert await asyncio.to_thread(gate.is_reached.acquire, timeout=SECONDS)

    waiting.cancel()
    await asyncio.wait([waiting])
    gate.open()
    await runner.close(lambda: None)

    assert slow.subscriptions[0]._has_been_stopped
    await assert_no_forwarding_thread()


# Recorders that cannot be subscribed to.


async def test_recorder_that_is_built_says_at_once_that_it_cannot_be_subscribed_to(
    runner: BridgeRunner,
):
    """B9: with the words of the synchronous recorder."""
    recorder = BridgeApplicationRecorder(OldRecorder, runner)
    await recorder.open()

    with pytest.raises(
        NotImplementedError, match="The OldRecorder recorder does not support subscriptions"
    ):
        recorder.subscribe()


async def test_recorder_that_is_not_built_says_so_when_the_subscription_is_used(
    runner: BridgeRunner,
):
    """B9: before that, nobody knows."""
    recorder = BridgeApplicationRecorder(OldRecorder, runner)

    with pytest.raises(NotImplementedError, match="OldRecorder"):
        await recorder.subscribe().__aenter__()
    with pytest.raises(NotImplementedError, match="OldRecorder"):
        await anext(BridgeApplicationRecorder(OldRecorder, runner).subscribe())
