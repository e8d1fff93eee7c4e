# Generated from feed_async.py by tools/async_to_sync.py: do not edit.
"""What all subscriptions have in common, whatever they return (U1-U4, C13, C14)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Generic, Self, TypeVar

from eventsourcing.persistence.errors import ProgrammingError
from eventsourcing.persistence.feed_cursor import FeedCursor

T = TypeVar("T")


class Feed(Iterator[T], ABC, Generic[T]):
    """An iterator over the records of a log after a position, which waits for more at the end.

    It ends only when it is stopped: by `stop()`, at the end of an `with` block, or by being
    collected.
    """

    def __init__(self, cursor: FeedCursor[T]) -> None:
        self._cursor = cursor
        self._has_been_entered = False
        self._has_been_stopped = False

    def __enter__(self) -> Self:
        if self._has_been_entered:
            raise ProgrammingError("Already entered subscription context manager")
        self._has_been_entered = True
        return self

    def __exit__(self, *args: object, **kwargs: object) -> None:
        if not self._has_been_entered:
            raise ProgrammingError("Not already entered subscription context manager")
        self.stop()

    def stop(self) -> None:
        """End the iteration, also for one who waits in it; does not block.

        What was read ahead is dropped. May be called by any thread, repeatedly, and by signal
        handlers and finalizers.
        """
        self._has_been_stopped = True

    def __iter__(self) -> Self:
        return self

    @abstractmethod
    def __next__(self) -> T:
        """Return the next record, waiting for it; `StopIteration` once stopped."""

    def next_batch(self, limit: int) -> list[T]:
        """Return the next records, at most `limit`, waiting for the first one only.

        They are what has been read already. Ends and fails as the iteration does.
        """
        if limit < 1:
            raise ValueError(f"limit is {limit}: a batch has at least one record")
        first = self.__next__()
        return [first, *self._take_read(limit - 1)]

    def _take_read(self, limit: int) -> Sequence[T]:  # noqa: ARG002
        """Return at most `limit` of the next records, those that need no waiting."""
        return ()
