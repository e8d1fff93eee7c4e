"""Where a subscription has got to, and what it does next: pure, used by both flavours (U6-U8, C15).

The loop around it is always the same: when woken, `wake_up()`; while `is_behind`, ask for the
horizon if one is needed, select at most `next_limit()` records after `position`, and hand the
result to `advance()`; then wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

BATCH_SIZE = 500
MAX_BUFFERED_BATCHES = 10

REREAD_SECONDS = 30.0
"""After how many seconds is read without having been told, by those who could be told in vain."""


class FeedCursor(Generic[T]):
    """The position up to which a subscription has read the log, and whether there may be more.

    `position_of` tells the position of a record in the log. A selective subscription does not want
    every record of the log.
    """

    def __init__(
        self,
        position_of: Callable[[T], int],
        position: int | None = None,
        *,
        is_selective: bool = False,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        self.position = position
        self.batch_size = batch_size
        self.is_behind: bool = True
        self.needs_horizon: bool = is_selective
        """Whether the last position of the log is wanted before the next batch is selected.

        A selection says nothing about how far the log goes. Without knowing that, an idle
        subscription would scan the same records at every wake-up.
        """
        self._position_of = position_of
        self._is_selective = is_selective
        self._limit = batch_size
        self._horizon: int | None = None

    def wake_up(self) -> None:
        """Take notice that something may have been recorded since the last selection began."""
        self.is_behind = True
        self.needs_horizon = self._is_selective

    def set_horizon(self, last_position: int | None) -> None:
        """Say what was the last position of the log before the next selection began."""
        self._horizon = last_position
        self.needs_horizon = False

    def next_limit(self) -> int:
        """Return how many records to select next; `batch_size` may be changed meanwhile."""
        self._limit = self.batch_size
        return self._limit

    def advance(self, batch: Sequence[T]) -> None:
        """Move behind what was selected; a batch that is not full was the end of the log.

        The horizon is passed, too, when the log was read to its end: it was taken before, so all
        records up to it were there to be selected, and those that were not do not match.
        """
        self.is_behind = len(batch) >= self._limit
        if batch:
            self.position = self._position_of(batch[-1])
        if not self.is_behind and self._horizon is not None:
            self.position = max(self.position or 0, self._horizon)
