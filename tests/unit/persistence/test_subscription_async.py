"""What subscriptions of both flavours promise: contract U1-U5, U7, U8."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.persistence import (
    AsyncInfrastructureFactory,
    AsyncSubscription,
    Notification,
    ProgrammingError,
    StoredEvent,
)


@pytest.fixture
def recorder() -> Any:
    return AsyncInfrastructureFactory.construct({}).application_recorder()


async def record(recorder: Any, *topics: str) -> None:
    """Record an event of each topic, all in one insert."""
    await recorder.insert_events([StoredEvent(uuid4(), 1, topic, b"") for topic in topics])


async def take(subscription: AsyncSubscription[Any], count: int) -> list[int]:
    """Return the IDs of the next notifications, waiting for them."""
    return [(await anext(subscription)).id for _ in range(count)]


async def collect(subscription: AsyncSubscription[Any], into: list[Notification]) -> None:
    """Iterate until the subscription is stopped."""
    async for notification in subscription:
        into.append(notification)


async def test_recorded_notifications_come_first_in_order(recorder: Any):
    """U1: what is recorded already is returned in the order of the IDs."""
    await record(recorder, "a", "b", "c")

    async with recorder.subscribe() as subscription:
        assert await take(subscription, 3) == [1, 2, 3]


async def test_what_is_recorded_later_is_returned_too(recorder: Any):
    """U1: then new ones as they are recorded."""
    await record(recorder, "a")

    async with recorder.subscribe() as subscription:
        first = await take(subscription, 1)
        await record(recorder, "a", "b")

        assert first + await take(subscription, 2) == [1, 2, 3]


async def test_notifications_are_those_that_the_recorder_selects(recorder: Any):
    """U1: a subscription gives notifications."""
    await record(recorder, "a")

    async with recorder.subscribe() as subscription:
        notification = await anext(subscription)

    assert [notification] == await recorder.select_notifications(None, 10)


async def test_waiting_consumer_gets_what_is_recorded(recorder: Any):
    """U1: the next one is waited for while there is nothing to return."""
    received: list[int] = []

    async def consume() -> None:
        received.extend(await take(subscription, 3))

    async with recorder.subscribe() as subscription:
        consumer = spawn(consume)
        for _ in range(3):
            await record(recorder, "a")

        assert await consumer.join(60)

    assert received == [1, 2, 3]


@pytest.mark.parametrize(
    ("gt", "expected"), [(None, [1, 2]), (0, [1, 2]), (1, [2, 3]), (2, [3, 4])]
)
async def test_only_greater_ids_are_returned(recorder: Any, gt: int | None, expected: list[int]):
    """U1: the ID is greater than `gt`."""
    await record(recorder, "a", "a", "a", "a")

    async with recorder.subscribe(gt=gt) as subscription:
        assert await take(subscription, 2) == expected


async def test_gt_beyond_the_end_waits_for_greater_ids(recorder: Any):
    """U2: what is recorded up to there is not returned."""
    await record(recorder, "a")

    async with recorder.subscribe(gt=3) as subscription:
        for _ in range(4):
            await record(recorder, "a")

        assert await take(subscription, 2) == [4, 5]


async def test_only_given_topics_are_returned(recorder: Any):
    """U1: restricted to the topics, recorded before or later."""
    await record(recorder, "a", "b", "c", "a")

    async with recorder.subscribe(topics=["a", "c"]) as subscription:
        recorded_before = await take(subscription, 3)
        await record(recorder, "b")
        await record(recorder, "b", "a")

        assert recorded_before + await take(subscription, 1) == [1, 3, 4, 7]


async def test_consecutive_loops_continue_where_the_last_one_stopped(recorder: Any):
    """U2: one subscription may be iterated with several loops."""
    await record(recorder, "a", "a", "a")
    received = []

    async with recorder.subscribe() as subscription:
        for _ in range(3):
            async for notification in subscription:
                received.append(notification.id)
                break

    assert received == [1, 2, 3]


async def test_more_than_a_batch_is_returned_whole(recorder: Any):
    """U6: reading goes in batches, which the consumer does not see."""
    await record(recorder, *["a"] * 1203)

    async with recorder.subscribe() as subscription:
        assert await take(subscription, 1203) == list(range(1, 1204))


async def test_stopped_subscription_returns_nothing_more(recorder: Any):
    """U3: notifications that are still buffered are dropped."""
    await record(recorder, "a", "a", "a")
    subscription = recorder.subscribe()
    await take(subscription, 1)

    subscription.stop()

    with pytest.raises(StopAsyncIteration):
        await anext(subscription)


async def test_subscription_may_be_stopped_before_it_is_used(recorder: Any):
    """U3: `stop()` may come before iteration, and before entering."""
    await record(recorder, "a")
    subscription = recorder.subscribe()
    subscription.stop()

    async with subscription:
        received = [notification.id async for notification in subscription]

    assert received == []


async def test_stopping_repeatedly_is_harmless(recorder: Any):
    """U3: `stop()` may be called repeatedly."""
    subscription = recorder.subscribe()

    for _ in range(3):
        subscription.stop()

    with pytest.raises(StopAsyncIteration):
        await anext(subscription)


async def test_stop_releases_a_waiting_consumer(recorder: Any):
    """U3: a consumer that waits for the next notification is released."""
    received: list[Notification] = []
    subscription = recorder.subscribe()
    consumer = spawn(collect, subscription, received)

    subscription.stop()

    assert await consumer.join(60)
    assert consumer.error is None
    assert received == []


async def test_end_of_the_block_stops_the_subscription(recorder: Any):
    """U4: the context manager stops it on exit."""
    await record(recorder, "a")

    async with recorder.subscribe() as subscription:
        pass

    with pytest.raises(StopAsyncIteration):
        await anext(subscription)


async def test_entering_gives_the_subscription(recorder: Any):
    """U4: it is its own context manager."""
    subscription = recorder.subscribe()

    async with subscription as entered:
        assert entered is subscription


async def test_entering_twice_is_refused(recorder: Any):
    """U4: with these words."""
    subscription = recorder.subscribe()
    await subscription.__aenter__()

    with pytest.raises(ProgrammingError, match="Already entered subscription context manager"):
        await subscription.__aenter__()

    await subscription.__aexit__(None, None, None)


async def test_entering_after_exit_is_refused(recorder: Any):
    """U4: also after exit."""
    async with recorder.subscribe() as subscription:
        pass

    with pytest.raises(ProgrammingError, match="Already entered subscription context manager"):
        await subscription.__aenter__()


async def test_exiting_without_entering_is_refused(recorder: Any):
    """U4: and never blocks."""
    subscription = recorder.subscribe()

    with pytest.raises(ProgrammingError, match="Not already entered subscription context manager"):
        await subscription.__aexit__(None, None, None)

    subscription.stop()


async def test_exiting_twice_is_harmless(recorder: Any):
    """U4: exiting again does nothing."""
    async with recorder.subscribe() as subscription:
        pass

    await subscription.__aexit__(None, None, None)


async def test_events_recorded_after_subscribing_need_no_later_event(recorder: Any):
    """U7: also what is recorded before the first read."""
    subscription = recorder.subscribe()
    await record(recorder, "a")

    assert await take(subscription, 1) == [1]

    subscription.stop()


async def test_several_subscriptions_are_independent(recorder: Any):
    """U1: each has its own position and its own end."""
    await record(recorder, "a", "b")

    async with recorder.subscribe() as one, recorder.subscribe(gt=1) as other:
        first = await take(one, 1)
        one.stop()
        await record(recorder, "c")

        assert first == [1]
        assert await take(other, 2) == [2, 3]


class Broken(Exception):
    pass


async def test_error_while_reading_is_raised_by_each_following_next(recorder: Any):
    """U5: always the same error, also after `stop()`."""
    error = Broken("disk on fire")
    subscription = await broken_subscription(recorder, error)
    raised = []

    for _ in range(2):
        with pytest.raises(Broken) as info:
            await anext(subscription)
        raised.append(info.value)
        subscription.stop()

    assert raised == [error, error]


async def broken_subscription(recorder: Any, error: Exception) -> AsyncSubscription[Any]:
    """Return a subscription that has read once, and then meets an error."""
    await record(recorder, "a")
    subscription = recorder.subscribe()
    await take(subscription, 1)

    def select_notifications(*args: Any, **kwargs: Any) -> Any:
        raise error

    recorder.select_notifications = select_notifications
    await record(recorder, "a")
    return subscription


async def test_idle_subscription_with_topics_remembers_its_progress(recorder: Any):
    """U8: other topics are not read again at each wake-up."""
    await record(recorder, *["b"] * 10)
    starts = []
    select = recorder.select_notifications

    def select_notifications(start: int, *args: Any, **kwargs: Any) -> Any:
        starts.append(start)
        return select(start, *args, **kwargs)

    recorder.select_notifications = select_notifications
    async with recorder.subscribe(topics=["a"]) as subscription:
        await record(recorder, "a")
        await take(subscription, 1)
        await record(recorder, "b", "b", "b")
        await record(recorder, "a")
        await take(subscription, 1)

    assert starts[0] == 0
    assert starts[-1] >= 11
    assert all(start == 0 or start >= 10 for start in starts)
