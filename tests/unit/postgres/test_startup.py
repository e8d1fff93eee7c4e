"""What is done before the database is used: at once, or by the first use."""

from __future__ import annotations

import asyncio

import pytest

from eventsourcing.postgres import startup_async, startup_sync


def test_on_the_synchronous_side_it_is_done_at_once():
    """G32"""
    calls = []

    startup = startup_sync.Startup()
    startup.add(lambda: calls.append("done"))
    startup.finish()

    assert calls == ["done"]


async def test_on_the_asynchronous_side_it_is_done_once_by_the_first_use():
    """G32"""
    calls = []

    async def act():
        calls.append("done")

    startup = startup_async.Startup()
    startup.add(act)
    assert calls == []

    await startup.finish()
    await startup.finish()

    assert calls == ["done"]


async def test_others_wait_until_it_is_done():
    calls = []

    async def act():
        await asyncio.sleep(0)
        calls.append("done")

    async def use():
        await startup.finish()
        calls.append("used")

    startup = startup_async.Startup()
    startup.add(act)

    await asyncio.gather(use(), use(), use())

    assert calls == ["done", "used", "used", "used"]


async def test_actions_may_use_the_database_themselves():
    calls = []

    async def act():
        await startup.finish()
        calls.append("done")

    startup = startup_async.Startup()
    startup.add(act)

    await startup.finish()

    assert calls == ["done"]


async def test_an_action_that_failed_is_attempted_again_by_the_next_use():
    outcomes = [OSError("not yet"), None]
    calls = []

    async def act():
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome
        calls.append("done")

    startup = startup_async.Startup()
    startup.add(act)

    with pytest.raises(OSError, match="not yet"):
        await startup.finish()
    await startup.finish()

    assert calls == ["done"]
