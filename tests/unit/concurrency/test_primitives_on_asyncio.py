"""What only the primitives on asyncio promise."""

import asyncio
import gc
import warnings

import pytest

from eventsourcing._concurrency.primitives_async import (
    CloseWhenCollected,
    Condition,
    Empty,
    Event,
    Full,
    Lock,
    Queue,
    ShutDown,
    spawn,
    try_acquire,
    wait_event,
)


class Connection(CloseWhenCollected):
    def __init__(self):
        self._is_open = True

    async def close(self):
        self._is_open = False


def test_primitives_can_be_made_before_an_event_loop_runs():
    event, lock, condition, queue = Event(), Lock(), Condition(), Queue()

    async def use_them():
        event.set()
        async with lock, condition:
            await queue.put(1)
        return await wait_event(event, None), await queue.get()

    assert asyncio.run(use_them()) == (True, 1)


async def test_wait_event_can_be_cancelled():
    waiting = asyncio.ensure_future(wait_event(Event(), 60))
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_try_acquire_does_not_wait_for_a_lock_that_is_promised_to_another_task():
    lock = Lock()
    await lock.acquire()
    release = Event()

    async def hold():
        async with lock:
            await release.wait()

    holder = spawn(hold)
    await asyncio.sleep(0)
    lock.release()

    assert await try_acquire(lock) is False

    release.set()
    await holder.join()
    assert await try_acquire(lock) is True


async def test_spawned_task_survives_although_nobody_holds_it():
    has_ended = Event()

    async def wait_for_a_future_that_only_the_loop_knows():
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        loop.call_later(0.01, future.set_result, None)
        await future
        has_ended.set()

    spawn(wait_for_a_future_that_only_the_loop_knows)
    await asyncio.sleep(0)
    gc.collect()

    assert await wait_event(has_ended, 10)


async def test_cancelled_task_is_done_without_an_error():
    task = spawn(Event().wait)
    await task.join(timeout=0)
    (running,) = asyncio.all_tasks() - {asyncio.current_task()}
    running.cancel()

    assert await task.join() is True
    assert task.error is None


def test_object_that_was_not_closed_gives_a_resource_warning_when_collected():
    connections = [Connection()]

    with pytest.warns(ResourceWarning, match="^Connection was not closed: use 'async with'"):
        connections.clear()


async def test_object_that_was_closed_gives_no_warning():
    connection = Connection()
    await connection.close()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del connection
        gc.collect()

    assert [w for w in caught if "Connection" in str(w.message)] == []


def test_partly_constructed_object_gives_no_warning():
    connection = Connection.__new__(Connection)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del connection
        gc.collect()

    assert [w for w in caught if "Connection" in str(w.message)] == []


async def test_queue_without_waiting_says_full_and_empty():
    queue = Queue(maxsize=1)
    queue.put_nowait(1)
    with pytest.raises(Full):
        queue.put_nowait(2)
    assert queue.full()
    assert queue.get_nowait() == 1
    with pytest.raises(Empty):
        queue.get_nowait()


async def test_wake_up_of_a_cancelled_getter_goes_to_the_next_one():
    queue = Queue()
    first, second = (asyncio.ensure_future(queue.get()) for _ in range(2))
    await asyncio.sleep(0)

    queue.put_nowait("item")
    first.cancel()

    assert await second == "item"
    assert first.cancelled()


async def test_wake_up_of_a_cancelled_putter_goes_to_the_next_one():
    queue = Queue(maxsize=1)
    queue.put_nowait(0)
    first, second = (asyncio.ensure_future(queue.put(number)) for number in (1, 2))
    await asyncio.sleep(0)

    assert queue.get_nowait() == 0
    first.cancel()

    await second
    assert queue.get_nowait() == 2


async def test_cancelled_getter_is_forgotten():
    queue = Queue()
    first, second = (asyncio.ensure_future(queue.get()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)

    queue.put_nowait("item")

    assert await second == "item"


async def test_getter_that_was_woken_for_an_item_that_is_gone_learns_of_the_shutdown():
    queue = Queue()
    getter = asyncio.ensure_future(queue.get())
    await asyncio.sleep(0)

    queue.put_nowait("item")
    queue.shutdown(immediate=True)

    with pytest.raises(ShutDown):
        await getter
