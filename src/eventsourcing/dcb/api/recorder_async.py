"""The recorder interface of dynamic consistency boundaries, which engines implement (C8-C15)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import Generic, Self, TypeVar

from eventsourcing.dcb.api.values import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBSequencedEvent,
)
from eventsourcing.persistence import ProgrammingError

_AFTER_ALL = 2**63 - 1
"""No position is greater: the largest integer of a database's `bigint`."""


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
        return (await self.read(after=_AFTER_ALL)).head


TAsyncDCBRecorder_co = TypeVar("TAsyncDCBRecorder_co", bound=AsyncDCBRecorder, covariant=True)


class AsyncDCBSubscription(AsyncIterator[DCBSequencedEvent], ABC, Generic[TAsyncDCBRecorder_co]):
    """An iterator over the events that match a query after a position, recorded and to come.

    It ends only when it is stopped: by `stop()`, at the end of an `async with` block, or by being
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
        self._last_position = after
        self._has_been_entered = False
        self._has_been_stopped = False

    async def __aenter__(self) -> Self:
        if self._has_been_entered:
            raise ProgrammingError("Already entered subscription context manager")
        self._has_been_entered = True
        return self

    async def __aexit__(self, *args: object) -> None:
        if not self._has_been_entered:
            raise ProgrammingError("Not already entered subscription context manager")
        self.stop()

    def stop(self) -> None:
        """End the iteration, also for one who waits in it; does not block.

        Events that were read ahead are dropped. May be called by any thread, repeatedly, and by
        signal handlers and finalizers.
        """
        self._has_been_stopped = True

    def __aiter__(self) -> Self:
        return self

    @abstractmethod
    async def __anext__(self) -> DCBSequencedEvent:
        """Return the next event, waiting for it; the end once stopped."""

    async def next_batch(self, limit: int) -> Sequence[DCBSequencedEvent]:
        """Return the next events, at most `limit`, waiting for the first one only.

        They are what has been read already. Ends and fails as the iteration does.
        """
        if limit < 1:
            raise ValueError(f"limit is {limit}: a batch has at least one event")
        first = await self.__anext__()
        return [first, *self._take_read(limit - 1)]

    def _take_read(self, limit: int) -> Sequence[DCBSequencedEvent]:  # noqa: ARG002
        """Return at most `limit` of the next events, those that need no waiting."""
        return ()
