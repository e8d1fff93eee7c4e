# Generated from samples_async.py by tools/async_to_sync.py: do not edit.
"""Applications and projections of the tests, and runners of them."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any
from uuid import UUID

from eventsourcing._concurrency.primitives_sync import sleep
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.projection import (
    BatchProjection,
    Projection,
    ProjectionRunner,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.ledgers_sync import LEDGER_CLASSES

PATIENCE = 120.0


class Upstream(Application[UUID]):
    """Saves aggregates that have only been created, and says the IDs of their events."""

    name = "Upstream"

    def create(self, number: int = 1) -> list[int]:
        recordings = self.save(*[Aggregate() for _ in range(number)])
        return [recording.notification.id for recording in recordings]

    def trigger(self, event_class: type[Any]) -> list[int]:
        aggregate = Aggregate()
        aggregate.trigger_event(event_class=event_class)
        recordings = self.save(aggregate)
        return [recording.notification.id for recording in recordings]


class Listing(Projection[Any]):
    """Lists the IDs of what it processes, one by one; fails for a spanner."""

    name = "Listing"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, SpannerThrown):
            raise SpannerThrownError("thrown")
        self.view.append([tracking.notification_id], tracking)


class BatchListing(BatchProjection[Any]):
    """Lists the IDs of what it processes, in batches."""

    name = "Listing"
    batch_size = 50

    def process_events(self, batch: Sequence[tuple[Any, Tracking]]) -> None:
        if any(isinstance(domain_event, SpannerThrown) for domain_event, _ in batch):
            raise SpannerThrownError("thrown")
        self.view.append([each.notification_id for _, each in batch], batch[-1][1])


def make_runner(
    env: dict[str, str],
    projection_class: type[Projection[Any]] = Listing,
    **kwargs: Any,
) -> ProjectionRunner[Upstream, Any]:
    """Return a runner of a projection on the engine of the settings."""
    return ProjectionRunner(
        application_class=Upstream,
        projection_class=projection_class,
        view_class=LEDGER_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
        **kwargs,
    )


def eventually(condition: Any) -> None:
    """Return as soon as the condition is true; fail when it does not become true."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, f"{condition} did not become true"
        sleep(0.001)
