"""Applications and projections of the tests, and runners of them."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any
from uuid import UUID

from eventsourcing._concurrency.primitives_async import sleep
from eventsourcing.application import AsyncApplication
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.projection import (
    AsyncBatchProjection,
    AsyncProjection,
    AsyncProjectionRunner,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.ledgers_async import LEDGER_CLASSES

PATIENCE = 120.0


class AsyncUpstream(AsyncApplication[UUID]):
    """Saves aggregates that have only been created, and says the IDs of their events."""

    name = "Upstream"

    async def create(self, number: int = 1) -> list[int]:
        recordings = await self.save(*[Aggregate() for _ in range(number)])
        return [recording.notification.id for recording in recordings]

    async def trigger(self, event_class: type[Any]) -> list[int]:
        aggregate = Aggregate()
        aggregate.trigger_event(event_class=event_class)
        recordings = await self.save(aggregate)
        return [recording.notification.id for recording in recordings]


class AsyncListing(AsyncProjection[Any]):
    """Lists the IDs of what it processes, one by one; fails for a spanner."""

    name = "Listing"

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, SpannerThrown):
            raise SpannerThrownError("thrown")
        await self.view.append([tracking.notification_id], tracking)


class AsyncBatchListing(AsyncBatchProjection[Any]):
    """Lists the IDs of what it processes, in batches."""

    name = "Listing"
    batch_size = 50

    async def process_events(self, batch: Sequence[tuple[Any, Tracking]]) -> None:
        if any(isinstance(domain_event, SpannerThrown) for domain_event, _ in batch):
            raise SpannerThrownError("thrown")
        await self.view.append([each.notification_id for _, each in batch], batch[-1][1])


def make_runner(
    env: dict[str, str],
    projection_class: type[AsyncProjection[Any]] = AsyncListing,
    **kwargs: Any,
) -> AsyncProjectionRunner[AsyncUpstream, Any]:
    """Return a runner of a projection on the engine of the settings."""
    return AsyncProjectionRunner(
        application_class=AsyncUpstream,
        projection_class=projection_class,
        view_class=LEDGER_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
        **kwargs,
    )


async def eventually(condition: Any) -> None:
    """Return as soon as the condition is true; fail when it does not become true."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, f"{condition} did not become true"
        await sleep(0.001)
