# Generated from sharing_async.py by tools/async_to_sync.py: do not edit.
"""Runners that share their work, and what must be true of what they have processed together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eventsourcing.domain import Aggregate
from eventsourcing.persistence import InfrastructureFactory, Lease
from eventsourcing.projection import (
    LeadingProjectionRunner,
    PartitionedProjectionRunner,
    Partitions,
    Projection,
)
from eventsourcing.utils import Environment
from tests.integration.projection.samples_sync import (
    LEDGER_CLASSES,
    PATIENCE,
    Listing,
    Upstream,
)


def make_leading(
    env: dict[str, str], projection_class: type[Projection[Any]] = Listing, **kwargs: Any
) -> LeadingProjectionRunner[Upstream, Any]:
    """Return a runner that leads or stands by."""
    return LeadingProjectionRunner(
        application_class=Upstream,
        projection_class=projection_class,
        view_class=LEDGER_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
        **kwargs,
    )


def make_partitioned(
    env: dict[str, str],
    partitions: int | Partitions = 3,
    projection_class: type[Projection[Any]] = Listing,
    **kwargs: Any,
) -> PartitionedProjectionRunner[Upstream, Any]:
    """Return a runner of partitions."""
    return PartitionedProjectionRunner(
        application_class=Upstream,
        projection_class=projection_class,
        view_class=LEDGER_CLASSES[env["PERSISTENCE_MODULE"]],
        partitions=partitions,
        env=env,
        **kwargs,
    )


@contextmanager
def open_view(env: dict[str, str]) -> Iterator[Any]:
    """Lend the view, without a runner."""
    factory: InfrastructureFactory[Any]
    factory = InfrastructureFactory.construct(Environment("Listing", env))
    with factory:
        yield factory.tracking_recorder(LEDGER_CLASSES[env["PERSISTENCE_MODULE"]])


def start_and_run(make: Any, *args: Any) -> None:
    """Make a runner, and run it until it fails."""
    with make(*args) as runner:
        runner.run_forever(PATIENCE)


def save_histories(app: Upstream, aggregates: int = 12, events: int = 5) -> int:
    """Save aggregates with several events each, interleaved; return the last ID."""
    alive = [Aggregate() for _ in range(aggregates)]
    last = 0
    for number in range(events):
        for aggregate in alive:
            if number:
                aggregate.trigger_event(Aggregate.Event)
        recordings = app.save(*alive)
        last = recordings[-1].notification.id
    return last


def check_ledger(app: Upstream, ids: list[int]) -> None:
    """Raise `AssertionError` unless all events are there, once, those of an aggregate in order."""
    notifications = app.recorder.select_notifications(None, 1_000_000)
    assert sorted(ids) == [notification.id for notification in notifications]
    originators = {each.id: each.originator_id for each in notifications}
    for originator_id in set(originators.values()):
        of_one = [each for each in ids if originators[each] == originator_id]
        assert of_one == sorted(of_one)


class BoldLease(Lease):
    """A lease that every contender believes to hold, as when the network is split."""

    def try_acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass

    def is_held(self) -> bool:
        return True
