"""What only the waiting of threads has: files of its own."""

from __future__ import annotations

import os
import selectors

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
