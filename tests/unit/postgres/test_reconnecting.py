"""For how long a subscription tries to reconnect (contract U11)."""

from __future__ import annotations

import psycopg
import pytest

from eventsourcing.persistence import OperationalError
from eventsourcing.postgres.reconnecting import ReconnectWindow


def lost() -> OperationalError:
    error = OperationalError("lost")
    error.__cause__ = psycopg.OperationalError("lost")
    return error


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_pauses_grow_and_end_with_the_time(clock):
    """U11"""
    window = ReconnectWindow(10, clock)
    pauses = []

    with pytest.raises(OperationalError, match="lost"):
        while True:
            pauses.append(window.pause_after(lost()))
            clock.now += pauses[-1] or 0.001

    assert 0.08 <= pauses[0] <= 0.1
    assert max(pauses) <= 2.0
    assert len(pauses) < 40
    assert clock.now >= 109.9


def test_with_no_time_nothing_is_attempted(clock):
    """U11: 0 means not to reconnect."""
    with pytest.raises(OperationalError):
        ReconnectWindow(0, clock).pause_after(lost())


def test_after_a_success_there_is_the_whole_time_again(clock):
    """U11"""
    window = ReconnectWindow(1, clock)
    window.pause_after(lost())
    clock.now += 0.9
    window.close()
    clock.now += 5

    assert window.remaining == 1
    assert window.pause_after(lost()) <= 0.1


def test_the_remaining_time_counts_from_the_loss(clock):
    """U11"""
    window = ReconnectWindow(1, clock)
    clock.now += 5
    assert window.remaining == 1
    window.pause_after(lost())
    clock.now += 0.75
    assert window.remaining == 0.25


def test_other_errors_are_raised_at_once(clock):
    """U5"""
    error = OperationalError("disk full")
    error.__cause__ = psycopg.errors.DiskFull("disk full")

    with pytest.raises(OperationalError) as info:
        ReconnectWindow(10, clock).pause_after(error)

    assert info.value is error
