"""What combiners promise to tasks that are cancelled."""

from __future__ import annotations

import asyncio

import pytest

from eventsourcing._concurrency.combining import Interrupted
from tests.unit.concurrency.combining_async import Worker, wait_until


@pytest.fixture
def worker():
    return Worker()


async def start(worker, *numbers):
    """Have each number submitted by a task."""
    tasks = [asyncio.create_task(worker.combiner.submit(each)) for each in numbers]
    await wait_until(lambda: worker.batches)
    return tasks


async def cancel(task):
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_work_of_one_who_is_cancelled_while_waiting_is_not_done(worker):
    one, two, three = await start(worker, 1, 2, 3)

    await cancel(two)
    await worker.open_gates()

    assert await asyncio.gather(one, three) == [100, 33]
    assert worker.batches == [[1], [3]]


async def test_one_who_works_alone_is_cancelled_at_once_and_others_go_on(worker):
    one, two = await start(worker, 1, 2)

    await cancel(one)
    await worker.open_gates()

    assert await two == 50
    assert worker.batches == [[1], [2]]


async def test_one_who_is_cancelled_while_working_for_others_does_not_leave_them_alone(worker):
    one, two, three, four = await start(worker, 1, 2, 3, 4)
    worker.gates[0].set()
    assert await one == 100
    await wait_until(lambda: len(worker.batches) == 2)

    await cancel(two)
    late = asyncio.create_task(worker.combiner.submit(5))
    await asyncio.sleep(0)
    assert worker.batches == [[1], [2, 3, 4]]
    await worker.open_gates()

    assert await asyncio.gather(three, four, late) == [33, 25, 20]
    assert worker.batches == [[1], [2, 3, 4], [5]]


async def test_one_who_is_cancelled_just_when_it_is_its_turn_passes_it_on(worker):
    async def cancel_the_next(batch):
        outcomes = await worker.do(batch)
        if batch.numbers == [1]:
            asyncio.get_running_loop().call_soon(two.cancel)  # runs before the task that is woken
        return outcomes

    worker.combiner._do = cancel_the_next
    one, two, three = await start(worker, 1, 2, 3)
    await worker.open_gates()

    with pytest.raises(asyncio.CancelledError):
        await two
    assert await asyncio.gather(one, three) == [100, 33]
    assert worker.batches == [[1], [3]]


async def test_others_are_told_when_the_work_itself_is_cancelled(worker):
    async def be_cancelled(batch):
        outcomes = await worker.do(batch)
        if len(batch.numbers) > 1:
            raise asyncio.CancelledError
        return outcomes

    worker.combiner._do = be_cancelled
    one, two, three = await start(worker, 1, 2, 3)
    await worker.open_gates()

    outcomes = await asyncio.gather(one, two, three, return_exceptions=True)
    assert outcomes[0] == 100
    assert [type(each) for each in outcomes[1:]] == [Interrupted, Interrupted]
    assert await worker.combiner.submit(4) == 25
