"""Saying how far a projection has come, in words: for the hook `on_progress` of runners."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TextIO

from eventsourcing.projection.status import ProjectionStatus

_INTERVAL_SECONDS = 10.0


def describe_progress(status: ProjectionStatus) -> str:
    """Return one line: events processed, in all, per second, and the time that is left."""
    position, end = status.position or 0, status.end or 0
    percent = 100 if not status.lag_events else min(99, 100 * position // max(end, 1))
    remaining = status.seconds_remaining
    left = "" if remaining is None else f", {describe_seconds(remaining)} left"
    return (
        f"{position:,} of {end:,} events ({percent} %), {status.events_per_second:,.0f} per second"
        + (left if status.lag_events else ", caught up")
    )


def describe_seconds(seconds: float) -> str:
    """Return a length of time in words, such as `2 min 5 s`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class ProgressLine:
    """Writes progress to a stream: on a terminal one line over and over, else one in ten seconds.

    To be given as `on_progress` by programs that people watch.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next_time = clock()
        self._width = 0

    def __call__(self, status: ProjectionStatus) -> None:
        """Write the line."""
        text = describe_progress(status)
        if self._stream.isatty():
            self._stream.write(f"\r{text:<{self._width}}" + ("" if status.lag_events else "\n"))
            self._width = len(text) if status.lag_events else 0
        elif self._clock() >= self._next_time or not status.lag_events:
            self._stream.write(f"{text}\n")
            self._next_time = self._clock() + _INTERVAL_SECONDS
        self._stream.flush()
