# Generated from leading_async.py by tools/async_to_sync.py: do not edit.
"""Runners that process only while they lead, so that several processes may run the same one."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.application.application_sync import TApplication
from eventsourcing.persistence.closed_tracking import check_open
from eventsourcing.persistence.factory_sync import TTrackingRecorder
from eventsourcing.persistence.recorders_sync import TrackingRecorder
from eventsourcing.projection.error_handling_sync import handle_errors, tell_failures
from eventsourcing.projection.led_processing_sync import (
    LedProcessing,
    lease_name,
)
from eventsourcing.projection.processors_sync import SkippingTracked, select_processor
from eventsourcing.projection.reporting_sync import Reporter, Teller
from eventsourcing.projection.runner_base_sync import BaseProjectionRunner
from eventsourcing.projection.runner_sync import (
    EventSourcedProjectionRunner,
    ProjectionRunner,
    TEventSourcedProjection,
)
from eventsourcing.projection.untracked_sync import NoticingUntracked
from eventsourcing.projection.upstream_sync import TFollowed, Upstream


class SharingRunner(BaseProjectionRunner[TFollowed]):
    """Base of runners that process under leases, together with others in other processes."""

    _processing: Any

    @property
    def is_leading(self) -> bool:
        """Whether events are, or are just about to be, processed here."""
        return self._processing is not None and any(self._processing.leading())

    def _start_sharing(
        self, positions: TrackingRecorder, add_work: Callable[[LedProcessing], None]
    ) -> None:
        led = LedProcessing(self._interruption, weakref.ref(self))
        add_work(led)
        self._reporter = Reporter(self._upstream, positions, self._topics, led, self._on_progress)
        led.add_observer(Teller(positions).tell)
        led.add_observer(self._reporter.tell_progress)
        self._tracking_recorder = positions
        # The task does not refer to this object, so that deleting this stops that (J26).
        self._task = spawn(led.run, name=f"{type(self).__name__}-lead")
        self._processing = led


class BaseLeadingRunner(SharingRunner[TFollowed]):
    """Base of runners of which one leads."""

    def _start(self) -> None:
        recorder, upstream, projection = self._tracking_recorder, self._upstream, self._projection
        lease = self._make_lease(lease_name(type(projection), upstream.name))

        def add_work(led: LedProcessing) -> None:
            following = Following(upstream, recorder, projection, self._topics, led)
            led.add_work(lease, following.process)

        self._start_sharing(recorder, add_work)


class LeadingProjectionRunner(
    BaseLeadingRunner[TFollowed],
    ProjectionRunner[TFollowed, TTrackingRecorder],
):
    """Runs a projection in one of several processes; the others stand by.

    All make this runner with the same arguments. The one that holds a lease on the view's database
    leads: it processes events as `ProjectionRunner` does. When it is closed or dies, another
    leads within about a second, and goes on after the last tracked position. One that has lost its
    lease stops processing and stands by. Each event takes effect once, also while two believe that
    they lead. `wait()` waits for what any of them processes.
    """


class LeadingEventSourcedProjectionRunner(
    BaseLeadingRunner[TApplication],
    EventSourcedProjectionRunner[TApplication, TEventSourcedProjection],
):
    """Runs an event-sourced projection in one of several processes; the others stand by.

    See `LeadingProjectionRunner`; the lease is one on the projection's database.
    """


class Following:
    """Follows an application after the last tracked position: what is done in each term."""

    def __init__(
        self,
        upstream: Upstream,
        recorder: TrackingRecorder,
        projection: Any,
        topics: Sequence[str],
        led: LedProcessing,
    ) -> None:
        self._upstream = upstream
        self._recorder = recorder
        self._projection = projection
        self._topics = topics
        self._led = led

    def process(self, term: Interruption) -> None:
        """Process events until the term ends."""
        name = self._upstream.name
        position = self._recorder.max_tracking_id(name)
        check_open(name, position)
        processor = select_processor(self._projection)
        processor = handle_errors(
            processor, self._projection, self._recorder, term, kind=self._upstream.kind
        )
        tell_failures(processor, self._led.note_failure)
        processor = NoticingUntracked(processor, self._recorder, name)
        processor = SkippingTracked(processor, self._recorder, name)
        with self._upstream.subscribe(position, self._topics) as subscription:
            self._led.process(subscription, processor, term)
