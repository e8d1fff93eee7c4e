"""Subscriptions, which listen on a channel of the server (contract section 10, G30)."""

from __future__ import annotations

import weakref

import pytest

from eventsourcing._concurrency.primitives_async import Event, sleep, spawn, wait_event
from eventsourcing.persistence import OperationalError, ProgrammingError
from eventsourcing.postgres import (
    AsyncPostgresApplicationRecorder,
    AsyncPostgresSubscription,
    retrying_async,
)
from tests.integration.postgres.proxy import CuttingProxy
from tests.integration.postgres.support_async import (
    make_datastore,
    make_event,
    make_events,
    terminate_connections,
)
from tests.support.waiting import is_collected


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(retrying_async, "_PAUSE_SECONDS", 0.001)


@pytest.fixture
async def datastore(postgres_database):
    async with make_datastore(postgres_database) as datastore:
        yield datastore


@pytest.fixture
def proxy(postgres_database):
    with CuttingProxy(postgres_database) as proxy:
        yield proxy


async def create_recorder(datastore, **options):
    recorder = AsyncPostgresApplicationRecorder(datastore, **options)
    await recorder.create_table()
    return recorder


def listeners(database):
    """Return how many connections listen."""
    with database.connect() as connection:
        ((number,),) = connection.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        ).fetchall()
    return number


async def until(condition):
    while not condition():
        await sleep(0.01)


async def test_events_recorded_before_and_later_are_returned(datastore):
    """U1"""
    recorder = await create_recorder(datastore)
    await recorder.insert_events(make_events(2))

    async with recorder.subscribe(gt=1) as subscription:
        assert (await anext(subscription)).id == 2
        for id_ in range(3, 8):
            writer = spawn(recorder.insert_events, [make_event()])
            assert (await anext(subscription)).id == id_
            await writer.join()


async def test_events_of_another_process_wake_the_subscription(postgres_database, datastore):
    """U1: those of 9.5 too, which notifies in the same way."""
    recorder = await create_recorder(datastore, events_table_name="App.events")

    async with recorder.subscribe() as subscription:
        await until(lambda: listeners(postgres_database) == 1)
        with postgres_database.connect(autocommit=False) as connection:
            connection.execute('LOCK TABLE "App.events" IN EXCLUSIVE MODE')
            connection.execute('NOTIFY "App_events"')
            connection.execute(
                "INSERT INTO \"App.events\" VALUES (gen_random_uuid(), 1, 'topic', '')"
            )
        assert (await anext(subscription)).id == 1


async def test_only_the_given_topics_are_returned(datastore):
    """U1, U8"""
    recorder = await create_recorder(datastore)
    await recorder.insert_events([make_event(topic="a"), make_event(topic="b")])

    async with recorder.subscribe(topics=["b"]) as subscription:
        assert (await anext(subscription)).id == 2
        await recorder.insert_events([make_event(topic="a"), make_event(topic="b")])
        assert (await anext(subscription)).id == 4


async def test_no_event_is_missed_while_the_subscription_begins_to_listen(datastore):
    """U7"""
    recorder = await create_recorder(datastore)
    for id_ in range(1, 30):
        subscription = recorder.subscribe(gt=id_ - 1)
        async with subscription:
            if id_ % 2:
                await sleep(0.0005 * id_)
            await recorder.insert_events([make_event()])
            assert (await anext(subscription)).id == id_


async def test_stopping_wakes_who_waits_and_ends_the_listening(postgres_database, datastore):
    """U3, U4, G30"""
    recorder = await create_recorder(datastore)
    subscription = recorder.subscribe()
    found: list[int] = []

    async def iterate():
        async for notification in subscription:
            found.append(notification.id)

    async with subscription:
        reader = spawn(iterate)
        await until(lambda: listeners(postgres_database) == 1)
        subscription.stop()
        assert await reader.join(60)

    assert found == []
    assert subscription._listen_thread.done()
    await until(lambda: listeners(postgres_database) == 0)


async def test_the_subscription_reconnects_when_its_connection_is_lost(
    postgres_database, datastore
):
    """U11"""
    recorder = await create_recorder(datastore)
    async with recorder.subscribe() as subscription:
        for id_ in range(1, 6):
            await until(lambda: listeners(postgres_database) == 1)
            terminate_connections(postgres_database)
            await recorder.insert_events([make_event()])
            assert (await anext(subscription)).id == id_


async def test_events_committed_while_there_is_no_connection_are_returned(
    postgres_database, proxy, datastore
):
    """U11: it listens again, and reads again."""
    writer = await create_recorder(datastore)
    async with make_datastore(proxy.database) as other:
        recorder = AsyncPostgresApplicationRecorder(other)
        async with recorder.subscribe() as subscription:
            await until(lambda: listeners(postgres_database) == 1)
            proxy.cut_all(refuse=True)
            await writer.insert_events(make_events(3))
            waiting = spawn(sleep, 0.2)
            await waiting.join()
            proxy.accept_again()
            assert [(await anext(subscription)).id for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("seconds", [0, 0.3])
async def test_it_gives_up_after_the_given_time(postgres_database, proxy, seconds):
    """U5, U11: each following call raises what the server said."""
    async with make_datastore(proxy.database, reconnect_timeout=seconds) as datastore:
        recorder = await create_recorder(datastore)
        async with recorder.subscribe() as subscription:
            await until(lambda: listeners(postgres_database) == 1)
            datastore.pool.timeout = 1.0
            proxy.cut_all(refuse=True)
            errors = []
            for _ in range(2):
                with pytest.raises(OperationalError, match="server closed the connection") as info:
                    await anext(subscription)
                errors.append(info.value)
            assert errors[0] is errors[1]
            subscription.stop()
            with pytest.raises(OperationalError):
                await anext(subscription)


async def test_other_errors_end_the_subscription(postgres_database, datastore):
    """U5"""
    recorder = await create_recorder(datastore)
    async with recorder.subscribe() as subscription:
        await until(lambda: listeners(postgres_database) == 1)
        with postgres_database.connect() as connection:
            connection.execute("DROP TABLE stored_events")
            connection.execute("NOTIFY stored_events")
        with pytest.raises(ProgrammingError, match="does not exist"):
            await anext(subscription)


async def test_closing_the_datastore_ends_the_subscription(postgres_database):
    """U5"""
    async with make_datastore(postgres_database) as datastore:
        recorder = await create_recorder(datastore)
        subscription = recorder.subscribe()
        async with subscription:
            listening = spawn(anext, subscription)
            await until(lambda: listeners(postgres_database) == 1)
            await datastore.close()
            assert await listening.join(60)
            assert isinstance(listening.error, OperationalError)


async def test_a_subscription_that_is_collected_does_not_listen_any_longer(
    postgres_database, datastore
):
    """U9"""
    recorder = await create_recorder(datastore)
    subscription = recorder.subscribe()
    await recorder.insert_events([make_event()])
    assert (await anext(subscription)).id == 1
    reference = weakref.ref(subscription)

    del subscription

    await until(lambda: is_collected(reference))
    await until(lambda: listeners(postgres_database) == 0)


class ListeningInItsOwnWay(AsyncPostgresSubscription):
    """Has an event set by the tests instead of the server."""

    committed: Event

    async def _listen(self):
        while not self._has_been_stopped and not self._thread_error:
            if await wait_event(self.committed, 0.01):
                self.committed.clear()
                self._has_been_notified.set()


async def test_a_subclass_may_listen_in_its_own_way(postgres_database, datastore):
    """U12"""
    recorder = await create_recorder(datastore)
    ListeningInItsOwnWay.committed = Event()
    subscription = ListeningInItsOwnWay(recorder)

    async with subscription:
        for id_ in range(1, 4):
            await recorder.insert_events([make_event()])
            ListeningInItsOwnWay.committed.set()
            assert (await anext(subscription)).id == id_
        assert listeners(postgres_database) == 0
        assert not subscription._listen_thread.done()

    assert subscription._listen_thread.done()


class ListeningBadly(AsyncPostgresSubscription):
    """Cannot listen."""

    async def _listen(self):
        raise ValueError("cannot listen")


async def test_an_error_of_listening_in_its_own_way_ends_the_subscription(datastore):
    """U5, U12"""
    recorder = await create_recorder(datastore)

    async with ListeningBadly(recorder) as subscription:
        for _ in range(2):
            with pytest.raises(ValueError, match="cannot listen"):
                await anext(subscription)


async def test_many_events_are_read_in_batches(datastore):
    """U6"""
    recorder = await create_recorder(datastore)
    await recorder.insert_events(make_events(1201))

    async with recorder.subscribe() as subscription:
        assert [(await anext(subscription)).id for _ in range(1201)] == list(range(1, 1202))
