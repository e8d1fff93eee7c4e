"""Runners that share their work, and what must be true of what they have processed together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from eventsourcing.domain import Aggregate
from eventsourcing.persistence import AsyncInfrastructureFactory, AsyncLease
from eventsourcing.projection import (
    AsyncLeadingProjectionRunner,
    AsyncPartitionedProjectionRunner,
    AsyncProjection,
    Partitions,
)
from eventsourcing.utils import Environment
from tests.integration.projection.samples_async import (
    LEDGER_CLASSES,
    PATIENCE,
    AsyncListing,
    AsyncUpstream,
)


def make_leading(
    env: dict[str, str], projection_class: type[AsyncProjection[Any]] = AsyncListing, **kwargs: Any
) -> AsyncLeadingProjectionRunner[AsyncUpstream, Any]:
    """Return a runner that leads or stands by."""
    return AsyncLeadingProjectionRunner(
        application_class=AsyncUpstream,
        projection_class=projection_class,
        view_class=LEDGER_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
        **kwargs,
    )


def make_partitioned(
    env: dict[str, str],
    partitions: int | Partitions = 3,
    projection_class: type[AsyncProjection[Any]] = AsyncListing,
    **kwargs: Any,
) -> AsyncPartitionedProjectionRunner[AsyncUpstream, Any]:
    """Return a runner of partitions."""
    return AsyncPartitionedProjectionRunner(
        application_class=AsyncUpstream,
        projection_class=projection_class,
        view_class=LEDGER_CLASSES[env["PERSISTENCE_MODULE"]],
        partitions=partitions,
        env=env,
        **kwargs,
    )


@asynccontextmanager
async def open_view(env: dict[str, str]) -> AsyncIterator[Any]:
    """Lend the view, without a runner."""
    factory: AsyncInfrastructureFactory[Any]
    factory = AsyncInfrastructureFactory.construct(Environment("Listing", env))
    async with factory:
        yield factory.tracking_recorder(LEDGER_CLASSES[env["PERSISTENCE_MODULE"]])


async def start_and_run(make: Any, *args: Any) -> None:
    """Make a runner, and run it until it fails."""
    async with make(*args) as runner:
        await runner.run_forever(PATIENCE)


async def save_histories(app: AsyncUpstream, aggregates: int = 12, events: int = 5) -> int:
    """Save aggregates with several events each, interleaved; return the last ID."""
    alive = [Aggregate() for _ in range(aggregates)]
    last = 0
    for number in range(events):
        for aggregate in alive:
            if number:
                aggregate.trigger_event(Aggregate.Event)
        recordings = await app.save(*alive)
        last = recordings[-1].notification.id
    return last


async def check_ledger(app: AsyncUpstream, ids: list[int]) -> None:
    """Raise `AssertionError` unless all events are there, once, those of an aggregate in order."""
    notifications = await app.recorder.select_notifications(None, 1_000_000)
    assert sorted(ids) == [notification.id for notification in notifications]
    originators = {each.id: each.originator_id for each in notifications}
    for originator_id in set(originators.values()):
        of_one = [each for each in ids if originators[each] == originator_id]
        assert of_one == sorted(of_one)


class AsyncBoldLease(AsyncLease):
    """A lease that every contender believes to hold, as when the network is split."""

    async def try_acquire(self) -> bool:
        return True

    async def release(self) -> None:
        pass

    async def is_held(self) -> bool:
        return True
