# Generated from event_subscription_async.py by tools/async_to_sync.py: do not edit.
"""What subscriptions to applications have in common, whatever kind of events these record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Generic, Self, TypeVar

from eventsourcing.persistence import Tracking
from eventsourcing.persistence.feed_sync import Feed

TFeed = TypeVar("TFeed", bound=Feed[Any])
E = TypeVar("E")


class EventSubscription(Iterator[tuple[E, Tracking]], ABC, Generic[TFeed, E]):
    """An iterator over the events of an application, with their positions.

    It first returns what is recorded already, and then waits for what is recorded later, by any
    process. It ends only when it is stopped, by `stop()`, at the end of an `with` block, or
    by being collected.
    """

    def __init__(self, name: str, subscription: TFeed) -> None:
        self.name: str = name
        self.subscription: TFeed = subscription
        self._unconverted: Sequence[Any] = ()
        self._is_stopped = False

    def stop(self) -> None:
        """End the iteration, also for one who waits in it; does not block.

        Events that were read ahead are dropped. May be called by any thread, repeatedly, and by
        signal handlers.
        """
        self._is_stopped = True
        self.subscription.stop()

    def __enter__(self) -> Self:
        self.subscription.__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        self.subscription.__exit__(*args)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> tuple[E, Tracking]:
        """Return the next event and its position, waiting for it; the end once stopped."""
        return self.next_batch(1)[0]

    def next_batch(self, limit: int) -> list[tuple[E, Tracking]]:
        """Return the next events, at most `limit`, with their positions.

        Waits for the first one only: the others are what has been read already. Ends and fails as
        the iteration does. When an event cannot be reconstructed, the call after the one that
        returns those before it raises the error.
        """
        records = self._unconverted
        if not records or self._is_stopped:
            records = self.subscription.next_batch(limit)
        jobs: list[tuple[E, Tracking]] = []
        for record in records[:limit]:
            try:
                jobs.append(self._convert(record))
            except Exception:
                if jobs:
                    break
                self._unconverted = records[1:]
                raise
        self._unconverted = records[len(jobs) :]
        return jobs

    @abstractmethod
    def _convert(self, record: Any) -> tuple[E, Tracking]:
        """Return the event of a record, and its position."""

    def __del__(self) -> None:
        if hasattr(self, "subscription"):  # which its constructor may not have reached
            self.stop()
