"""An event-sourced projection to be split into partitions, and what must be true of it."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID, uuid5

from eventsourcing.application import AggregateNotFoundError, ProcessingEvent
from eventsourcing.domain import Aggregate, event
from eventsourcing.projection import (
    AsyncEventSourcedProjection,
    AsyncPartitionedEventSourcedProjectionRunner,
    Partitions,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.samples_async import AsyncUpstream

TOTALS_ID = UUID("4f4e6c6a-4f6c-4b5e-9c0e-0a5d0f2b7c11")


class Page(Aggregate):
    """Lists the events of one aggregate."""

    @event("Begun")
    def __init__(self, about: str) -> None:
        self.about = about
        self.lines: list[int] = []

    @staticmethod
    def create_id(about: str) -> UUID:
        return uuid5(TOTALS_ID, about)

    @event("Written")
    def write(self, line: int) -> None:
        self.lines.append(line)


class Totals(Aggregate):
    """Counts all events, so all partitions change it."""

    @event("Opened")
    def __init__(self) -> None:
        self.number = 0

    @staticmethod
    def create_id() -> UUID:
        return TOTALS_ID

    @event("Counted")
    def count(self) -> None:
        self.number += 1


class AsyncJournal(AsyncEventSourcedProjection[UUID]):
    """Keeps a page for each aggregate, and the number of all events; fails for a spanner."""

    name = "Journal"
    snapshotting_intervals: ClassVar[Any] = {Totals: 20}

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if isinstance(domain_event, SpannerThrown):
            raise SpannerThrownError("thrown")
        assert processing_event.tracking is not None
        page = await self.get(Page, str(domain_event.originator_id))
        page.write(processing_event.tracking.notification_id)
        totals = await self.get(Totals)
        totals.count()
        processing_event.collect_events(page, totals)

    async def get(self, cls: Any, *args: Any) -> Any:
        """Return the aggregate, which may be a new one."""
        try:
            return await self.repository.get(cls.create_id(*args))
        except AggregateNotFoundError:
            return cls(*args)

    async def total(self) -> int:
        totals: Totals = await self.repository.get(TOTALS_ID)
        return totals.number

    async def lines(self, originator_id: UUID | str) -> list[int]:
        page: Page = await self.repository.get(Page.create_id(str(originator_id)))
        return page.lines


class AsyncBatchJournal(AsyncJournal):
    """Processes several events in one transaction."""

    name = "Journal"
    batch_size = 10


def make_journal(
    env: dict[str, str],
    partitions: int | Partitions = 3,
    projection_class: type[AsyncJournal] = AsyncJournal,
    **kwargs: Any,
) -> AsyncPartitionedEventSourcedProjectionRunner[AsyncUpstream, AsyncJournal]:
    """Return a runner of partitions."""
    return AsyncPartitionedEventSourcedProjectionRunner(
        application_class=AsyncUpstream,
        projection_class=projection_class,
        partitions=partitions,
        env=env,
        **kwargs,
    )


async def check_journal(app: AsyncUpstream, journal: AsyncJournal) -> None:
    """Raise `AssertionError` unless all events are there, once, those of an aggregate in order."""
    notifications = await app.recorder.select_notifications(None, 1_000_000)
    by_originator: dict[Any, list[int]] = {}
    for notification in notifications:
        by_originator.setdefault(notification.originator_id, []).append(notification.id)
    for originator_id, ids in by_originator.items():
        assert await journal.lines(originator_id) == ids
    assert await journal.total() == len(notifications)
