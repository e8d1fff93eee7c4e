# Generated from gates_async.py by tools/async_to_sync.py: do not edit.
"""What the tests of projections have in common: a view in memory, and handlers that wait."""

from __future__ import annotations

from time import monotonic
from typing import Any
from uuid import UUID

from eventsourcing._concurrency.primitives_sync import sleep
from eventsourcing._concurrency.signals_sync import Signal
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner

PATIENCE = 120.0


class Upstream(Application[UUID]):
    """The application that is followed."""

    name = "Upstream"

    def create(self, number: int = 1) -> list[int]:
        recordings = self.save(*[Aggregate() for _ in range(number)])
        return [recording.notification.id for recording in recordings]


class Seeing(Projection[Any]):
    """Tracks all events, and remembers what it was given."""

    def __init__(self, view: Any) -> None:
        super().__init__(view)
        self.seen: list[int] = []

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.seen.append(tracking.notification_id)
        self.view.insert_tracking(tracking)


class Failing(Seeing):
    """Raises an error for the second event."""

    error: BaseException = ValueError("the second event")

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        super().process_event(domain_event, tracking)
        if tracking.notification_id == 2:
            raise self.error


class Gated(Seeing):
    """Waits, with each event, for a gate to be opened."""

    def __init__(self, view: Any) -> None:
        super().__init__(view)
        self.entered = Signal()
        self.gate = Signal()
        self.done = 0

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.entered.set()
        self.gate.wait_at_most(PATIENCE)
        super().process_event(domain_event, tracking)
        self.done += 1


def make_runner(
    projection_class: type[Projection[Any]] = Seeing, **kwargs: Any
) -> ProjectionRunner[Upstream, Any]:
    """Return a runner in memory."""
    return ProjectionRunner(
        application_class=Upstream,
        projection_class=projection_class,
        view_class=POPOTrackingRecorder,
        **kwargs,
    )


def eventually(condition: Any) -> None:
    """Return as soon as the condition is true; fail when it does not become true."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, f"{condition} did not become true"
        sleep(0.001)
