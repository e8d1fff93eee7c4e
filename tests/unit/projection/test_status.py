"""The status of a projection, and the meter of its rate: issue 5.3."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventsourcing.projection import ProjectionStatus
from eventsourcing.projection.status import RateMeter, age_of


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Stamped:
    def __init__(self, timestamp):
        self.timestamp = timestamp


def make_status(lag_events, rate):
    return ProjectionStatus(1, 1 + lag_events, lag_events, 0.0, rate, None, True)


@pytest.mark.parametrize(
    ("lag", "rate", "expected"), [(0, 0.0, 0.0), (0, 5.0, 0.0), (10, 0.0, None), (10, 5.0, 2.0)]
)
def test_the_time_that_catching_up_will_take(lag, rate, expected):
    """Issue 5.4: an estimate, if there is a rate."""
    assert make_status(lag, rate).seconds_remaining == expected


def test_the_rate_is_an_average_over_the_last_seconds():
    """Issue 5.3: not over all time."""
    clock = Clock()
    meter = RateMeter(clock)
    assert meter.rate() == 0.0
    for _ in range(4):
        clock.now += 1
        meter.add(100)
    assert meter.rate() == pytest.approx(100.0)
    for _ in range(12):
        clock.now += 1
        meter.add(10)
    assert meter.rate() == pytest.approx(10.0, rel=0.2)
    clock.now += 60
    assert meter.rate() == 0.0


def test_the_age_of_an_event():
    """Issue 5.3: since its timestamp; a clock that is behind gives no negative age."""
    now = datetime.now(tz=UTC)
    assert age_of(Stamped(now - timedelta(seconds=10))) >= 10
    assert age_of(Stamped(now + timedelta(seconds=10))) == 0.0


@pytest.mark.parametrize("value", [object(), Stamped(None), Stamped(datetime(2020, 1, 1))])
def test_events_without_a_timestamp_have_no_age(value):
    """Issue 5.3: nor those whose timestamps have no time zone."""
    assert age_of(value) is None
