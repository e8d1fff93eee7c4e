# Generated from recorder_async.py by tools/async_to_sync.py: do not edit.
"""The recorder interface of dynamic consistency boundaries, which engines implement (C8-C15)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Generic, Self, TypeVar

from eventsourcing.dcb.api.selection import MAX_POSITION, plan_selection
from eventsourcing.dcb.api.values import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBSequencedEvent,
)
from eventsourcing.persistence.feed_cursor import FeedCursor
from eventsourcing.persistence.feed_sync import Feed


class DCBReadResponse(Iterator[DCBSequencedEvent], ABC):
    """The events that a read has selected, in ascending order of position; can be iterated once."""

    @property
    @abstractmethod
    def head(self) -> int | None:
        """The position up to which nothing that matches is missing; known before iteration.

        Of a read without a limit it is the last position of all, whatever was selected; with a
        limit, that of the last event selected. `None` if there is none.
        """

    @abstractmethod
    def __next__(self) -> DCBSequencedEvent:
        """Return the next event."""


class DCBRecorder(ABC):
    """Stores events in one sequence, and selects them by type and tags.

    Once a reader has seen a position, no event with a lower one becomes visible later. There may
    be gaps.
    """

    @abstractmethod
    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        """Select events that match, with positions greater than `after`; at most `limit`.

        Each event comes once, also if several items of the query match. Events that are appended
        after the call are not seen.
        """

    @abstractmethod
    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """Store all the events atomically, in this order, and return the position of the last.

        Raises `IntegrityError`, and stores nothing, if an event that is recorded by then matches
        the condition. Raises `ProgrammingError` if there are no events.
        """

    @abstractmethod
    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> DCBSubscription[Self]:
        """Return an iterator over the events that match, which waits for new ones at the end."""

    def head(self) -> int | None:
        """Return the last position, `None` if there are no events."""
        return self.read(after=MAX_POSITION).head


TDCBRecorder_co = TypeVar("TDCBRecorder_co", bound=DCBRecorder, covariant=True)


class DCBSubscription(Feed[DCBSequencedEvent], Generic[TDCBRecorder_co]):
    """An iterator over the events that match a query after a position, recorded and to come.

    It first returns what is recorded already, and then waits for what is recorded later. It ends
    only when it is stopped: by `stop()`, at the end of an `with` block, or by being
    collected.
    """

    def __init__(
        self,
        recorder: TDCBRecorder_co,
        query: DCBQuery | None = None,
        after: int | None = None,
    ) -> None:
        self._recorder = recorder
        self._query = query
        is_selective = bool(plan_selection(query, after).criteria)
        super().__init__(FeedCursor(attrgetter("position"), after, is_selective=is_selective))

    @property
    def _last_position(self) -> int | None:
        return self._cursor.position

    @_last_position.setter
    def _last_position(self, position: int | None) -> None:
        self._cursor.position = position
