"""How far a projection has come, and how fast it is: pure values, used by the runners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any

_WINDOW_SECONDS = 5.0


@dataclass(frozen=True)
class ProjectionStatus:
    """What a runner says about its projection.

    `position` is the ID of the last notification tracked, `end` that of the last one recorded.
    `lag_events` is the number of events still to be processed; where IDs have gaps, or only some
    topics are followed, it is an upper bound, but 0 only if there are none. `lag_seconds` is the
    age of the oldest of them, 0 if there are none, and `None` if that has no timestamp.
    `events_per_second` is an average over the last seconds. `last_error` stays after it has been
    raised.
    """

    position: int | None
    end: int | None
    lag_events: int
    lag_seconds: float | None
    events_per_second: float
    last_error: BaseException | None
    is_running: bool

    @property
    def seconds_remaining(self) -> float | None:
        """How long catching up will take at the present rate; `None` if there is no telling."""
        if not self.lag_events:
            return 0.0
        if not self.events_per_second:
            return None
        return self.lag_events / self.events_per_second


class RateMeter:
    """Counts events, and says how many there were in a second, over the last five to ten."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since = self._middle = clock()
        self._before_middle = 0
        self._after_middle = 0

    def add(self, number: int) -> None:
        """Count events that were processed just now."""
        self._move(self._clock())
        self._after_middle += number

    def rate(self) -> float:
        """Return the number of events per second."""
        now = self._clock()
        self._move(now)
        number = self._before_middle + self._after_middle
        return number / max(now - self._since, 0.001) if number else 0.0

    def _move(self, now: float) -> None:
        if now - self._middle >= 2 * _WINDOW_SECONDS:
            self._since = self._middle = now
            self._before_middle = self._after_middle = 0
        elif now - self._middle >= _WINDOW_SECONDS:
            self._since, self._middle = self._middle, now
            self._before_middle, self._after_middle = self._after_middle, 0


class Activity:
    """What has been processed here: how far, how fast, and what failed last."""

    def __init__(self) -> None:
        self.is_running: bool = True
        self.last_error: BaseException | None = None
        self.position: int | None = None
        self._meter = RateMeter()

    def rate(self) -> float:
        """Return the number of events that are processed in a second."""
        return self._meter.rate()

    def note_processed(self, number: int, position: int) -> None:
        """Count events that were processed just now, up to that position."""
        self.position = position
        self._meter.add(number)

    def note_failure(self, error: BaseException) -> None:
        """Show an error, also one that is dealt with by trying again or putting the event aside."""
        self.last_error = error


def age_of(domain_event: Any) -> float | None:
    """Return the number of seconds since the event's timestamp, `None` if it has none."""
    timestamp = getattr(domain_event, "timestamp", None)
    if not isinstance(timestamp, datetime) or timestamp.tzinfo is None:
        return None
    return max(0.0, (datetime.now(tz=UTC) - timestamp).total_seconds())
