"""Where a subscription has got to, and what it does next: pure, used by both flavours (U6-U8, U13).

The loop around it is always the same: when woken, `wake_up()`; while `is_behind`, ask for the
horizon if one is needed, select with `query()`, and hand the result to `advance()`; then wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from eventsourcing.persistence.records import Notification

BATCH_SIZE = 500
MAX_BUFFERED_BATCHES = 10


class NotificationQuery(TypedDict):
    """The arguments of `select_notifications()` for the next batch."""

    start: int
    limit: int
    topics: Sequence[str]
    inclusive_of_start: bool


class SubscriptionCursor:
    """The position up to which a subscription has read the log, and whether there may be more."""

    def __init__(
        self, gt: int | None = None, topics: Sequence[str] = (), batch_size: int = BATCH_SIZE
    ) -> None:
        self.position = gt
        self.topics = topics
        self.batch_size = batch_size
        self.is_behind: bool = True
        self._horizon: int | None = None
        self._needs_horizon = bool(topics)

    @property
    def needs_horizon(self) -> bool:
        """Whether the greatest notification ID is wanted before the next batch is selected.

        A selection by topic says nothing about how far the log goes. Without knowing that, an
        idle subscription would scan the same notifications at every wake-up.
        """
        return self._needs_horizon

    def wake_up(self) -> None:
        """Take notice that something may have been recorded since the last selection began."""
        self.is_behind = True
        self._needs_horizon = bool(self.topics)

    def set_horizon(self, max_notification_id: int | None) -> None:
        """Say what was the greatest notification ID before the next selection began."""
        self._horizon = max_notification_id
        self._needs_horizon = False

    def query(self) -> NotificationQuery:
        """Return the arguments for selecting the next batch."""
        return NotificationQuery(
            start=self.position or 0,
            limit=self.batch_size,
            topics=self.topics,
            inclusive_of_start=False,
        )

    def advance(self, batch: Sequence[Notification]) -> None:
        """Move behind what was selected; a batch that is not full was the end of the log.

        The horizon is passed, too, when the log was read to its end: it was taken before, so all
        notifications up to it were there to be selected, and those that were not do not match.
        """
        self.is_behind = len(batch) >= self.batch_size
        if batch:
            self.position = batch[-1].id
        if not self.is_behind and self._horizon is not None:
            self.position = max(self.position or 0, self._horizon)
