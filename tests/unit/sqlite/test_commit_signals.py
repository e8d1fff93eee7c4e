import logging
import threading

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
