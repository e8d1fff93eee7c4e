"""What only the waiting of threads has: files of its own."""

from __future__ import annotations

import os
import selectors
import socket
from contextlib import ExitStack
from itertools import chain

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing._concurrency.readiness_sync import Readiness


def test_its_files_are_closed_when_nobody_can_wake_it_any_more():
    """Issue 5.8"""
    before = len(os.listdir("/proc/self/fd"))

    for _ in range(5):
        readiness = Readiness()
        readiness.wake()
        readiness.wait()
    del readiness

    assert len(os.listdir("/proc/self/fd")) == before


def test_its_files_are_closed_when_it_is_closed():
    """Issue 5.8: whoever still holds it, and may still wake it."""
    before = len(os.listdir("/proc/self/fd"))
    readiness = Readiness()

    for _ in range(2):
        readiness.close()
        readiness.wake()

    assert len(os.listdir("/proc/self/fd")) == before


def test_waking_while_it_is_closed_writes_to_no_other_file():
    """Issue 5.8: the numbers of closed files are used again at once."""
    for _ in range(200):
        readiness = Readiness()
        waking = spawn(lambda each: [each.wake() for _ in range(50)], readiness)
        readiness.close()
        with ExitStack() as stack:
            pairs = [socket.socketpair() for _ in range(3)]
            for each in chain.from_iterable(pairs):
                stack.enter_context(each)
                each.setblocking(False)
            assert waking.join(60)
            assert waking.error is None
            for each in chain.from_iterable(pairs):
                with pytest.raises(BlockingIOError):
                    each.recv(1)


def test_without_a_time_it_does_not_look_now_and_then(monkeypatch):
    """Issue 5.7: nothing wakes up while nothing happens."""
    timeouts = []

    class Recording(selectors.DefaultSelector):
        def select(self, timeout=None):
            timeouts.append(timeout)
            return super().select(timeout)

    monkeypatch.setattr(selectors, "DefaultSelector", Recording)
    readiness = Readiness()
    readiness.wake()

    readiness.wait()

    assert timeouts == [None]
