"""For how long, and with which pauses, a subscription tries to reconnect (contract U11): pure."""

from __future__ import annotations

import random
from collections.abc import Callable
from time import monotonic

from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres.errors import is_connection_loss

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0


class ReconnectWindow:
    """Counts the time since the connection was lost, and doubles the pauses between attempts."""

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._deadline: float | None = None
        self._pause = _FIRST_PAUSE_SECONDS

    @property
    def remaining(self) -> float:
        """How many seconds an attempt that begins now may take."""
        deadline = self._deadline
        return max(0.0, self._seconds if deadline is None else deadline - self._clock())

    def close(self) -> None:
        """Take notice of success: the next loss has the whole time again."""
        self._deadline = None
        self._pause = _FIRST_PAUSE_SECONDS

    def pause_after(self, error: InterfaceError | OperationalError) -> float:
        """Return how long to wait before the next attempt.

        Raises the error if it is not about the connection, or there is no time left.
        """
        if self._deadline is None:
            self._deadline = self._clock() + self._seconds
        if not is_connection_loss(error) or self.remaining <= 0:
            raise error
        pause = min(self._pause, self.remaining)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
        return pause * random.uniform(0.8, 1.0)  # noqa: S311 (only jitter)
