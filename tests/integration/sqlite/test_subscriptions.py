"""Subscriptions on SQLite in particular; the rest is in the conformance suites."""

import subprocess
import sys
import threading
from contextlib import closing

import pytest

from eventsourcing.persistence import ConnectionPoolClosedError, OperationalError
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteSubscription, commit_signals
from tests.integration.sqlite.samples import make_events
from tests.support.waiting import eventually

NAMES = [None, ":memory:", "file:test_subscriptions?mode=memory&cache=shared"]
SHARED_NAMES = [NAMES[0], NAMES[2]]

WRITER = """
import sys
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from tests.integration.sqlite.samples import make_events

datastore = SQLiteDatastore(sys.argv[1])
recorder = SQLiteApplicationRecorder(datastore)
print("ready", flush=True)
for line in sys.stdin:
    recorder.insert_events(make_events(int(line)))
datastore.close()
"""


@pytest.fixture
def _no_polling(monkeypatch):
    """Look for commits of other processes only once, so that only signals wake anybody."""
    monkeypatch.setattr(commit_signals, "POLL_SECONDS", 600.0)


@pytest.fixture
def make_recorder(open_datastore):
    def make(*args, **kwargs) -> SQLiteApplicationRecorder:
        recorder = SQLiteApplicationRecorder(open_datastore(*args, **kwargs))
        recorder.create_table()
        return recorder

    return make


def take(subscription, count):
    return [next(subscription).id for _ in range(count)]


@pytest.mark.usefixtures("_no_polling")
@pytest.mark.parametrize("db_name", NAMES)
def test_commits_of_the_recorder_are_delivered_at_once(make_recorder, db_name):
    """Issue 4.3: within a process subscribers are woken at commit, without polling."""
    recorder = make_recorder(db_name)
    recorder.insert_events(make_events(2))
    with recorder.subscribe() as subscription:
        assert isinstance(subscription, SQLiteSubscription)
        assert take(subscription, 2) == [1, 2]
        for number in range(3, 13):
            recorder.insert_events(make_events(1))
            assert take(subscription, 1) == [number]


@pytest.mark.usefixtures("_no_polling")
@pytest.mark.parametrize("db_name", SHARED_NAMES)
def test_commits_of_other_datastores_are_delivered_at_once(make_recorder, db_name):
    """Issue 4.3: it does not matter which datastore of the process commits."""
    recorder, other = make_recorder(db_name), make_recorder(db_name)
    with recorder.subscribe() as subscription:
        for number in range(1, 11):
            other.insert_events(make_events(1))
            assert take(subscription, 1) == [number]


@pytest.mark.usefixtures("_no_polling")
@pytest.mark.parametrize("db_name", NAMES)
def test_commits_of_transactions_are_delivered_at_once(make_recorder, db_name):
    """Issue 4.3: what extensions write in transactions of their own wakes subscribers, too."""
    recorder = make_recorder(db_name)
    with recorder.subscribe() as subscription:
        with recorder.datastore.transaction(commit=True) as c:
            recorder._insert_events(c, make_events(1))
        assert take(subscription, 1) == [1]


def test_commits_of_other_processes_are_delivered(make_recorder, path):
    """Issue 4.3: another process's commit is seen within 100 milliseconds."""
    assert commit_signals.POLL_SECONDS < 0.05
    recorder = make_recorder()
    command = [sys.executable, "-c", WRITER, str(path)]
    with (
        recorder.subscribe() as subscription,
        subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as writer,
    ):
        assert writer.stdout.readline() == "ready\n"
        for number in range(1, 6):
            writer.stdin.write("2\n")
            writer.stdin.flush()
            assert take(subscription, 2) == [2 * number - 1, 2 * number]
        writer.stdin.close()


def test_commits_of_other_connections_are_delivered(make_recorder, path):
    """Issue 4.3: it does not matter how the database is written, as long as it is SQLite."""
    recorder = make_recorder()
    with (
        recorder.subscribe() as subscription,
        closing(commit_signals.connect(str(path))) as connection,
    ):
        for number in range(1, 6):
            connection.execute(
                "INSERT INTO stored_events VALUES (?, 1, 't', '')", (f"{number:032}",)
            )
            assert take(subscription, 1) == [number]


def test_what_is_committed_while_the_watch_starts_is_delivered(make_recorder, path):
    """U7: there is no moment after `subscribe()` in which a commit is overlooked."""
    recorder = make_recorder()
    with closing(commit_signals.connect(str(path))) as connection:
        for number in range(1, 31):
            with recorder.subscribe(gt=number - 1) as subscription:
                connection.execute(
                    "INSERT INTO stored_events VALUES (?, 1, 't', '')", (f"{number:032}",)
                )
                assert take(subscription, 1) == [number]


def test_events_are_registered_and_forgotten(make_recorder):
    """O7: `listen(event)` and `unlisten(event)` register events that are set after each commit."""
    recorder, event = make_recorder(":memory:"), threading.Event()
    recorder.listen(event)
    recorder.insert_events(make_events(1))
    assert event.is_set()
    event.clear()
    recorder.unlisten(event)
    recorder.insert_events(make_events(1))
    assert not event.is_set()


def is_watched(recorder):
    return recorder.datastore._commit_signal._is_watched.locked()


def test_nobody_watches_when_nobody_listens(make_recorder):
    """Issue 4.3: a database file is watched only while it is listened to."""
    recorder = make_recorder()
    assert not is_watched(recorder)
    with recorder.subscribe(), recorder.subscribe():
        assert is_watched(recorder)
    eventually(lambda: not is_watched(recorder))
    with recorder.subscribe() as subscription:
        recorder.insert_events(make_events(1))
        assert take(subscription, 1) == [1]
        assert is_watched(recorder)


def test_memory_is_not_watched(make_recorder):
    """Issue 4.3: other processes cannot change a database in memory."""
    recorder = make_recorder(NAMES[2])
    with recorder.subscribe():
        assert not is_watched(recorder)


def test_the_watch_survives_errors(make_recorder, path, monkeypatch):
    """Issue 4.3: an error of the watch is a reason to look, and to go on."""
    failures = [OperationalError("disk I/O error")]
    real_connect = commit_signals.connect

    def connect(db_name):
        if failures:
            raise failures.pop()
        return real_connect(db_name)

    monkeypatch.setattr(commit_signals, "connect", connect)
    monkeypatch.setattr(commit_signals, "_SECONDS_AFTER_ERROR", 0.01)
    recorder = make_recorder()
    with (
        recorder.subscribe() as subscription,
        closing(real_connect(str(path))) as connection,
    ):
        eventually(lambda: not failures)
        connection.execute("INSERT INTO stored_events VALUES (?, 1, 't', '')", ("0" * 32,))
        assert take(subscription, 1) == [1]


@pytest.mark.parametrize("db_name", NAMES)
def test_closing_the_datastore_ends_subscriptions(make_recorder, db_name):
    """U5: a subscription to a closed datastore says so, rather than wait for ever."""
    recorder = make_recorder(db_name)
    subscription = recorder.subscribe()
    recorder.datastore.close()
    with pytest.raises(ConnectionPoolClosedError):
        next(subscription)


def test_a_subscription_that_nobody_keeps_ends(make_recorder):
    """U9: a subscription that is never stopped leaves nothing behind when it is collected."""
    recorder = make_recorder()
    recorder.subscribe()
    eventually(lambda: not recorder.datastore._listeners)
    eventually(lambda: not is_watched(recorder))
