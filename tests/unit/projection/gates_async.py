"""What the tests of projections have in common: a view in memory, and handlers that wait."""

from __future__ import annotations

from time import monotonic
from typing import Any
from uuid import UUID

from eventsourcing._concurrency.primitives_async import sleep
from eventsourcing._concurrency.signals_async import Signal
from eventsourcing.application import AsyncApplication
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import AsyncProjection, AsyncProjectionRunner

PATIENCE = 120.0


class AsyncUpstream(AsyncApplication[UUID]):
    """The application that is followed."""

    name = "Upstream"

    async def create(self, number: int = 1) -> list[int]:
        recordings = await self.save(*[Aggregate() for _ in range(number)])
        return [recording.notification.id for recording in recordings]


class AsyncSeeing(AsyncProjection[Any]):
    """Tracks all events, and remembers what it was given."""

    def __init__(self, view: Any) -> None:
        super().__init__(view)
        self.seen: list[int] = []

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.seen.append(tracking.notification_id)
        await self.view.insert_tracking(tracking)


class AsyncFailing(AsyncSeeing):
    """Raises an error for the second event."""

    error: BaseException = ValueError("the second event")

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        await super().process_event(domain_event, tracking)
        if tracking.notification_id == 2:
            raise self.error


class AsyncGated(AsyncSeeing):
    """Waits, with each event, for a gate to be opened."""

    def __init__(self, view: Any) -> None:
        super().__init__(view)
        self.entered = Signal()
        self.gate = Signal()
        self.done = 0

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.entered.set()
        await self.gate.wait_at_most(PATIENCE)
        await super().process_event(domain_event, tracking)
        self.done += 1


def make_runner(
    projection_class: type[AsyncProjection[Any]] = AsyncSeeing, **kwargs: Any
) -> AsyncProjectionRunner[AsyncUpstream, Any]:
    """Return a runner in memory."""
    return AsyncProjectionRunner(
        application_class=AsyncUpstream,
        projection_class=projection_class,
        view_class=POPOTrackingRecorder,
        **kwargs,
    )


async def eventually(condition: Any) -> None:
    """Return as soon as the condition is true; fail when it does not become true."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, f"{condition} did not become true"
        await sleep(0.001)
