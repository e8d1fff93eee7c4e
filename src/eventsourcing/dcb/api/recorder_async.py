"""The recorder interface of dynamic consistency boundaries, which engines implement (C8-C15)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from operator import attrgetter
from typing import Generic, Self, TypeVar

from eventsourcing.dcb.api.selection import MAX_POSITION, plan_selection
from eventsourcing.dcb.api.values import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBSequencedEvent,
)
from eventsourcing.persistence.feed_async import AsyncFeed
from eventsourcing.persistence.feed_cursor import FeedCursor


class AsyncDCBReadResponse(AsyncIterator[DCBSequencedEvent], ABC):
    """The events that a read has selected, in ascending order of position; can be iterated once."""

    @property
    @abstractmethod
    def head(self) -> int | None:
        """The position up to which nothing that matches is missing; known before iteration.

        Of a read without a limit it is the last position of all, whatever was selected; with a
        limit, that of the last event selected. `None` if there is none.
        """

    @abstractmethod
    async def __anext__(self) -> DCBSequencedEvent:
        """Return the next event."""


class AsyncDCBRecorder(ABC):
    """Stores events in one sequence, and selects them by type and tags.

    Once a reader has seen a position, no event with a lower one becomes visible later. There may
    be gaps.
    """

    @abstractmethod
    async def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> AsyncDCBReadResponse:
        """Select events that match, with positions greater than `after`; at most `limit`.

        Each event comes once, also if several items of the query match. Events that are appended
        after the call are not seen.
        """

    @abstractmethod
    async def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """Store all the events atomically, in this order, and return the position of the last.

        Raises `IntegrityError`, and stores nothing, if an event that is recorded by then matches
        the condition. Raises `ProgrammingError` if there are no events.
        """

    @abstractmethod
    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> AsyncDCBSubscription[Self]:
        """Return an iterator over the events that match, which waits for new ones at the end."""

    async def head(self) -> int | None:
        """Return the last position, `None` if there are no events."""
        return (await self.read(after=MAX_POSITION)).head


TAsyncDCBRecorder_co = TypeVar("TAsyncDCBRecorder_co", bound=AsyncDCBRecorder, covariant=True)


class AsyncDCBSubscription(AsyncFeed[DCBSequencedEvent], Generic[TAsyncDCBRecorder_co]):
    """An iterator over the events that match a query after a position, recorded and to come.

    It first returns what is recorded already, and then waits for what is recorded later. It ends
    only when it is stopped: by `stop()`, at the end of an `async with` block, or by being
    collected.
    """

    def __init__(
        self,
        recorder: TAsyncDCBRecorder_co,
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
