# Generated from mishaps_async.py by tools/async_to_sync.py: do not edit.
"""Projections for which events can be broken, and events for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.domain import Aggregate
from eventsourcing.persistence import InfrastructureFactory, Tracking, TrackingRecorder
from eventsourcing.projection import BatchProjection, Projection
from eventsourcing.utils import Environment

NAME = "Upstream"


def make_recorder() -> TrackingRecorder:
    """Return a recorder in memory."""
    env = Environment("", {"PERSISTENCE_MODULE": "eventsourcing.popo"})
    factory: InfrastructureFactory[Any] = InfrastructureFactory.construct(env)
    recorder: TrackingRecorder = factory.tracking_recorder()
    return recorder


def make_jobs(*aggregates: Aggregate) -> list[tuple[Any, Tracking]]:
    """Return an event of each aggregate, in this order, with positions from 1."""
    jobs = []
    for number, aggregate in enumerate(aggregates, start=1):
        if not aggregate.pending_events:
            aggregate.trigger_event(Aggregate.Event)
        jobs.append((aggregate.pending_events.pop(0), Tracking(NAME, number)))
    return jobs


class Fragile(Projection[Any]):
    """Fails for the events with the numbers in `broken`, once for each error there."""

    name = "Fragile"

    def __init__(self, view: Any) -> None:
        super().__init__(view)
        self.broken: dict[int, list[BaseException]] = {}
        self.attempts: list[int] = []
        self.done: list[int] = []

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.attempt(tracking)
        self.view.insert_tracking(tracking)
        self.done.append(tracking.notification_id)

    def attempt(self, tracking: Tracking) -> None:
        self.attempts.append(tracking.notification_id)
        errors = self.broken.get(tracking.notification_id)
        if errors:
            raise errors.pop(0)

    def breaks(self, number: int, *errors: BaseException, times: int = 1000) -> None:
        """Have the event fail with these errors, or so many times with the same one."""
        again = [type(errors[0])(*errors[0].args) for _ in range(times - 1)]
        self.broken[number] = [*errors] if len(errors) > 1 else [*errors, *again]


class FragileBatches(Fragile, BatchProjection[Any]):
    """The same in batches: nothing of a batch is done that has a broken event."""

    name = "Fragile"

    def process_events(self, batch: Sequence[tuple[Any, Tracking]]) -> None:
        for _, tracking in batch:
            self.attempt(tracking)
        self.view.insert_tracking(batch[-1][1])
        self.done += [tracking.notification_id for _, tracking in batch]

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.process_events([(domain_event, tracking)])
