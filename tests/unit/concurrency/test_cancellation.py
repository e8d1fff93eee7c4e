"""Tasks that run code which swallows cancellation."""

from __future__ import annotations

import asyncio

import pytest

from eventsourcing._concurrency.cancellation import raise_if_cancelled


async def test_a_task_that_was_not_cancelled_goes_on():
    raise_if_cancelled()


async def test_a_cancellation_that_was_swallowed_is_raised_again():
    swallowed = []

    async def swallow():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            swallowed.append(error)
        raise_if_cancelled()

    task = asyncio.create_task(swallow())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert swallowed


def test_outside_of_tasks_there_is_nothing_to_raise():
    loop = asyncio.new_event_loop()
    outcome = []

    loop.call_soon(lambda: outcome.append(raise_if_cancelled()))
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()

    assert outcome == [None]
