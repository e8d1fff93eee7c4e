"""Runners of projections that are split into partitions, each processed in order by somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.application import AsyncApplication, EnvType
from eventsourcing.application.application_async import TAsyncApplication
from eventsourcing.persistence import Mapper, Notification, ProgrammingError, Tracking
from eventsourcing.persistence.closed_tracking import check_open
from eventsourcing.persistence.factory_async import TAsyncTrackingRecorder
from eventsourcing.persistence.leases_async import AsyncLease
from eventsourcing.persistence.recorders_async import AsyncTrackingRecorder
from eventsourcing.persistence.subscription_async import AsyncSubscription
from eventsourcing.projection.application_subscription_async import AsyncApplicationSubscription
from eventsourcing.projection.dead_letter_queue_async import AsyncDeadLetterQueue
from eventsourcing.projection.error_handling_async import handle_errors, tell_failures
from eventsourcing.projection.jobs import Job
from eventsourcing.projection.leading_async import AsyncSharingRunner
from eventsourcing.projection.led_processing_async import (
    AsyncLedProcessing,
    AsyncLimitedLease,
    lease_name,
)
from eventsourcing.projection.partitioned_tracking_async import AsyncPartitionedTracking
from eventsourcing.projection.partitions import (
    History,
    Layout,
    Partitions,
    partition_of,
)
from eventsourcing.projection.processors_async import (
    AsyncProcessor,
    AsyncSkippingTracked,
    select_processor,
)
from eventsourcing.projection.projection_async import AsyncProjection
from eventsourcing.projection.runner_async import AsyncProjectionRunner
from eventsourcing.projection.runner_flavour_async import ViewClass
from eventsourcing.projection.status import ProjectionStatus

_PASSED: Final[Any] = object()
"""Stands for an event: up to this position there was nothing more for this partition."""


class AsyncPartitionedProjectionRunner(
    AsyncSharingRunner[TAsyncApplication],
    AsyncProjectionRunner[TAsyncApplication, TAsyncTrackingRecorder],
):
    """Runs a projection in partitions: each processes the events of its own aggregates, in order.

    `partitions=N` processes all of N partitions here, concurrently; several processes with the same
    N share them. `Partitions(N, only=…, at_most=…)` says that this process takes only some of them.
    Each partition is processed by whoever holds its lease on the view's database, and has a
    projection object of its own; all share the view, whose methods are called concurrently. Its
    positions are tracked under a name of its own, which the handler finds in the tracking object;
    `AsyncPartitionedTracking` tells how far all have come.

    N stays the same for a view, see `AsyncPartitionedTracking.change_number()`; with another one,
    the runner fails with `ProgrammingError`.
    """

    def __init__(
        self,
        *,
        application_class: type[TAsyncApplication],
        projection_class: type[AsyncProjection[TAsyncTrackingRecorder]],
        view_class: ViewClass[TAsyncTrackingRecorder],
        partitions: int | Partitions,
        env: EnvType | None = None,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        share = Partitions(partitions) if isinstance(partitions, int) else partitions
        self._number = share.number
        self._partitions = share.candidates()
        self._at_most = share.limit()
        super().__init__(
            application_class=application_class,
            projection_class=projection_class,
            view_class=view_class,
            env=env,
            on_progress=on_progress,
        )

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions that are, or are just about to be, processed here."""
        if self._processing is None:
            return frozenset()
        led = zip(self._partitions, self._processing.leading(), strict=True)
        return frozenset(partition for partition, is_leading in led if is_leading)

    @property
    def dead_letters(self) -> AsyncDeadLetterQueue:
        """Raise `ProgrammingError`: each partition has dead letters of its own."""
        raise ProgrammingError("Each partition has its own dead letters: use dead_letters_of()")

    def dead_letters_of(self, partition: int) -> AsyncDeadLetterQueue:
        """The events of a partition that were put aside, to be listed, retried and dropped.

        The partition need not be one that is processed here; the runner must have been started.
        """
        if self._processing is None:
            raise ProgrammingError("The runner has not been started")
        return AsyncDeadLetterQueue(
            self.projection, self.app, tracking_name=self._layout.name_of(partition)
        )

    async def _start(self) -> None:
        positions = AsyncPartitionedTracking(self._view)
        self._layout, _ = await positions.open_layout(self.app_name, self._number)
        tokens: list[object] = [None] * self._at_most

        def add_work(led: AsyncLedProcessing) -> None:
            for partition in self._partitions:
                projection = type(self.projection)(self._view)
                work = _PartitionWork(self.app, positions, projection, self._topics, led)
                lease = self._make_lease(partition)
                led.add_work(
                    AsyncLimitedLease(lease, tokens), work.of(self._view, partition, self._number)
                )

        await self._start_sharing(positions, add_work)

    def _make_lease(self, partition: int) -> AsyncLease:
        name = lease_name(type(self.projection), self.app_name, f"{partition}/{self._number}")
        return self._factory.lease(name)


class _PartitionWork:
    """What is done in each term to follow an application in one partition."""

    def __init__(
        self,
        app: AsyncApplication[Any],
        positions: AsyncPartitionedTracking,
        projection: Any,
        topics: Sequence[str],
        led: AsyncLedProcessing,
    ) -> None:
        self._app = app
        self._positions = positions
        self._projection = projection
        self._topics = topics
        self._led = led

    def of(
        self, recorder: AsyncTrackingRecorder, partition: int, number: int
    ) -> Callable[[Interruption], Any]:
        """Return the work of one partition."""

        async def process(term: Interruption) -> None:
            layout, history = await self._positions.open_layout(self._app.name, number)
            name = layout.name_of(partition)
            start = await recorder.max_tracking_id(name)
            check_open(name, start)
            processor = select_processor(self._projection)
            processor = handle_errors(processor, self._projection, recorder, term)
            tell_failures(processor, self._led.note_failure)
            processor = AsyncSkippingTracked(AsyncPassing(processor, recorder), recorder, name)
            async with AsyncApplicationSubscription(self._app, start, self._topics) as subscription:
                source = AsyncPartitionSource(subscription, layout, partition, history)
                await self._led.process(source, processor, term)

        return process


class AsyncPartitionSource:
    """The events of a subscription that belong to one partition.

    After those that were read at once comes a position without an event, if other partitions have
    the last of these, so that it is known that this one has seen everything up to there.
    """

    def __init__(
        self,
        subscription: AsyncApplicationSubscription[Any],
        layout: Layout,
        partition: int,
        history: History | None = None,
    ) -> None:
        self._subscription: AsyncSubscription[Any] = subscription.subscription
        self._mapper: Mapper[Any] = subscription.mapper
        self._layout = layout
        self._partition = partition
        self._name = layout.name_of(partition)
        self._history = history or History()
        self._unconverted: Sequence[Notification] = ()

    def stop(self) -> None:
        """End, also for one who waits for events; does not block."""
        self._subscription.stop()

    async def next_batch(self, limit: int) -> list[Job[Any]]:
        """Return the next events, about `limit` if there are as many, waiting for the first only.

        Events that cannot be reconstructed fail as those of the subscription do.
        """
        number = limit * self._layout.number  # of which a fraction belongs to this partition
        notifications = self._unconverted or await self._subscription.next_batch(number)
        self._unconverted = ()
        jobs: list[Job[Any]] = []
        for index, notification in enumerate(notifications):
            if not self._is_mine(notification):
                continue
            try:
                domain_event = self._mapper.to_domain_event(notification)
            except Exception:
                if not jobs:
                    raise
                self._unconverted = notifications[index:]
                return jobs
            jobs.append((domain_event, Tracking(self._name, notification.id)))
        last = notifications[-1].id
        if not jobs or jobs[-1][1].notification_id < last:
            jobs.append((_PASSED, Tracking(self._name, last)))
        return jobs

    def _is_mine(self, notification: Notification) -> bool:
        originator_id, number = notification.originator_id, self._layout.number
        return partition_of(originator_id, number) == self._partition and not self._history.has(
            originator_id, notification.id
        )


class AsyncPassing:
    """Tracks positions without an event; events are processed by another processor."""

    def __init__(self, processor: AsyncProcessor, recorder: AsyncTrackingRecorder) -> None:
        self._processor = processor
        self._recorder = recorder

    @property
    def batch_size(self) -> int:
        """That of the other processor."""
        return self._processor.batch_size

    async def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Process the events, then track the position at the end."""
        domain_event, tracking = jobs[-1]
        if domain_event is not _PASSED:
            await self._processor.process(jobs)
            return
        if len(jobs) > 1:
            await self._processor.process(jobs[:-1])
        await self._recorder.insert_tracking(tracking)
