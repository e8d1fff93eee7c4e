# Generated from partitioned_async.py by tools/async_to_sync.py: do not edit.
"""Runners of projections that are split into partitions, each processed in order by somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.application import Application, EnvType
from eventsourcing.application.application_sync import TApplication
from eventsourcing.persistence import ProgrammingError
from eventsourcing.persistence.closed_tracking import check_open
from eventsourcing.persistence.factory_sync import TTrackingRecorder
from eventsourcing.persistence.recorders_sync import TrackingRecorder
from eventsourcing.projection.application_subscription_sync import ApplicationSubscription
from eventsourcing.projection.conflicts_sync import RetryingConflicts
from eventsourcing.projection.dead_letter_queue_sync import DeadLetterQueue
from eventsourcing.projection.error_handling_sync import handle_errors, tell_failures
from eventsourcing.projection.leading_sync import LeadingProjectionRunner, SharingRunner
from eventsourcing.projection.led_processing_sync import (
    LedProcessing,
    LimitedLease,
    lease_name,
)
from eventsourcing.projection.partition_source_sync import PartitionSource, Passing
from eventsourcing.projection.partitioned_tracking_sync import PartitionedTracking
from eventsourcing.projection.partitions import Partitions
from eventsourcing.projection.processors_sync import (
    Processor,
    SkippingTracked,
    select_processor,
)
from eventsourcing.projection.projection_sync import Projection
from eventsourcing.projection.runner_flavour_sync import ViewClass
from eventsourcing.projection.runner_sync import (
    EventSourcedProjectionRunner,
    ProjectionRunner,
    TEventSourcedProjection,
)
from eventsourcing.projection.status import ProjectionStatus
from eventsourcing.projection.untracked_sync import NoticingUntracked
from eventsourcing.projection.upstream_sync import (
    ApplicationUpstream,
    Upstream,
    refuse_application_class,
)


class PartitionedRunner(SharingRunner[TApplication]):
    """Base of runners of which each takes some or all of the partitions.

    A subclass sets `_partitions` before anything is started.
    """

    _partitions: Partitions

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions that are, or are just about to be, processed here."""
        if self._processing is None:
            return frozenset()
        led = zip(self._partitions.candidates(), self._processing.leading(), strict=True)
        return frozenset(partition for partition, is_leading in led if is_leading)

    @property
    def dead_letters(self) -> DeadLetterQueue:
        """Raise `ProgrammingError`: each partition has dead letters of its own."""
        raise ProgrammingError("Each partition has its own dead letters: use dead_letters_of()")

    def dead_letters_of(self, partition: int) -> DeadLetterQueue:
        """The events of a partition that were put aside, to be listed, retried and dropped.

        The partition need not be one that is processed here; the runner must have been started.
        """
        if self._processing is None:
            raise ProgrammingError("The runner has not been started")
        return DeadLetterQueue(
            self.projection, self._upstream, tracking_name=self._layout.name_of(partition)
        )

    def _select_upstream(self, application_class: Any) -> type[Upstream]:
        """Return the class of upstreams; the events must have a key that orders them."""
        upstream_class = super()._select_upstream(application_class)
        if not issubclass(upstream_class, ApplicationUpstream):
            raise TypeError(
                f"{refuse_application_class(application_class)}. Decisions have any number of "
                "tags, so they cannot be split in such a way that those which share a tag stay in "
                f"order: use {LeadingProjectionRunner.__name__}"
            )
        return upstream_class

    def _start(self) -> None:
        recorder, number = self._tracking_recorder, self._partitions.number
        positions = PartitionedTracking(recorder)
        self._layout, _ = positions.open_layout(self.app_name, number)
        tokens: list[object] = [None] * self._partitions.limit()

        def add_work(led: LedProcessing) -> None:
            work = _PartitionWork(self.app, recorder, self._topics, led)
            for partition in self._partitions.candidates():
                name = lease_name(self._projection, self.app_name, f"{partition}/{number}")
                lease = LimitedLease(self._make_lease(name), tokens)
                projection = self._projection_of_partition()
                make_processor = partial(self._make_processor, projection, recorder)
                led.add_work(lease, work.of(partition, number, make_processor))

        self._start_sharing(positions, add_work)

    def _projection_of_partition(self) -> Any:
        """Return the projection object that processes the events of a partition."""
        return self._projection

    @staticmethod
    def _make_processor(
        projection: Any, recorder: TrackingRecorder, term: Interruption
    ) -> Processor:
        """Return what has the projection process events until the term ends."""
        return handle_errors(select_processor(projection), projection, recorder, term)


class PartitionedProjectionRunner(
    PartitionedRunner[TApplication],
    ProjectionRunner[TApplication, TTrackingRecorder],
):
    """Runs a projection in partitions: each processes the events of its own aggregates, in order.

    `partitions=N` processes all of N partitions here, concurrently; several processes with the same
    N share them. `Partitions(N, only=…, at_most=…)` says that this process takes only some of them.
    Each partition is processed by whoever holds its lease on the view's database, and has a
    projection object of its own; all share the view, whose methods are called concurrently. Its
    positions are tracked under a name of its own, which the handler finds in the tracking object;
    `PartitionedTracking` tells how far all have come.

    N stays the same for a view, see `PartitionedTracking.change_number()`; with another one,
    the runner fails with `ProgrammingError`.
    """

    def __init__(
        self,
        *,
        application_class: type[TApplication],
        projection_class: type[Projection[TTrackingRecorder]],
        view_class: ViewClass[TTrackingRecorder],
        partitions: int | Partitions,
        env: EnvType | None = None,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        self._partitions = Partitions.of(partitions)
        super().__init__(
            application_class=application_class,
            projection_class=projection_class,
            view_class=view_class,
            env=env,
            on_progress=on_progress,
        )

    def _projection_of_partition(self) -> Any:
        return type(self.projection)(self._view)


class PartitionedEventSourcedProjectionRunner(
    PartitionedRunner[TApplication],
    EventSourcedProjectionRunner[TApplication, TEventSourcedProjection],
):
    """Runs an event-sourced projection in partitions, each with the events of its own aggregates.

    See `PartitionedProjectionRunner`; leases and positions are in the projection's database.
    All partitions share the projection object, whose `policy()` is called concurrently. Policies of
    different partitions may change the same aggregate of the projection: of those that do so at the
    same time, one is recorded, and the others are called again, for the same event, with what was
    recorded. When that has happened fifty times, the `IntegrityError` is one of the projection.
    """

    def __init__(
        self,
        *,
        application_class: type[TApplication],
        projection_class: type[TEventSourcedProjection],
        partitions: int | Partitions,
        env: EnvType | None = None,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        self._partitions = Partitions.of(partitions)
        super().__init__(
            application_class=application_class,
            projection_class=projection_class,
            env=env,
            on_progress=on_progress,
        )

    @staticmethod
    def _make_processor(
        projection: Any, recorder: TrackingRecorder, term: Interruption
    ) -> Processor:
        processor = RetryingConflicts(select_processor(projection), recorder, term)
        # Partitions process at the same time, so retrying dead letters need not be kept apart.
        return handle_errors(processor, projection, recorder, term, alternate=False)


class _PartitionWork:
    """What is done in each term to follow an application in one partition."""

    def __init__(
        self,
        app: Application[Any],
        recorder: TrackingRecorder,
        topics: Sequence[str],
        led: LedProcessing,
    ) -> None:
        self._app = app
        self._recorder = recorder
        self._topics = topics
        self._led = led

    def of(
        self, partition: int, number: int, make_processor: Callable[[Interruption], Processor]
    ) -> Callable[[Interruption], Any]:
        """Return the work of one partition."""
        recorder = self._recorder

        def process(term: Interruption) -> None:
            positions = PartitionedTracking(recorder)
            layout, history = positions.open_layout(self._app.name, number)
            name = layout.name_of(partition)
            start = recorder.max_tracking_id(name)
            check_open(name, start)
            processor = make_processor(term)
            tell_failures(processor, self._led.note_failure)
            processor = NoticingUntracked(processor, recorder, name)
            processor = SkippingTracked(Passing(processor, recorder), recorder, name)
            with ApplicationSubscription(self._app, start, self._topics) as subscription:
                source = PartitionSource(subscription, layout, partition, history)
                self._led.process(source, processor, term)

        return process
