# Generated from recorder_async.py by tools/async_to_sync.py: do not edit.
"""The recorder interface of dynamic consistency boundaries, which engines implement (C8-C15)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
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
        return self.read(after=_AFTER_ALL).head


TDCBRecorder_co = TypeVar("TDCBRecorder_co", bound=DCBRecorder, covariant=True)


class DCBSubscription(Iterator[DCBSequencedEvent], ABC, Generic[TDCBRecorder_co]):
    """An iterator over the events that match a query after a position, recorded and to come.

    It ends only when it is stopped: by `stop()`, at the end of an `with` block, or by being
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
        self._last_position = after
        self._has_been_entered = False
        self._has_been_stopped = False

    def __enter__(self) -> Self:
        if self._has_been_entered:
            raise ProgrammingError("Already entered subscription context manager")
        self._has_been_entered = True
        return self

    def __exit__(self, *args: object) -> None:
        if not self._has_been_entered:
            raise ProgrammingError("Not already entered subscription context manager")
        self.stop()

    def stop(self) -> None:
        """End the iteration, also for one who waits in it; does not block.

        Events that were read ahead are dropped. May be called by any thread, repeatedly, and by
        signal handlers and finalizers.
        """
        self._has_been_stopped = True

    def __iter__(self) -> Self:
        return self

    @abstractmethod
    def __next__(self) -> DCBSequencedEvent:
        """Return the next event, waiting for it; the end once stopped."""

    def next_batch(self, limit: int) -> Sequence[DCBSequencedEvent]:
        """Return the next events, at most `limit`, waiting for the first one only.

        They are what has been read already. Ends and fails as the iteration does.
        """
        if limit < 1:
            raise ValueError(f"limit is {limit}: a batch has at least one event")
        first = self.__next__()
        return [first, *self._take_read(limit - 1)]

    def _take_read(self, limit: int) -> Sequence[DCBSequencedEvent]:  # noqa: ARG002
        """Return at most `limit` of the next events, those that need no waiting."""
        return ()
