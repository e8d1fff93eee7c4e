# Generated from test_listening_async.py by tools/async_to_sync.py: do not edit.
# ruff: noqa: RUF100, SIM117 (blocks that cannot be merged here, but in the twin)
"""The connection over which all subscriptions of a datastore listen (contract J7, U11)."""

from __future__ import annotations

import gc
import socket
import threading

import pytest

from eventsourcing._concurrency.primitives_sync import Event, sleep, spawn, wait_event
from eventsourcing._concurrency.readiness_sync import Readiness
from eventsourcing.persistence import OperationalError, ProgrammingError
from eventsourcing.postgres import PostgresApplicationRecorder, statements
from eventsourcing.postgres.reconnecting import ReconnectWindow
from tests.integration.postgres.proxy import CuttingProxy
from tests.integration.postgres.support_sync import (
    make_datastore,
    make_event,
    make_factory,
    terminate_connections,
)

PATIENCE = 120


@pytest.fixture
def datastore(postgres_database):
    with make_datastore(postgres_database) as datastore:
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

    def is_told(self):
        is_told = wait_event(self.told, PATIENCE)
        self.told.clear()
        return is_told


def until(condition):
    while not condition():
        sleep(0.01)


def create_recorder(datastore, **options):
    recorder = PostgresApplicationRecorder(datastore, **options)
    recorder.create_table()
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


def test_subscriptions_of_a_datastore_share_one_connection(postgres_database, datastore):
    """J7: of all its recorders."""
    one = create_recorder(datastore, events_table_name="one_events")
    other = create_recorder(datastore, events_table_name="other_events")

    with one.subscribe() as first, one.subscribe() as second, other.subscribe() as third:
        until(lambda: len(listening_connections(postgres_database)) == 1)
        one.insert_events([make_event()])
        other.insert_events([make_event()])
        for subscription in (first, second, third):
            assert next(subscription).id == 1
        assert len(listening_connections(postgres_database)) == 1


def test_subscriptions_need_no_connection_of_the_pool_for_themselves(postgres_database):
    """G8: one connection is enough, and the pool gets it back."""
    with make_datastore(postgres_database, pool_size=1, max_overflow=0) as datastore:
        recorder = create_recorder(datastore)
        with recorder.subscribe() as first, recorder.subscribe() as second:
            for id_ in (1, 2):
                recorder.insert_events([make_event()])
                assert next(first).id == next(second).id == id_
        until(lambda: connections(postgres_database) == 1)


def test_the_connection_is_closed_when_the_last_subscription_has_ended(
    postgres_database, datastore
):
    """J7, issue 5.8: and not before, and there may be another one later."""
    recorder = create_recorder(datastore)
    for id_ in (1, 2):
        with recorder.subscribe(gt=id_ - 1) as first:
            with recorder.subscribe():
                until(lambda: len(listening_connections(postgres_database)) == 1)
            (pid,) = listening_connections(postgres_database)
            recorder.insert_events([make_event()])
            assert next(first).id == id_
            assert listening_connections(postgres_database) == [pid]
            assert not first._listen_thread.done()
        assert first._listen_thread.done()
        until(lambda: listening_connections(postgres_database) == [])


def test_nobody_is_told_of_other_channels(postgres_database, datastore):
    """J7"""
    one, other = Listener(), Listener()
    listening = datastore.listener.listen("one", one)
    assert one.is_told()  # that the server sends from now on
    assert datastore.listener.listen("other", other) is listening
    assert other.is_told()

    notify(postgres_database, "other")

    assert other.is_told()
    assert not one.told.is_set()
    notify(postgres_database, "one")
    assert one.is_told()
    assert not other.told.is_set()
    for listener in (one, other):
        listening.listeners.discard(listener)
    listening.join_if_over()


def test_the_server_sends_only_what_somebody_listens_to(postgres_database, datastore):
    """J7: those who leave leave their channels, too."""
    one, other = Listener(), Listener()
    listening = datastore.listener.listen("one", one)
    datastore.listener.listen("other", other)
    assert one.is_told()
    assert other.is_told()

    listening.listeners.discard(one)

    def is_left():
        with postgres_database.connect() as connection:
            rows = connection.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                "AND query LIKE 'UNLISTEN%'"
            ).fetchall()
        return bool(rows)

    until(is_left)
    notify(postgres_database, "other")
    assert other.is_told()


def test_a_name_that_the_server_would_cut_is_refused(datastore):
    """G10: notifications would come from another channel."""
    with pytest.raises(ProgrammingError, match="Identifier too long"):
        datastore.listener.listen("x" * 64, Listener())


def test_all_subscriptions_go_on_when_their_connection_is_lost(postgres_database, datastore):
    """U11: it is replaced by one."""
    recorder = create_recorder(datastore)
    with recorder.subscribe() as first, recorder.subscribe() as second:
        for id_ in range(1, 4):
            until(lambda: len(listening_connections(postgres_database)) == 1)
            terminate_connections(postgres_database)
            recorder.insert_events([make_event()])
            assert next(first).id == next(second).id == id_


def test_listeners_are_told_when_a_lost_connection_was_replaced(postgres_database, datastore):
    """U7, U11: because they may have missed something."""
    listener = Listener()
    datastore.listener.listen("channel", listener)
    assert listener.is_told()

    for _ in range(3):
        terminate_connections(postgres_database)
        assert listener.is_told()
        assert listener.errors == []


def test_all_subscriptions_fail_when_the_server_stays_away(postgres_database, proxy):
    """U5, U11: each with an error of its own, in the words of the server."""
    with make_datastore(proxy.database, reconnect_timeout=0.3) as datastore:
        recorder = create_recorder(datastore)
        with recorder.subscribe() as first, recorder.subscribe() as second:
            until(lambda: len(listening_connections(postgres_database)) == 1)
            datastore.pool.timeout = 1.0
            proxy.cut_all(refuse=True)
            errors = []
            for subscription in (first, second):
                with pytest.raises(OperationalError, match="server closed the connection") as info:
                    next(subscription)
                errors.append(info.value)
        assert errors[0] is not errors[1]


def test_after_a_failure_one_may_listen_again(proxy):
    """U11: over a new connection."""
    with make_datastore(proxy.database, reconnect_timeout=0) as datastore:
        for _ in range(2):
            listener = Listener()
            datastore.listener.listen("channel", listener)
            assert listener.is_told()
            assert listener.errors == []
            proxy.cut_all(refuse=True)
            assert listener.is_told()
            assert isinstance(listener.errors[0], OperationalError)
            proxy.accept_again()


def test_a_password_that_cannot_be_had_is_asked_for_again(postgres_database):
    """G6, U11: as when the server cannot be reached."""
    passwords = iter([None, postgres_database.password])

    def get_password():
        return next(passwords) or 1 / 0

    listener = Listener()
    datastore = make_datastore(postgres_database, get_password_func=get_password)

    datastore.listener.listen("channel", listener)

    assert listener.is_told()
    assert listener.errors == []
    datastore.close()


def test_other_errors_of_listening_are_told_at_once(datastore, monkeypatch):
    """U5: nothing is attempted again."""
    monkeypatch.setattr(statements, "change_channels", lambda *_: b"LISTEN")
    listener = Listener()

    listening = datastore.listener.listen("channel", listener)

    assert listener.is_told()
    assert isinstance(listener.errors[0], ProgrammingError)
    assert listening.task.join(PATIENCE)


@pytest.fixture
def long_pauses(monkeypatch):
    """Have nothing attempted again for an hour after a loss; list the losses."""
    losses: list[BaseException] = []

    def pause_after(self, error):
        losses.append(error)
        return 3600.0

    monkeypatch.setattr(ReconnectWindow, "pause_after", pause_after)
    return losses


def test_one_who_leaves_does_not_wait_for_a_server_that_is_away(proxy, long_pauses):
    """U3: nor for the time until the next attempt to listen."""
    with make_datastore(proxy.database) as datastore:
        listener = Listener()
        listening = datastore.listener.listen("channel", listener)
        assert listener.is_told()
        proxy.cut_all(refuse=True)
        until(lambda: long_pauses)

        listening.listeners.discard(listener)

        assert listening.task.join(PATIENCE)


def test_stopping_does_not_wait_for_a_server_that_is_away(datastore, long_pauses, monkeypatch):
    """U3: nor for the time until the next attempt to read."""
    recorder = create_recorder(datastore)

    def select_notifications(*args, **kwargs):
        raise OperationalError("lost")

    monkeypatch.setattr(recorder, "select_notifications", select_notifications)
    with recorder.subscribe() as subscription:
        waiting = spawn(next, subscription)
        until(lambda: long_pauses)

        subscription.stop()

        assert waiting.join(PATIENCE)


def test_closing_the_datastore_ends_all_that_listen(postgres_database):
    """J7, U5"""
    listeners = [Listener(), Listener()]
    with make_datastore(postgres_database) as datastore:
        for number, listener in enumerate(listeners):
            listening = datastore.listener.listen(f"channel{number}", listener)
            assert listener.is_told()

    assert listening.task.done()
    for listener in listeners:
        assert isinstance(listener.errors[0], OperationalError)
        assert "the datastore was closed" in str(listener.errors[0])
    until(lambda: connections(postgres_database) == 0)


def test_a_subscription_to_a_closed_datastore_fails(postgres_database):
    """U5"""
    with make_datastore(postgres_database) as datastore:
        recorder = create_recorder(datastore)

    with recorder.subscribe() as subscription:
        with pytest.raises(OperationalError, match="closed"):
            next(subscription)

    until(lambda: connections(postgres_database) == 0)


def test_the_connection_is_not_looked_at_now_and_then(datastore, monkeypatch):
    """Issue 5.7: who listens is not woken while nothing happens."""
    seconds = []
    wait = Readiness.wait

    def recording(self, fileno=None, secs=None):
        seconds.append(secs)
        return wait(self, fileno, secs)

    monkeypatch.setattr(Readiness, "wait", recording)
    recorder = create_recorder(datastore)
    with recorder.subscribe() as subscription:
        for id_ in range(1, 4):
            recorder.insert_events([make_event()])
            assert next(subscription).id == id_

    assert seconds
    assert set(seconds) == {None}


def test_a_dead_network_is_noticed(datastore):
    """U11: the operating system asks the other side now and then, while nothing is sent."""
    connection = datastore.pool.connect_beside()
    with socket.socket(fileno=socket.dup(connection.fileno())) as sock:
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        seconds = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        interval = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
        count = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
    connection.close()

    assert seconds + interval * count <= 15


def test_leases_and_subscriptions_have_connections_beside_the_pool(postgres_database):
    """Issue 5.6, J7: one each, made and closed on their own."""
    with make_factory(
        postgres_database, POSTGRES_POOL_SIZE="1", POSTGRES_MAX_OVERFLOW="0"
    ) as factory:
        recorder = factory.application_recorder()
        lease = factory.lease("projection")
        with recorder.subscribe() as subscription:
            assert lease.try_acquire()
            recorder.insert_events([make_event()])
            assert next(subscription).id == 1
            until(lambda: connections(postgres_database) == 3)
        until(lambda: connections(postgres_database) == 2)
        assert lease.is_held()
        lease.release()
        until(lambda: connections(postgres_database) == 1)


def test_many_short_subscriptions_leave_nothing_behind(postgres_database, datastore):
    """Issue 5.8"""
    recorder = create_recorder(datastore)
    datastore.pool.resize(1)
    before = set(threading.enumerate())

    for _ in range(100):
        with recorder.subscribe():
            pass
    tasks = [spawn(_subscribe_shortly, recorder, 20) for _ in range(4)]
    for task in tasks:
        assert task.join(PATIENCE)
        assert task.error is None

    gc.collect()
    until(lambda: set(threading.enumerate()) <= before)
    until(lambda: listening_connections(postgres_database) == [])


def _subscribe_shortly(recorder, times):
    for _ in range(times):
        with recorder.subscribe():
            pass
