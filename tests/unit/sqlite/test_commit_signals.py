import logging
import sqlite3
import threading
from contextlib import closing
from unittest.mock import Mock

import pytest

from eventsourcing.sqlite import commit_signals
from eventsourcing.sqlite.commit_signals import CommitSignal, find_commit_signal

SHARED = "file:test_commit_signals?mode=memory&cache=shared"


def test_listeners_are_set_by_a_commit():
    """O7: registered events are set after each commit."""
    signal, first, second = CommitSignal(":memory:"), threading.Event(), threading.Event()
    signal.listen(first)
    signal.listen(second)
    signal.notify()
    assert first.is_set()
    assert second.is_set()


def test_forgotten_listeners_are_not_set():
    """O7: `unlisten()` takes an event away, also repeatedly."""
    signal, event = CommitSignal(":memory:"), threading.Event()
    signal.listen(event)
    signal.unlisten(event)
    signal.unlisten(event)
    signal.notify()
    assert not event.is_set()


def test_a_listener_that_fails_is_forgotten(caplog):
    """Issue 4.5: a write that was committed is never reported as failed."""

    class Broken:
        def set(self):
            raise RuntimeError("event loop is closed")

    signal, event = CommitSignal(":memory:"), threading.Event()
    signal.listen(Broken())
    signal.listen(event)
    with caplog.at_level(logging.ERROR):
        signal.notify()
        signal.notify()
    assert event.is_set()
    assert len(caplog.records) == 1


def test_one_database_has_one_signal():
    """U7: all datastores of a process for one database share its signal."""
    assert find_commit_signal(SHARED) is find_commit_signal(SHARED)


def test_private_databases_have_signals_of_their_own():
    """S4: in-memory databases that are not shared have nothing in common."""
    assert find_commit_signal(":memory:") is not find_commit_signal(":memory:")


def commit_elsewhere(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS t (c)")
        with connection:
            connection.execute("INSERT INTO t VALUES (1)")


def test_who_cannot_be_told_about_commits_of_others_is_not_registered(tmp_path, monkeypatch):
    """U5: and the next one is told."""
    path = str(tmp_path / "database")
    signal, first, second = CommitSignal(path), threading.Event(), threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(commit_signals, "spawn", Mock(side_effect=RuntimeError("no thread")))
        with pytest.raises(RuntimeError, match="no thread"):
            signal.listen(first)

    signal.listen(second)
    assert second.wait(20)  # by the first look
    second.clear()
    commit_elsewhere(path)
    assert second.wait(20)
    assert not first.is_set()
    signal.unlisten(second)


def test_commits_of_others_are_told_after_a_failure_that_nobody_expects(tmp_path, monkeypatch):
    """U7: the thread that looks for them goes on."""
    path = str(tmp_path / "database")
    signal, event, has_failed = CommitSignal(path), threading.Event(), threading.Event()
    monkeypatch.setattr(commit_signals, "_SECONDS_AFTER_ERROR", 0.001)
    connect = commit_signals.connect

    def fail_once(*args):
        if not has_failed.is_set():
            has_failed.set()
            raise MemoryError
        return connect(*args)

    monkeypatch.setattr(commit_signals, "connect", fail_once)
    signal.listen(event)
    assert has_failed.wait(20)
    for _ in range(3):  # the failure and the first look are told, too
        assert event.wait(20)
        event.clear()
        commit_elsewhere(path)
    assert event.wait(20)
    signal.unlisten(event)
