"""A server that is restarted, or crashes, or refuses; and a usable application afterwards."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

import pytest

from eventsourcing._concurrency.primitives_async import sleep, spawn
from eventsourcing.persistence import OperationalError, Tracking
from eventsourcing.postgres import AsyncPostgresProcessRecorder, CommitOutcomeUnknownError
from tests.integration.postgres.support_async import (
    fails_with,
    make_datastore,
    make_event,
    make_events,
)
from tests.support.databases import PostgresDatabase

RESTARTS = 6


async def create_recorder(datastore):
    recorder = AsyncPostgresProcessRecorder(datastore)
    await recorder.create_table()
    return recorder


class Writer:
    """Saves until told to stop, and remembers what became of each save."""

    def __init__(self, recorder, name):
        self.recorder = recorder
        self.name = name
        self.saved: dict[UUID, list[int]] = {}
        self.failed: list[UUID] = []
        self.unknown: list[UUID] = []
        self.is_stopped = False

    async def run(self):
        position = 0
        while not self.is_stopped:
            position += 1
            events = make_events(3)
            originator_id = events[0].originator_id
            try:
                self.saved[originator_id] = await self.recorder.insert_events(
                    events, tracking=Tracking(self.name, position)
                )
            except CommitOutcomeUnknownError:
                self.unknown.append(originator_id)
            except OperationalError:
                self.failed.append(originator_id)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", ["kill", "fast", "immediate"])
async def test_writers_and_followers_survive_restarts_of_the_server(own_postgres_server, how):
    """Issue 4, items 4 and 5; U11: a save is said to have failed only if nothing was stored."""
    database = PostgresDatabase.from_environ(own_postgres_server.environ())
    async with make_datastore(database, max_overflow=9) as datastore:
        recorder = await create_recorder(datastore)
        writers = [Writer(recorder, f"writer-{n}") for n in range(4)]
        followed: list[int] = []
        async with recorder.subscribe() as subscription:

            async def follow():
                async for notification in subscription:
                    followed.append(notification.id)

            follower = spawn(follow)
            tasks = [spawn(writer.run) for writer in writers]
            for _ in range(RESTARTS):
                so_far = sum(len(writer.saved) for writer in writers)
                while sum(len(writer.saved) for writer in writers) < so_far + 20:
                    await sleep(0.005)
                if how == "kill":
                    own_postgres_server.kill()
                else:
                    own_postgres_server.stop(how)
                own_postgres_server.start()
            for writer in writers:
                writer.is_stopped = True
            for task in tasks:
                assert await task.join(60)
                assert task.error is None

            stored = await recorder.select_notifications(None, 1_000_000)
            while len(followed) < len(stored) and not follower.done():
                await sleep(0.01)
            subscription.stop()
            await follower.join()
            assert follower.error is None

        assert followed == [notification.id for notification in stored]
        ids: dict[UUID, list[int]] = {}
        for notification in stored:
            ids.setdefault(notification.originator_id, []).append(notification.id)
        for writer in writers:
            for originator_id, expected in writer.saved.items():
                assert ids.pop(originator_id) == expected
            assert not set(writer.failed) & set(ids)
            assert set(writer.unknown) >= set(ids) & set(writer.unknown)
        assert set(ids) <= {id_ for writer in writers for id_ in writer.unknown}
        assert await recorder.insert_events([make_event()])


async def test_a_server_that_is_down_is_an_operational_error_and_then_all_is_well_again(
    own_postgres_server,
):
    """X4: after one wait."""
    database = PostgresDatabase.from_environ(own_postgres_server.environ())
    async with make_datastore(database, pool_size=2) as datastore:
        recorder = await create_recorder(datastore)
        own_postgres_server.stop()
        patience, datastore.pool.timeout = datastore.pool.timeout, 0.5
        await fails_with("Connection refused", partial(recorder.insert_events, [make_event()]))
        await fails_with("Connection refused", recorder.max_notification_id)
        own_postgres_server.start()
        datastore.pool.timeout = patience

        assert await recorder.insert_events([make_event()], tracking=Tracking("up", 1))
        assert await recorder.max_tracking_id("up") == 1


async def test_too_many_connections_are_waited_for(postgres_database):
    """X4: and the words of the server are told."""
    modest = f"modest_{uuid4().hex}"  # roles belong to the server, which other tests use, too
    with postgres_database.connect() as connection:
        connection.execute(f"CREATE ROLE {modest} LOGIN PASSWORD 'x' CONNECTION LIMIT 1")
        connection.execute(f"GRANT ALL ON SCHEMA public TO {modest}")
    database = replace(postgres_database, user=modest, password="x")
    try:
        taken = database.connect()
        async with make_datastore(database, connect_timeout=0.3) as datastore:
            recorder = AsyncPostgresProcessRecorder(datastore)
            await fails_with("too many connections", recorder.create_table)
        taken.close()
        async with make_datastore(database, max_overflow=4) as datastore:
            recorder = await create_recorder(datastore)
            # The pool would like to grow, and is not allowed to.
            writers = [spawn(recorder.insert_events, [make_event()]) for _ in range(5)]
            for writer in writers:
                assert await writer.join(60)
                assert writer.error is None
            assert await recorder.max_notification_id() == 5
    finally:
        with postgres_database.connect() as connection:
            connection.execute(f"DROP OWNED BY {modest}")
            connection.execute(f"DROP ROLE {modest}")


async def test_a_full_disk_is_an_operational_error_and_then_all_is_well_again(postgres_database):
    """Issue 4, item 4: with the error that the server raises then."""
    async with make_datastore(postgres_database) as datastore:
        recorder = await create_recorder(datastore)
        with postgres_database.connect() as connection:
            connection.execute(
                "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN RAISE ''could not extend file'' USING ERRCODE = ''disk_full''; END'"
            )
            connection.execute(
                "CREATE TRIGGER fail AFTER INSERT ON stored_events EXECUTE FUNCTION fail()"
            )
        with pytest.raises(OperationalError, match="could not extend file"):
            await recorder.insert_events([make_event()], tracking=Tracking("up", 1))
        with postgres_database.connect() as connection:
            connection.execute("DROP TRIGGER fail ON stored_events")

        assert await recorder.max_notification_id() is None
        assert await recorder.max_tracking_id("up") is None
        assert await recorder.insert_events([make_event()], tracking=Tracking("up", 1))
