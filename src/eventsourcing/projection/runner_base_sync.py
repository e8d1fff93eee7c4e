# Generated from runner_base_async.py by tools/async_to_sync.py: do not edit.
"""What the runners of projections have in common (J17-J28)."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Generic, Self, cast

from eventsourcing._concurrency.primitives_sync import (
    BackgroundTask,
    Event,
    Lock,
    closing_on_error,
    spawn,
)
from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.application import EnvType
from eventsourcing.persistence import ProgrammingError, WaitInterruptedError
from eventsourcing.persistence.closed_tracking import check_open
from eventsourcing.persistence.leases_sync import Lease
from eventsourcing.persistence.recorders_sync import TrackingRecorder
from eventsourcing.persistence.recording import Awaited
from eventsourcing.projection.checks import check_topics
from eventsourcing.projection.dead_letter_queue_sync import DeadLetterQueue
from eventsourcing.projection.error_handling_sync import handle_errors, tell_failures
from eventsourcing.projection.event_subscription_sync import EventSubscription
from eventsourcing.projection.processing_sync import Processing
from eventsourcing.projection.processors_sync import SkippingTracked, select_processor
from eventsourcing.projection.reporting_sync import Reporter, Teller
from eventsourcing.projection.runner_flavour_sync import start_now
from eventsourcing.projection.status import ProjectionStatus
from eventsourcing.projection.untracked_sync import NoticingUntracked
from eventsourcing.projection.upstream_sync import TFollowed, Upstream, select_upstream

logger: logging.Logger = logging.getLogger(__name__)


class BaseProjectionRunner(Generic[TFollowed]):
    """Follows an application in the background, and has a projection process its events.

    Processing continues after the last position that `tracking_recorder` has of the application.
    An error stops it, and is raised once: by the next of `run_forever()`, `wait()` and the end of
    the `with` block. Several runners of one projection may run; each event is processed once.
    """

    def __init__(
        self,
        *,
        projection: Any,
        application_class: type[TFollowed],
        tracking_recorder: TrackingRecorder,
        topics: Sequence[str],
        env: EnvType | None = None,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        self._interruption = Interruption()
        self._is_stop_wanted = False
        self._is_entered = False
        self._starting = Lock()
        self._task: BackgroundTask | None = None
        self._projection = projection
        self._tracking_recorder = tracking_recorder
        check_topics(f"{type(projection).__qualname__}.topics", topics)
        self._topics = tuple(topics)
        self._on_progress = on_progress
        self._app: TFollowed | None = None
        self._processing: Processing | None = None
        with closing_on_error(self._close):
            upstream_class = self._select_upstream(application_class)
            self._app = application_class(env)
            self._upstream: Upstream = upstream_class(self._app)
            start_now(self)

    @property
    def app(self) -> TFollowed:
        """The application whose events are processed."""
        return cast("TFollowed", self._app)

    @property
    def app_name(self) -> str:
        """The name of the application, under which positions are tracked."""
        return self.app.name

    @property
    def projection(self) -> Any:
        """The projection."""
        return self._projection

    @property
    def dead_letters(self) -> DeadLetterQueue:
        """The events that were put aside, to be listed, retried and dropped."""
        return DeadLetterQueue(self._projection, self._upstream)

    @property
    def is_interrupted(self) -> Interruption:
        """Set when the runner has stopped or failed; setting it stops the runner."""
        return self._interruption

    def start(self) -> None:
        """Begin to process events; does nothing if that has begun already."""
        with self._starting:
            if self._processing is not None:
                return
            try:
                self._start()
            except BaseException:
                self.stop()
                self._close()
                raise

    def run_forever(self, timeout: float | None = None) -> None:
        """Return when the runner is stopped, or when the time is up; raise the error if it fails.

        The error is that of the projection, or of the subscription if the database fails.
        """
        self._check_started()
        self._interruption.wait_at_most(timeout)
        self._raise_error()

    def wait(self, notification_id: Awaited, timeout: float = 1.0) -> None:
        """Return when the event has been processed, or when the runner is stopped.

        To be called with a notification ID, or with the recordings that `save()` has returned.
        Raises `TimeoutError` after that many seconds, the error if processing fails, and
        `WaitInterruptedError` if `is_interrupted` was set in another way.
        """
        interrupted: WaitInterruptedError | None = None
        try:
            self._tracking_recorder.wait(
                self.app_name, notification_id, timeout, interrupt=self._interruption
            )
        except WaitInterruptedError as error:
            interrupted = error
        if interrupted is not None:
            self._raise_error()
            if not self._is_stop_wanted:
                raise interrupted

    def status(self) -> ProjectionStatus:
        """Ask the databases how far the projection has come."""
        self._check_started()
        return self._reporter.read_status()

    def stop(self) -> None:
        """Have processing end after the event in progress; does not wait for that.

        May be called repeatedly, by any thread, and by signal handlers.
        """
        self._is_stop_wanted = True
        self._interruption.set()

    def __enter__(self) -> Self:
        self.start()
        if self._is_entered:
            raise ProgrammingError("Already entered subscription context manager")
        self._is_entered = True
        return self

    def __exit__(self, *args: object) -> None:
        self._finish()
        if not self._is_entered:
            raise ProgrammingError("Not already entered subscription context manager")
        self._raise_error()

    def __del__(self) -> None:
        if "_processing" not in vars(self):  # the constructor has failed
            return
        self.stop()
        error = self._take_error()
        if error is not None:
            message = "%s was deleted before its error was raised"
            logger.error(message, type(self).__qualname__, exc_info=error)

    def _select_upstream(self, application_class: Any) -> type[Upstream]:
        """Return the class of upstreams; `TypeError` if such applications cannot be followed."""
        return select_upstream(application_class)

    def _start(self) -> None:
        upstream, recorder = self._upstream, self._tracking_recorder
        position = recorder.max_tracking_id(upstream.name)
        check_open(upstream.name, position)
        handling = handle_errors(
            select_processor(self._projection),
            self._projection,
            recorder,
            self._interruption,
            kind=upstream.kind,
        )
        noticing = NoticingUntracked(handling, recorder, upstream.name)
        with ExitStack() as stack:
            subscription = upstream.subscribe(position, self._topics)
            stack.enter_context(subscription)
            processing = Processing(
                subscription,
                SkippingTracked(noticing, recorder, upstream.name),
                self._interruption,
                weakref.ref(self),
            )
            tell_failures(handling, processing.note_failure)
            self._reporter = Reporter(
                upstream, recorder, self._topics, processing, self._on_progress
            )
            processing.add_observer(Teller(recorder).tell)
            processing.add_observer(self._reporter.tell_progress)
            # The task does not refer to this object, so that deleting this stops that (J26).
            name = f"{type(self).__name__}-process"
            self._task = spawn(_process, processing, subscription, name=name)
            stack.pop_all()  # which is left when processing has ended
        self._processing = processing

    def _finish(self) -> None:
        """Stop, wait for the event in progress, close: in this order (J25, J28)."""
        self.stop()
        try:
            if self._task is not None:
                self._task.join()
        finally:
            self._close()

    def _close(self) -> None:
        """Close the application, and what the projection writes to. May be called repeatedly."""
        try:
            if self._app is not None:
                self._app.close()
        finally:
            self._close_projection()

    def _make_lease(self, name: str) -> Lease:
        """Return a lease on the database in which positions are tracked."""
        raise NotImplementedError(f"{type(self).__qualname__} has no leases ('{name}')")

    def _close_projection(self) -> None:
        """Close what the projection writes to; here nothing, because it was made by the caller."""

    def _check_started(self) -> None:
        if self._processing is None and not self._interruption.is_set():
            raise ProgrammingError("The runner has not been started: use 'with', or start()")

    def _take_error(self) -> BaseException | None:
        return None if self._processing is None else self._processing.take_error()

    def _raise_error(self) -> None:
        error = self._take_error()
        if error is not None:
            raise error

    @staticmethod
    def _process_events_loop(
        subscription: Any, projection: Any, is_stopping: Event, runner_ref: Callable[[], Any]
    ) -> None:
        """Process what the subscription gives; an error is kept by the runner, if that is alive."""
        processing = Processing(subscription, select_processor(projection), is_stopping, runner_ref)
        processing.run()
        runner = runner_ref()
        if runner is not None and processing.last_error is not None:
            runner._processing = processing

    @staticmethod
    def _stop_subscription_when_stopping(subscription: Any, is_stopping: Event) -> None:
        """Stop the subscription as soon as the event is set."""
        is_stopping.wait()
        subscription.stop()


def _process(processing: Processing, subscription: EventSubscription[Any, Any]) -> None:
    try:
        processing.run()
    finally:
        subscription.__exit__(None, None, None)
