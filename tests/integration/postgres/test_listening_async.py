# ruff: noqa: RUF100, SIM117 (blocks that cannot be merged here, but in the twin)
"""The connection over which all subscriptions of a datastore listen (contract J7, U11)."""

from __future__ import annotations

import gc
import socket
import threading

import pytest

from eventsourcing._concurrency.primitives_async import Event, sleep, spawn, wait_event
from eventsourcing._concurrency.readiness_async import Readiness
from eventsourcing.persistence import OperationalError, ProgrammingError
from eventsourcing.postgres import AsyncPostgresApplicationRecorder, statements
from eventsourcing.postgres.reconnecting import ReconnectWindow
from tests.integration.postgres.proxy import CuttingProxy
from tests.integration.postgres.support_async import (
    make_datastore,
    make_event,
    make_factory,
    terminate_connections,
)

PATIENCE = 120


@pytest.fixture
async def datastore(postgres_database):
    async with make_datastore(postgres_database) as datastore:
        yield datastore


@pytest.fixture
def proxy(postgres_database):
    with CuttingProxy(postgres_database) as proxy:
        yield proxy


class Listener:
    """Remembers what it was told."""

    def __init__(self):
        self.told = Event()
        self.errors: list[BaseException] = []

    def set(self):
        self.told.set()

    def fail(self, error):
        self.errors.append(error)
        self.told.set()

    async def is_told(self):
        is_told = await wait_event(self.told, PATIENCE)
        self.told.clear()
        return is_told


async def until(condition):
    while not condition():
        await sleep(0.01)


async def create_recorder(datastore, **options):
    recorder = AsyncPostgresApplicationRecorder(datastore, **options)
    await recorder.create_table()
    return recorder


def notify(database, channel_name):
    with database.connect() as connection:
        connection.execute(f'NOTIFY "{channel_name}"')


def listening_connections(database):
    """Return the process IDs of the connections that listen."""
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND query LIKE 'LISTEN%'"
        ).fetchall()
    return [pid for (pid,) in rows]


def connections(database):
    """Return the number of connections."""
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    return int(rows[0][0])


async def test_subscriptions_of_a_datastore_share_one_connection(postgres_database, datastore):
    """J7: of all its recorders."""
    one = await create_recorder(datastore, events_table_name="one_events")
    other = await create_recorder(datastore, events_table_name="other_events")

    async with one.subscribe() as first, one.subscribe() as second, other.subscribe() as third:
        await until(lambda: len(listening_connections(postgres_database)) == 1)
        await one.insert_events([make_event()])
        await other.insert_events([make_event()])
        for subscription in (first, second, third):
            assert (await anext(subscription)).id == 1
        assert len(listening_connections(postgres_database)) == 1


async def test_subscriptions_need_no_connection_of_the_pool_for_themselves(postgres_database):
    """G8: one connection is enough, and the pool gets it back."""
    async with make_datastore(postgres_database, pool_size=1, max_overflow=0) as datastore:
        recorder = await create_recorder(datastore)
        async with recorder.subscribe() as first, recorder.subscribe() as second:
            for id_ in (1, 2):
                await recorder.insert_events([make_event()])
                assert (await anext(first)).id == (await anext(second)).id == id_
        await until(lambda: connections(postgres_database) == 1)


async def test_the_connection_is_closed_when_the_last_subscription_has_ended(
    postgres_database, datastore
):
    """J7, issue 5.8: and not before, and there may be another one later."""
    recorder = await create_recorder(datastore)
    for id_ in (1, 2):
        async with recorder.subscribe(gt=id_ - 1) as first:
            async with recorder.subscribe():
                await until(lambda: len(listening_connections(postgres_database)) == 1)
            (pid,) = listening_connections(postgres_database)
            await recorder.insert_events([make_event()])
            assert (await anext(first)).id == id_
            assert listening_connections(postgres_database) == [pid]
            assert not first._listen_thread.done()
        assert first._listen_thread.done()
        await until(lambda: listening_connections(postgres_database) == [])


async def test_nobody_is_told_of_other_channels(postgres_database, datastore):
    """J7"""
    one, other = Listener(), Listener()
    listening = await datastore.listener.listen("one", one)
    assert await one.is_told()  # that the server sends from now on
    assert await datastore.listener.listen("other", other) is listening
    assert await other.is_told()

    notify(postgres_database, "other")

    assert await other.is_told()
    assert not one.told.is_set()
    notify(postgres_database, "one")
    assert await one.is_told()
    assert not other.told.is_set()
    for listener in (one, other):
        listening.listeners.discard(listener)
    await listening.join_if_over()


async def test_the_server_sends_only_what_somebody_listens_to(postgres_database, datastore):
    """J7: those who leave leave their channels, too."""
    one, other = Listener(), Listener()
    listening = await datastore.listener.listen("one", one)
    await datastore.listener.listen("other", other)
    assert await one.is_told()
    assert await other.is_told()

    listening.listeners.discard(one)

    def is_left():
        with postgres_database.connect() as connection:
            rows = connection.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                "AND query LIKE 'UNLISTEN%'"
            ).fetchall()
        return bool(rows)

    await until(is_left)
    notify(postgres_database, "other")
    assert await other.is_told()


async def test_a_name_that_the_server_would_cut_is_refused(datastore):
    """G10: notifications would come from another channel."""
    with pytest.raises(ProgrammingError, match="Identifier too long"):
        await datastore.listener.listen("x" * 64, Listener())


async def test_all_subscriptions_go_on_when_their_connection_is_lost(postgres_database, datastore):
    """U11: it is replaced by one."""
    recorder = await create_recorder(datastore)
    async with recorder.subscribe() as first, recorder.subscribe() as second:
        for id_ in range(1, 4):
            await until(lambda: len(listening_connections(postgres_database)) == 1)
            terminate_connections(postgres_database)
            await recorder.insert_events([make_event()])
            assert (await anext(first)).id == (await anext(second)).id == id_


async def test_listeners_are_told_when_a_lost_connection_was_replaced(postgres_database, datastore):
    """U7, U11: because they may have missed something."""
    listener = Listener()
    await datastore.listener.listen("channel", listener)
    assert await listener.is_told()

    for _ in range(3):
        terminate_connections(postgres_database)
        assert await listener.is_told()
        assert listener.errors == []


async def test_all_subscriptions_fail_when_the_server_stays_away(postgres_database, proxy):
    """U5, U11: each with an error of its own, in the words of the server."""
    async with make_datastore(proxy.database, reconnect_timeout=0.3) as datastore:
        recorder = await create_recorder(datastore)
        async with recorder.subscribe() as first, recorder.subscribe() as second:
            await until(lambda: len(listening_connections(postgres_database)) == 1)
            datastore.pool.timeout = 1.0
            proxy.cut_all(refuse=True)
            errors = []
            for subscription in (first, second):
                with pytest.raises(OperationalError, match="server closed the connection") as info:
                    await anext(subscription)
                errors.append(info.value)
        assert errors[0] is not errors[1]


async def test_after_a_failure_one_may_listen_again(proxy):
    """U11: over a new connection."""
    async with make_datastore(proxy.database, reconnect_timeout=0) as datastore:
        for _ in range(2):
            listener = Listener()
            await datastore.listener.listen("channel", listener)
            assert await listener.is_told()
            assert listener.errors == []
            proxy.cut_all(refuse=True)
            assert await listener.is_told()
            assert isinstance(listener.errors[0], OperationalError)
            proxy.accept_again()


async def test_a_password_that_cannot_be_had_is_asked_for_again(postgres_database):
    """G6, U11: as when the server cannot be reached."""
    passwords = iter([None, postgres_database.password])

    def get_password():
        return next(passwords) or 1 / 0

    listener = Listener()
    datastore = make_datastore(postgres_database, get_password_func=get_password)

    await datastore.listener.listen("channel", listener)

    assert await listener.is_told()
    assert listener.errors == []
    await datastore.close()


async def test_other_errors_of_listening_are_told_at_once(datastore, monkeypatch):
    """U5: nothing is attempted again."""
    monkeypatch.setattr(statements, "change_channels", lambda *_: b"LISTEN")
    listener = Listener()

    listening = await datastore.listener.listen("channel", listener)

    assert await listener.is_told()
    assert isinstance(listener.errors[0], ProgrammingError)
    assert await listening.task.join(PATIENCE)


@pytest.fixture
def long_pauses(monkeypatch):
    """Have nothing attempted again for an hour after a loss; list the losses."""
    losses: list[BaseException] = []

    def pause_after(self, error):
        losses.append(error)
        return 3600.0

    monkeypatch.setattr(ReconnectWindow, "pause_after", pause_after)
    return losses


async def test_one_who_leaves_does_not_wait_for_a_server_that_is_away(proxy, long_pauses):
    """U3: nor for the time until the next attempt to listen."""
    async with make_datastore(proxy.database) as datastore:
        listener = Listener()
        listening = await datastore.listener.listen("channel", listener)
        assert await listener.is_told()
        proxy.cut_all(refuse=True)
        await until(lambda: long_pauses)

        listening.listeners.discard(listener)

        assert await listening.task.join(PATIENCE)


async def test_stopping_does_not_wait_for_a_server_that_is_away(
    datastore, long_pauses, monkeypatch
):
    """U3: nor for the time until the next attempt to read."""
    recorder = await create_recorder(datastore)

    async def select_notifications(*args, **kwargs):
        raise OperationalError("lost")

    monkeypatch.setattr(recorder, "select_notifications", select_notifications)
    async with recorder.subscribe() as subscription:
        waiting = spawn(anext, subscription)
        await until(lambda: long_pauses)

        subscription.stop()

        assert await waiting.join(PATIENCE)


async def test_closing_the_datastore_ends_all_that_listen(postgres_database):
    """J7, U5"""
    listeners = [Listener(), Listener()]
    async with make_datastore(postgres_database) as datastore:
        for number, listener in enumerate(listeners):
            listening = await datastore.listener.listen(f"channel{number}", listener)
            assert await listener.is_told()

    assert listening.task.done()
    for listener in listeners:
        assert isinstance(listener.errors[0], OperationalError)
        assert "the datastore was closed" in str(listener.errors[0])
    await until(lambda: connections(postgres_database) == 0)


async def test_a_subscription_to_a_closed_datastore_fails(postgres_database):
    """U5"""
    async with make_datastore(postgres_database) as datastore:
        recorder = await create_recorder(datastore)

    async with recorder.subscribe() as subscription:
        with pytest.raises(OperationalError, match="closed"):
            await anext(subscription)

    await until(lambda: connections(postgres_database) == 0)


async def test_the_connection_is_not_looked_at_now_and_then(datastore, monkeypatch):
    """Issue 5.7: who listens is not woken while nothing happens."""
    seconds = []
    wait = Readiness.wait

    async def recording(self, fileno=None, secs=None):
        seconds.append(secs)
        return await wait(self, fileno, secs)

    monkeypatch.setattr(Readiness, "wait", recording)
    recorder = await create_recorder(datastore)
    async with recorder.subscribe() as subscription:
        for id_ in range(1, 4):
            await recorder.insert_events([make_event()])
            assert (await anext(subscription)).id == id_

    assert seconds
    assert set(seconds) == {None}


async def test_a_dead_network_is_noticed(datastore):
    """U11: the operating system asks the other side now and then, while nothing is sent."""
    connection = await datastore.pool.connect_beside()
    with socket.socket(fileno=socket.dup(connection.fileno())) as sock:
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        seconds = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        interval = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
        count = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
    await connection.close()

    assert seconds + interval * count <= 15


async def test_leases_and_subscriptions_have_connections_beside_the_pool(postgres_database):
    """Issue 5.6, J7: one each, made and closed on their own."""
    async with make_factory(
        postgres_database, POSTGRES_POOL_SIZE="1", POSTGRES_MAX_OVERFLOW="0"
    ) as factory:
        recorder = factory.application_recorder()
        lease = factory.lease("projection")
        async with recorder.subscribe() as subscription:
            assert await lease.try_acquire()
            await recorder.insert_events([make_event()])
            assert (await anext(subscription)).id == 1
            await until(lambda: connections(postgres_database) == 3)
        await until(lambda: connections(postgres_database) == 2)
        assert await lease.is_held()
        await lease.release()
        await until(lambda: connections(postgres_database) == 1)


async def test_many_short_subscriptions_leave_nothing_behind(postgres_database, datastore):
    """Issue 5.8"""
    recorder = await create_recorder(datastore)
    await datastore.pool.resize(1)
    before = set(threading.enumerate())

    for _ in range(100):
        async with recorder.subscribe():
            pass
    tasks = [spawn(_subscribe_shortly, recorder, 20) for _ in range(4)]
    for task in tasks:
        assert await task.join(PATIENCE)
        assert task.error is None

    gc.collect()
    await until(lambda: set(threading.enumerate()) <= before)
    await until(lambda: listening_connections(postgres_database) == [])


async def _subscribe_shortly(recorder, times):
    for _ in range(times):
        async with recorder.subscribe():
            pass
