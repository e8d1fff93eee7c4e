"""Tasks that are cancelled while they append; only the asynchronous side has them."""

from __future__ import annotations

import asyncio

import pytest

from tests.integration.postgres.dcb_support_async import (
    create_recorder,
    read_data,
    tagged,
    unless_tagged,
    wait_for_waiting,
)
from tests.integration.postgres.support_async import make_datastore


@pytest.fixture
async def recorder(postgres_database):
    async with make_datastore(postgres_database, max_overflow=1) as datastore:
        yield await create_recorder(datastore)


async def test_one_that_waits_for_the_lock_may_be_cancelled(postgres_database, recorder):
    """C25: and nothing of it is left behind."""
    async with recorder.datastore.transaction() as curs:
        await curs.execute("LOCK TABLE dcb_events_tt_main IN EXCLUSIVE MODE")
        task = asyncio.create_task(recorder.append([tagged("a")]))
        await wait_for_waiting(postgres_database)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert await recorder.append([tagged("b")], unless_tagged("a")) == 1


async def test_appends_that_are_cancelled_at_any_moment_are_done_wholly_or_not_at_all(recorder):
    """C10: those of others, with which they are done together, are done."""
    tasks = []
    for number in range(150):
        name = str(number)
        event = tagged(name, data=name.encode())
        tasks.append(asyncio.create_task(recorder.append([event, event], unless_tagged(name))))
        if number % 3 == 0:
            asyncio.get_running_loop().call_later(0.0001 * number, tasks[-1].cancel)
        await asyncio.sleep(0.0005 * (number % 2))
    await asyncio.wait(tasks)

    stored = [int(each) for each in await read_data(recorder)]
    assert {stored.count(number) for number in range(150)} <= {0, 2}
    returned = {number for number, task in enumerate(tasks) if not task.cancelled()}
    assert returned <= set(stored)
    assert {number for number in range(150) if number % 3} <= returned
