# Generated from test_readiness_async.py by tools/async_to_sync.py: do not edit.
"""Waiting for a file or to be woken, on threads and on asyncio. Issue 5.7, 5.8."""

from __future__ import annotations

import signal
import socket
import threading
import weakref

import pytest

from eventsourcing._concurrency.primitives_sync import Event, spawn, wait_event
from eventsourcing._concurrency.readiness_sync import Readiness

PATIENCE = 120


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


class Waiting:
    """Something that waits by itself."""

    def __init__(self, readiness, fileno=None):
        self._begun = Event()
        self._fileno = fileno
        self._readiness = readiness
        self.task = spawn(self._run)

    def _run(self):
        self._begun.set()
        self._readiness.wait(self._fileno)

    def has_begun(self):
        assert wait_event(self._begun, PATIENCE)

    def has_ended(self):
        return self.task.join(PATIENCE) and self.task.error is None


def in_another_thread(func):
    thread = threading.Thread(target=func)
    thread.start()
    thread.join()


def test_it_returns_when_there_is_something_to_read(pair):
    ours, theirs = pair
    waiting = Waiting(Readiness(), ours.fileno())
    waiting.has_begun()

    theirs.send(b"x")

    assert waiting.has_ended()
    assert ours.recv(1) == b"x"


def test_it_returns_when_the_other_side_has_closed_the_connection(pair):
    ours, theirs = pair
    waiting = Waiting(Readiness(), ours.fileno())
    waiting.has_begun()

    theirs.close()

    assert waiting.has_ended()


def test_what_can_be_read_already_is_not_waited_for(pair):
    ours, theirs = pair
    theirs.send(b"x")

    assert Readiness().wait(ours.fileno())


@pytest.mark.parametrize("watches", [True, False])
def test_another_thread_ends_the_wait(pair, watches):
    readiness = Readiness()
    waiting = Waiting(readiness, pair[0].fileno() if watches else None)
    waiting.has_begun()

    in_another_thread(readiness.wake)

    assert waiting.has_ended()


def test_waking_before_the_wait_ends_it_at_once_but_only_one():
    readiness = Readiness()
    for _ in range(10_000):  # more than any buffer holds
        readiness.wake()

    assert readiness.wait()
    assert not readiness.wait(seconds=0.001)


def test_it_returns_when_the_time_is_up(pair):
    assert not Readiness().wait(pair[0].fileno(), 0)
    assert not Readiness().wait(seconds=0.001)


def test_a_file_may_be_watched_again_and_closed_between(pair):
    ours, theirs = pair
    readiness = Readiness()
    for _ in range(3):
        theirs.send(b"x")
        readiness.wait(ours.fileno())
        assert ours.recv(1) == b"x"
    ours.close()
    readiness.wake()
    readiness.wait()


def test_a_signal_handler_ends_the_wait():
    readiness = Readiness()
    before = signal.signal(signal.SIGUSR1, lambda *_: readiness.wake())
    try:
        waiting = Waiting(readiness)
        waiting.has_begun()
        signal.raise_signal(signal.SIGUSR1)
        assert waiting.has_ended()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_finalizer_ends_the_wait():
    readiness = Readiness()

    class Owner:
        pass

    owner = Owner()
    weakref.finalize(owner, readiness.wake).atexit = False
    waiting = Waiting(readiness)
    waiting.has_begun()

    del owner

    assert waiting.has_ended()


def test_waking_after_it_was_closed_is_harmless():
    readiness = Readiness()
    readiness.wake()

    readiness.close()
    readiness.close()
    readiness.wake()
