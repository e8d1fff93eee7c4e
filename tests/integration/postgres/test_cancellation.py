"""Tasks that are cancelled in the middle of an operation; only the asynchronous side has them."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import AsyncPostgresProcessRecorder
from tests.integration.postgres.support_async import make_datastore, make_event, make_events


@pytest.fixture
async def datastore(postgres_database):
    async with make_datastore(postgres_database, max_overflow=1) as datastore:
        yield datastore


@pytest.fixture
async def recorder(datastore):
    recorder = AsyncPostgresProcessRecorder(datastore)
    await recorder.create_table()
    return recorder


async def test_a_writer_that_waits_for_the_lock_may_be_cancelled(
    postgres_database, datastore, recorder
):
    async with datastore.transaction(commit=True) as curs:
        await recorder._insert_stored_events(curs, [make_event()])
        task = asyncio.create_task(recorder.insert_events([make_event()]))
        with postgres_database.connect() as connection:
            while not connection.execute(  # noqa: ASYNC110 (it is the server that tells)
                "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
                "WHERE datname = current_database() AND NOT granted"
            ).fetchall():
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert await recorder.insert_events([make_event()]) == [2]


async def test_writers_that_are_cancelled_at_any_moment_store_all_or_nothing(recorder):
    """B1: and leave the pool in order."""
    given = []
    for number in range(60):
        events = make_events(3)
        given.append((number + 1, events))
        task = asyncio.create_task(
            recorder.insert_events(events, tracking=Tracking("up", number + 1))
        )
        await asyncio.sleep(0.0001 * number)
        task.cancel()
        await asyncio.wait([task])

    stored = [n.originator_id for n in await recorder.select_notifications(None, 1000)]
    positions = [number for number, events in given if stored.count(events[0].originator_id) == 3]
    assert len(stored) == 3 * len(positions)
    assert (await recorder.max_tracking_id("up") or 0) == max(positions, default=0)
    assert await recorder.insert_events([make_event()], tracking=Tracking("up", 61))


async def test_a_subscriber_that_is_cancelled_misses_nothing(recorder):
    """U1"""
    async with recorder.subscribe() as subscription:
        for id_ in range(1, 6):
            waiting = asyncio.ensure_future(anext(subscription))
            await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.wait([waiting])
            await recorder.insert_events([make_event()])
            assert (await anext(subscription)).id >= id_


ENDS_WHILE_CONNECTING = """
import asyncio
import socket
from eventsourcing.postgres import AsyncPostgresDatastore

server = socket.create_server(("127.0.0.1", 0))  # which never answers
port = server.getsockname()[1]

async def main():
    datastore = AsyncPostgresDatastore("name", "127.0.0.1", port, "user", "password", pool_size=5)
    await datastore.open()
    while len(connecting) < 3:  # all that connect at once
        connecting.append(await asyncio.to_thread(server.accept))

connecting = []
asyncio.run(main())
print("ended", flush=True)
"""


def test_a_program_ends_also_while_the_pool_is_connecting():
    """Issue 5.8: what it leaves open does not keep `asyncio.run()` from ending."""
    done = subprocess.run(
        [sys.executable, "-c", ENDS_WHILE_CONNECTING],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "ended\n", done.stderr
