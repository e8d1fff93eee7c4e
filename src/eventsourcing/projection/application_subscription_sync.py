# Generated from application_subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions to applications: an endless stream of their events, with positions (J1-J7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, Self

from eventsourcing.application import Application
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import (
    ApplicationRecorder,
    Mapper,
    Notification,
    Subscription,
    Tracking,
)
from eventsourcing.projection.jobs import Job


class ApplicationSubscription(Iterator[Job[TAggregateID]], Generic[TAggregateID]):
    """An iterator over the events of an application after the position `gt`, with their positions.

    Events come in the order of their notification IDs, those of the given topics only, if any. It
    first returns what is recorded already, and then waits for what is recorded later, by any
    process. It ends only when it is stopped, by `stop()`, at the end of an `with` block, or
    by being collected.
    """

    def __init__(
        self,
        app: Application[TAggregateID],
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        self.name: str = app.name
        self.recorder: ApplicationRecorder = app.recorder
        self.mapper: Mapper[TAggregateID] = app.mapper
        self.subscription: Subscription[ApplicationRecorder] = self.recorder.subscribe(
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

    def __enter__(self) -> Self:
        self.subscription.__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        self.subscription.__exit__(*args)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Job[TAggregateID]:
        """Return the next event and its position, waiting for it; the end once stopped."""
        return self.next_batch(1)[0]

    def next_batch(self, limit: int) -> list[Job[TAggregateID]]:
        """Return the next events, at most `limit`, with their positions.

        Waits for the first one only: the others are what has been read already. Ends and fails as
        the iteration does. When an event cannot be reconstructed, the call after the one that
        returns those before it raises the error.
        """
        notifications = self._unconverted
        if not notifications or self._is_stopped:
            notifications = self.subscription.next_batch(limit)
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
