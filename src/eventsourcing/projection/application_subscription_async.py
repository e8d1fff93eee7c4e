"""Subscriptions to applications: an endless stream of their events, with positions (J1-J7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic

from eventsourcing.application import AsyncApplication
from eventsourcing.domain import DomainEventProtocol, TAggregateID
from eventsourcing.persistence import (
    AsyncApplicationRecorder,
    AsyncSubscription,
    Mapper,
    Notification,
    Tracking,
)
from eventsourcing.projection.checks import check_app, check_position, check_topics
from eventsourcing.projection.event_subscription_async import AsyncEventSubscription
from eventsourcing.projection.jobs import Job


class AsyncApplicationSubscription(
    AsyncEventSubscription[
        AsyncSubscription[AsyncApplicationRecorder], DomainEventProtocol[TAggregateID]
    ],
    Generic[TAggregateID],
):
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
        check_app(app, AsyncApplication, AsyncApplicationRecorder)
        check_position("gt", gt)
        check_topics("topics", topics)
        self.recorder: AsyncApplicationRecorder = app.recorder
        self.mapper: Mapper[TAggregateID] = app.mapper
        super().__init__(app.name, self.recorder.subscribe(gt=gt, topics=topics))

    def _convert(self, record: Notification) -> Job[TAggregateID]:
        domain_event: Any = self.mapper.to_domain_event(record)
        return domain_event, Tracking(self.name, record.id)
