"""Subscriptions that nobody stops, and many of them: contract C14, C15."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.popo import InMemoryDCBRecorder

SECONDS = 120

SCRIPT_THAT_NEVER_STOPS = """
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.popo import InMemoryDCBRecorder

recorder = InMemoryDCBRecorder()
recorder.append([DCBEvent("t", b"")])
subscription = recorder.subscribe()
other = recorder.subscribe()
print(next(subscription).position)
"""


def test_subscription_that_is_never_stopped_does_not_keep_the_interpreter_alive() -> None:
    """C15: background threads are daemon threads."""
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT_THAT_NEVER_STOPS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, "1\n", "")


def test_abandoned_subscription_ends_its_thread() -> None:
    """C15: and does not listen any longer."""
    recorder = InMemoryDCBRecorder()
    subscription = recorder.subscribe()
    thread = subscription._pull_thread

    del subscription

    assert thread.join(SECONDS)
    assert recorder._listeners._listeners == {}


def test_many_subscriptions_leave_nothing_behind() -> None:
    """C14: leaving the block waits for the worker thread."""
    recorder = InMemoryDCBRecorder()
    recorder.append([DCBEvent("t", b"")])
    before = set(threading.enumerate())

    for number in range(500):
        with recorder.subscribe() as subscription:
            if number % 3 == 0:
                next(subscription)
            if number % 5 == 0:
                subscription.stop()

    assert set(threading.enumerate()) <= before
    assert recorder._listeners._listeners == {}


def test_stop_releases_a_waiting_consumer() -> None:
    """C14: from any thread, and repeatedly; then there is nothing more."""
    subscription = InMemoryDCBRecorder().subscribe()
    consumer = threading.Thread(target=lambda: list(subscription))
    consumer.start()

    subscription.stop()
    subscription.stop()

    consumer.join(SECONDS)
    assert not consumer.is_alive()
    with pytest.raises(StopIteration):
        next(subscription)
