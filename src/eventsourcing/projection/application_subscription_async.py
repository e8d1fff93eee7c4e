"""Subscriptions to applications: an endless stream of their events, with positions (J1-J7)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Generic, Self

from eventsourcing.application import AsyncApplication
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import (
    AsyncApplicationRecorder,
    AsyncSubscription,
    Mapper,
    Notification,
    Tracking,
)
from eventsourcing.projection.jobs import Job


class AsyncApplicationSubscription(AsyncIterator[Job[TAggregateID]], Generic[TAggregateID]):
    """An iterator over the events of an application after the position `gt`, with their positions.

    Events come in the order of their notification IDs, those of the given topics only, if any. It
    first returns what is recorded already, and then waits for what is recorded later, by any
    process. It ends only when it is stopped, by `stop()`, at the end of an `async with` block, or
    by being collected.
    """

    def __init__(
        self,
        app: AsyncApplication[TAggregateID],
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        self.name: str = app.name
        self.recorder: AsyncApplicationRecorder = app.recorder
        self.mapper: Mapper[TAggregateID] = app.mapper
        self.subscription: AsyncSubscription[AsyncApplicationRecorder] = self.recorder.subscribe(
            gt=gt, topics=topics
        )
        self._unconverted: Sequence[Notification] = ()
        self._is_stopped = False

    def stop(self) -> None:
        """End the iteration, also for one who waits in it; does not block.

        Events that were read ahead are dropped. May be called by any thread, repeatedly, and by
        signal handlers.
        """
        self._is_stopped = True
        self.subscription.stop()

    async def __aenter__(self) -> Self:
        await self.subscription.__aenter__()
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.subscription.__aexit__(*args)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Job[TAggregateID]:
        """Return the next event and its position, waiting for it; the end once stopped."""
        return (await self.next_batch(1))[0]

    async def next_batch(self, limit: int) -> list[Job[TAggregateID]]:
        """Return the next events, at most `limit`, with their positions.

        Waits for the first one only: the others are what has been read already. Ends and fails as
        the iteration does. When an event cannot be reconstructed, the call after the one that
        returns those before it raises the error.
        """
        notifications = self._unconverted
        if not notifications or self._is_stopped:
            notifications = await self.subscription.next_batch(limit)
        jobs: list[Job[TAggregateID]] = []
        for notification in notifications[:limit]:
            try:
                jobs.append(self._convert(notification))
            except Exception:
                if jobs:
                    break
                self._unconverted = notifications[1:]
                raise
        self._unconverted = notifications[len(jobs) :]
        return jobs

    def _convert(self, notification: Notification) -> Job[TAggregateID]:
        domain_event: Any = self.mapper.to_domain_event(notification)
        return domain_event, Tracking(self.name, notification.id)

    def __del__(self) -> None:
        if hasattr(self, "subscription"):  # which its constructor may not have reached
            self.stop()
