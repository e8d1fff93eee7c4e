"""Runners that process only while they lead, so that several processes may run the same one."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.application.application_async import TAsyncApplication
from eventsourcing.persistence.closed_tracking import check_open
from eventsourcing.persistence.factory_async import TAsyncTrackingRecorder
from eventsourcing.persistence.recorders_async import AsyncTrackingRecorder
from eventsourcing.projection.error_handling_async import handle_errors, tell_failures
from eventsourcing.projection.led_processing_async import (
    AsyncLedProcessing,
    lease_name,
)
from eventsourcing.projection.processors_async import AsyncSkippingTracked, select_processor
from eventsourcing.projection.reporting_async import AsyncReporter, AsyncTeller
from eventsourcing.projection.runner_async import (
    AsyncEventSourcedProjectionRunner,
    AsyncProjectionRunner,
    TAsyncEventSourcedProjection,
)
from eventsourcing.projection.runner_base_async import AsyncBaseProjectionRunner
from eventsourcing.projection.untracked_async import AsyncNoticingUntracked
from eventsourcing.projection.upstream_async import AsyncUpstream, TAsyncFollowed


class AsyncSharingRunner(AsyncBaseProjectionRunner[TAsyncFollowed]):
    """Base of runners that process under leases, together with others in other processes."""

    _processing: Any

    @property
    def is_leading(self) -> bool:
        """Whether events are, or are just about to be, processed here."""
        return self._processing is not None and any(self._processing.leading())

    async def _start_sharing(
        self, positions: AsyncTrackingRecorder, add_work: Callable[[AsyncLedProcessing], None]
    ) -> None:
        led = AsyncLedProcessing(self._interruption, weakref.ref(self))
        add_work(led)
        self._reporter = AsyncReporter(
            self._upstream, positions, self._topics, led, self._on_progress
        )
        led.add_observer(AsyncTeller(positions).tell)
        led.add_observer(self._reporter.tell_progress)
        self._tracking_recorder = positions
        # The task does not refer to this object, so that deleting this stops that (J26).
        self._task = spawn(led.run, name=f"{type(self).__name__}-lead")
        self._processing = led


class AsyncBaseLeadingRunner(AsyncSharingRunner[TAsyncFollowed]):
    """Base of runners of which one leads."""

    async def _start(self) -> None:
        recorder, upstream, projection = self._tracking_recorder, self._upstream, self._projection
        lease = self._make_lease(lease_name(type(projection), upstream.name))

        def add_work(led: AsyncLedProcessing) -> None:
            following = AsyncFollowing(upstream, recorder, projection, self._topics, led)
            led.add_work(lease, following.process)

        await self._start_sharing(recorder, add_work)


class AsyncLeadingProjectionRunner(
    AsyncBaseLeadingRunner[TAsyncFollowed],
    AsyncProjectionRunner[TAsyncFollowed, TAsyncTrackingRecorder],
):
    """Runs a projection in one of several processes; the others stand by.

    All make this runner with the same arguments. The one that holds a lease on the view's database
    leads: it processes events as `AsyncProjectionRunner` does. When it is closed or dies, another
    leads within about a second, and goes on after the last tracked position. One that has lost its
    lease stops processing and stands by. Each event takes effect once, also while two believe that
    they lead. `wait()` waits for what any of them processes.
    """


class AsyncLeadingEventSourcedProjectionRunner(
    AsyncBaseLeadingRunner[TAsyncApplication],
    AsyncEventSourcedProjectionRunner[TAsyncApplication, TAsyncEventSourcedProjection],
):
    """Runs an event-sourced projection in one of several processes; the others stand by.

    See `AsyncLeadingProjectionRunner`; the lease is one on the projection's database.
    """


class AsyncFollowing:
    """Follows an application after the last tracked position: what is done in each term."""

    def __init__(
        self,
        upstream: AsyncUpstream,
        recorder: AsyncTrackingRecorder,
        projection: Any,
        topics: Sequence[str],
        led: AsyncLedProcessing,
    ) -> None:
        self._upstream = upstream
        self._recorder = recorder
        self._projection = projection
        self._topics = topics
        self._led = led

    async def process(self, term: Interruption) -> None:
        """Process events until the term ends."""
        name = self._upstream.name
        position = await self._recorder.max_tracking_id(name)
        check_open(name, position)
        processor = select_processor(self._projection)
        processor = handle_errors(
            processor, self._projection, self._recorder, term, kind=self._upstream.kind
        )
        tell_failures(processor, self._led.note_failure)
        processor = AsyncNoticingUntracked(processor, self._recorder, name)
        processor = AsyncSkippingTracked(processor, self._recorder, name)
        async with self._upstream.subscribe(position, self._topics) as subscription:
            await self._led.process(subscription, processor, term)
