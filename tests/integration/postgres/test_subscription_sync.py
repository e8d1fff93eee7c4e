# Generated from test_subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions, which listen on a channel of the server (contract section 10, G30)."""

from __future__ import annotations

import weakref

import pytest

from eventsourcing._concurrency.primitives_sync import Event, sleep, spawn, wait_event
from eventsourcing.persistence import OperationalError, ProgrammingError
from eventsourcing.postgres import (
    PostgresApplicationRecorder,
    PostgresSubscription,
    retrying_sync,
)
from tests.integration.postgres.proxy import CuttingProxy
from tests.integration.postgres.support_sync import (
    make_datastore,
    make_event,
    make_events,
    terminate_connections,
)
from tests.support.waiting import is_collected


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(retrying_sync, "_PAUSE_SECONDS", 0.001)


@pytest.fixture
def datastore(postgres_database):
    with make_datastore(postgres_database) as datastore:
        yield datastore


@pytest.fixture
def proxy(postgres_database):
    with CuttingProxy(postgres_database) as proxy:
        yield proxy


def create_recorder(datastore, **options):
    recorder = PostgresApplicationRecorder(datastore, **options)
    recorder.create_table()
    return recorder


def listeners(database):
    """Return how many connections listen."""
    with database.connect() as connection:
        ((number,),) = connection.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        ).fetchall()
    return number


def until(condition):
    while not condition():
        sleep(0.01)


def test_events_recorded_before_and_later_are_returned(datastore):
    """U1"""
    recorder = create_recorder(datastore)
    recorder.insert_events(make_events(2))

    with recorder.subscribe(gt=1) as subscription:
        assert next(subscription).id == 2
        for id_ in range(3, 8):
            writer = spawn(recorder.insert_events, [make_event()])
            assert next(subscription).id == id_
            writer.join()


def test_events_of_another_process_wake_the_subscription(postgres_database, datastore):
    """U1: those of 9.5 too, which notifies in the same way."""
    recorder = create_recorder(datastore, events_table_name="App.events")

    with recorder.subscribe() as subscription:
        until(lambda: listeners(postgres_database) == 1)
        with postgres_database.connect(autocommit=False) as connection:
            connection.execute('LOCK TABLE "App.events" IN EXCLUSIVE MODE')
            connection.execute('NOTIFY "App_events"')
            connection.execute(
                "INSERT INTO \"App.events\" VALUES (gen_random_uuid(), 1, 'topic', '')"
            )
        assert next(subscription).id == 1


def test_only_the_given_topics_are_returned(datastore):
    """U1, U8"""
    recorder = create_recorder(datastore)
    recorder.insert_events([make_event(topic="a"), make_event(topic="b")])

    with recorder.subscribe(topics=["b"]) as subscription:
        assert next(subscription).id == 2
        recorder.insert_events([make_event(topic="a"), make_event(topic="b")])
        assert next(subscription).id == 4


def test_no_event_is_missed_while_the_subscription_begins_to_listen(datastore):
    """U7"""
    recorder = create_recorder(datastore)
    for id_ in range(1, 30):
        subscription = recorder.subscribe(gt=id_ - 1)
        with subscription:
            if id_ % 2:
                sleep(0.0005 * id_)
            recorder.insert_events([make_event()])
            assert next(subscription).id == id_


def test_stopping_wakes_who_waits_and_ends_the_listening(postgres_database, datastore):
    """U3, U4, G30"""
    recorder = create_recorder(datastore)
    subscription = recorder.subscribe()
    found: list[int] = []

    def iterate():
        for notification in subscription:
            found.append(notification.id)

    with subscription:
        reader = spawn(iterate)
        until(lambda: listeners(postgres_database) == 1)
        subscription.stop()
        assert reader.join(60)

    assert found == []
    assert subscription._listen_thread.done()
    until(lambda: listeners(postgres_database) == 0)


def test_the_subscription_reconnects_when_its_connection_is_lost(postgres_database, datastore):
    """U11"""
    recorder = create_recorder(datastore)
    with recorder.subscribe() as subscription:
        for id_ in range(1, 6):
            until(lambda: listeners(postgres_database) == 1)
            terminate_connections(postgres_database)
            recorder.insert_events([make_event()])
            assert next(subscription).id == id_


def test_events_committed_while_there_is_no_connection_are_returned(
    postgres_database, proxy, datastore
):
    """U11: it listens again, and reads again."""
    writer = create_recorder(datastore)
    with make_datastore(proxy.database) as other:
        recorder = PostgresApplicationRecorder(other)
        with recorder.subscribe() as subscription:
            until(lambda: listeners(postgres_database) == 1)
            proxy.cut_all(refuse=True)
            writer.insert_events(make_events(3))
            waiting = spawn(sleep, 0.2)
            waiting.join()
            proxy.accept_again()
            assert [next(subscription).id for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("seconds", [0, 0.3])
def test_it_gives_up_after_the_given_time(postgres_database, proxy, seconds):
    """U5, U11: each following call raises what the server said."""
    with make_datastore(proxy.database, reconnect_timeout=seconds) as datastore:
        recorder = create_recorder(datastore)
        with recorder.subscribe() as subscription:
            until(lambda: listeners(postgres_database) == 1)
            datastore.pool.timeout = 1.0
            proxy.cut_all(refuse=True)
            errors = []
            for _ in range(2):
                with pytest.raises(OperationalError, match="server closed the connection") as info:
                    next(subscription)
                errors.append(info.value)
            assert errors[0] is errors[1]
            subscription.stop()
            with pytest.raises(OperationalError):
                next(subscription)


def test_other_errors_end_the_subscription(postgres_database, datastore):
    """U5"""
    recorder = create_recorder(datastore)
    with recorder.subscribe() as subscription:
        until(lambda: listeners(postgres_database) == 1)
        with postgres_database.connect() as connection:
            connection.execute("DROP TABLE stored_events")
            connection.execute("NOTIFY stored_events")
        with pytest.raises(ProgrammingError, match="does not exist"):
            next(subscription)


def test_closing_the_datastore_ends_the_subscription(postgres_database):
    """U5"""
    with make_datastore(postgres_database) as datastore:
        recorder = create_recorder(datastore)
        subscription = recorder.subscribe()
        with subscription:
            listening = spawn(next, subscription)
            until(lambda: listeners(postgres_database) == 1)
            datastore.close()
            assert listening.join(60)
            assert isinstance(listening.error, OperationalError)


def test_a_subscription_that_is_collected_does_not_listen_any_longer(postgres_database, datastore):
    """U9"""
    recorder = create_recorder(datastore)
    subscription = recorder.subscribe()
    recorder.insert_events([make_event()])
    assert next(subscription).id == 1
    reference = weakref.ref(subscription)

    del subscription

    until(lambda: is_collected(reference))
    until(lambda: listeners(postgres_database) == 0)


class ListeningInItsOwnWay(PostgresSubscription):
    """Has an event set by the tests instead of the server."""

    committed: Event

    def _listen(self):
        while not self._has_been_stopped and not self._thread_error:
            if wait_event(self.committed, 0.01):
                self.committed.clear()
                self._has_been_notified.set()


def test_a_subclass_may_listen_in_its_own_way(postgres_database, datastore):
    """U12"""
    recorder = create_recorder(datastore)
    ListeningInItsOwnWay.committed = Event()
    subscription = ListeningInItsOwnWay(recorder)

    with subscription:
        for id_ in range(1, 4):
            recorder.insert_events([make_event()])
            ListeningInItsOwnWay.committed.set()
            assert next(subscription).id == id_
        assert listeners(postgres_database) == 0
        assert not subscription._listen_thread.done()

    assert subscription._listen_thread.done()


class ListeningBadly(PostgresSubscription):
    """Cannot listen."""

    def _listen(self):
        raise ValueError("cannot listen")


def test_an_error_of_listening_in_its_own_way_ends_the_subscription(datastore):
    """U5, U12"""
    recorder = create_recorder(datastore)

    with ListeningBadly(recorder) as subscription:
        for _ in range(2):
            with pytest.raises(ValueError, match="cannot listen"):
                next(subscription)


def test_many_events_are_read_in_batches(datastore):
    """U6"""
    recorder = create_recorder(datastore)
    recorder.insert_events(make_events(1201))

    with recorder.subscribe() as subscription:
        assert [next(subscription).id for _ in range(1201)] == list(range(1, 1202))
