"""Shows how far a long work is: one line that is rewritten on a terminal, a few lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """Counts commits and events, and writes the counts now and then."""

    def __init__(self, done: int, total: int, output: TextIO = sys.stderr) -> None:
        self.done = done
        self.total = total
        self.events = 0
        self._output = output
        self._begin = time.monotonic()
        self._first = done
        self._rewrites = output.isatty()
        self._pause = 0.1 if self._rewrites else 5.0
        self._next = self._begin + self._pause

    @property
    def seconds(self) -> float:
        """How long the work has lasted."""
        return max(time.monotonic() - self._begin, 1e-9)

    @property
    def events_per_second(self) -> float:
        """The rate since the beginning."""
        return self.events / self.seconds

    @property
    def commits(self) -> int:
        """How many commits were done since the beginning."""
        return self.done - self._first

    def advance(self, events: int) -> None:
        """One more commit is done, which gave so many events."""
        self.done += 1
        self.events += events
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._pause
            self._write()

    def finish(self) -> None:
        """Leave the terminal's line in order."""
        if self._rewrites:
            self._output.write("\r\x1b[K")
            self._output.flush()

    def _write(self) -> None:
        left = self.seconds / max(self.commits, 1) * (self.total - self.done)
        line = (
            f"  {self.done:,} of {self.total:,} commits, {self.events:,} new events, "
            f"{self.events_per_second:,.0f} events/s, about {left:.0f} s left"
        )
        self._output.write(f"\r{line}\x1b[K" if self._rewrites else f"{line}\n")
        self._output.flush()
