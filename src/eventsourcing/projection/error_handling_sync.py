# Generated from error_handling_async.py by tools/async_to_sync.py: do not edit.
"""Processors that do what a projection declares as `on_error`: retrying, and putting aside."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    DeadLetter,
    IntegrityError,
    NotBlockedError,
)
from eventsourcing.persistence.recorders_sync import TrackingRecorder
from eventsourcing.projection.blocked_sync import (
    Blocked,
    BlockedAggregates,
    BlockedDecisions,
)
from eventsourcing.projection.error_policy import (
    NOT_THE_EVENTS_FAULT,
    ErrorPolicy,
    PutAside,
    Retry,
    RetryInterruptedError,
    Stop,
    find_policy,
)
from eventsourcing.projection.error_texts import describe_error
from eventsourcing.projection.event_kinds import AGGREGATE_EVENTS, EventKind
from eventsourcing.projection.jobs import Job
from eventsourcing.projection.processors_sync import Processor
from eventsourcing.utils import get_topic

logger: logging.Logger = logging.getLogger(__name__)


class AlreadyTrackedError(IntegrityError):
    """An event has failed that is tracked: by another runner, or before its error was raised."""


def handle_errors(
    processor: Processor,
    projection: Any,
    recorder: TrackingRecorder,
    interruption: Interruption | None = None,
    *,
    kind: EventKind = AGGREGATE_EVENTS,
    alternate: bool = True,
) -> Processor:
    """Return a processor that does what the projection declares; the same one if that is `Stop()`.

    `recorder` is where the projection's positions are; `interruption` ends the pauses between
    attempts; `kind` is that of the events. Dead letters are not retried while events are processed,
    unless `alternate` is false: that is for projections that see to it themselves. See also
    `tell_failures()`.
    """
    policy: ErrorPolicy = find_policy(projection)
    if isinstance(policy, Stop):
        return processor
    retry = policy if isinstance(policy, Retry) else Retry(attempts=1, then=policy)
    if alternate:
        processor = Alternating(processor, find_lock(projection))
    interruption = interruption or Interruption()
    retrying = Retrying(processor, recorder, retry, interruption, name_of(projection))
    if not isinstance(retry.then, PutAside):
        return retrying
    return PuttingAside(retrying, recorder, kind)


def tell_failures(processor: Processor, on_failure: Callable[[Exception], object]) -> Processor:
    """Have errors that the processor deals with told to the function; return the processor."""
    if isinstance(processor, Retrying | PuttingAside):
        processor.on_failure = on_failure
    return processor


def find_lock(projection: Any) -> Lock:
    """Return the lock that is held while the projection processes, so that it can be retried."""
    lock: Lock = vars(projection).setdefault("_retry_lock", Lock())
    return lock


def name_of(projection: Any) -> str:
    """Return the name by which logs and errors call the projection."""
    return getattr(projection, "name", "") or type(projection).__qualname__


class Alternating:
    """Processes events while nobody retries dead letters with the same projection object."""

    def __init__(self, processor: Processor, lock: Lock) -> None:
        self._processor = processor
        self._lock = lock

    @property
    def batch_size(self) -> int:
        """That of the other processor."""
        return self._processor.batch_size

    def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Process the events when the lock is free."""
        with self._lock:
            self._processor.process(jobs)


class Retrying:
    """Processes an event that has failed again, after a pause, until it has failed often enough.

    When several events fail together, they are processed one by one. For an event that turns out to
    be tracked, by somebody else or in spite of its error, `IntegrityError` is raised: it is neither
    processed again nor put aside.
    """

    def __init__(
        self,
        processor: Processor,
        recorder: TrackingRecorder,
        policy: Retry,
        interruption: Interruption,
        name: str,
    ) -> None:
        self.on_failure: Callable[[Exception], object] | None = None
        self.num_attempts: int = 0
        """The attempts that were made with the last event that was processed by itself."""
        self._processor = processor
        self._recorder = recorder
        self._policy = policy
        self._interruption = interruption
        self._name = name

    @property
    def batch_size(self) -> int:
        """That of the other processor."""
        return self._processor.batch_size

    def describe(self, *jobs: Job[Any]) -> str:
        """Return whose work it is, and with which notifications, for logs and errors."""
        first, last = jobs[0][1], jobs[-1][1]
        numbers = f"notification {first.notification_id}"
        if first.notification_id != last.notification_id:
            numbers = f"notifications {first.notification_id} to {last.notification_id}"
        return f"{self._name}: {numbers} from '{first.application_name}'"

    def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Process the events; raises the error of the last attempt."""
        if len(jobs) > 1 and self.batch_size > 1 and self.try_together(jobs):
            return
        for job in jobs:
            self.process_one(job)

    def try_together(self, jobs: Sequence[Job[Any]]) -> bool:
        """Try once to process several events together; return whether that was done."""
        try:
            self._processor.process(jobs)
        except ConnectionPoolClosedError:
            raise
        except Exception as error:
            self.check_unprocessed(jobs[0], error)
            self._tell(error)
            logger.info("%s are processed one by one after %r", self.describe(*jobs), error)
            return False
        return True

    def process_one(self, job: Job[Any]) -> None:
        """Process one event, in as many attempts as there may be."""
        waits = self._policy.waits()
        self.num_attempts = 0
        while True:
            self.num_attempts += 1
            try:
                self._processor.process([job])
            except ConnectionPoolClosedError:
                raise
            except Exception as error:
                self.check_unprocessed(job, error)
                self._tell(error)
                seconds = next(waits, None)
                if seconds is None:
                    raise
                last_error = error
            else:
                return
            self._pause(seconds, job, last_error)
            del last_error  # its traceback refers to this frame

    def _pause(self, seconds: float, job: Job[Any], error: Exception) -> None:
        logger.warning(
            "%s: attempt %d failed, the next is made in %.3g seconds",
            self.describe(job),
            self.num_attempts,
            seconds,
            exc_info=error,
        )
        if self._interruption.wait_at_most(seconds):
            raise RetryInterruptedError(f"{self.describe(job)} waited for another try") from error

    def check_unprocessed(self, job: Job[Any], error: Exception) -> None:
        """Raise `AlreadyTrackedError` for an event that has failed and is tracked nevertheless."""
        tracking = job[1]
        try:
            is_processed = self._recorder.has_tracking_id(
                tracking.application_name, tracking.notification_id
            )
        except NOT_THE_EVENTS_FAULT:  # the next attempt will tell
            return
        if not is_processed:
            return
        text = f"{self.describe(job)} has failed, but it is tracked already"
        if not isinstance(error, IntegrityError):
            self._tell(error)
            logger.error(text, exc_info=error)
        raise AlreadyTrackedError(text) from error

    def _tell(self, error: Exception) -> None:
        if self.on_failure is not None:
            self.on_failure(error)


class PuttingAside:
    """Puts events aside that cannot be processed, and later ones of their aggregates.

    Of decisions, later ones that share a tag with any of those that are put aside. A dead letter is
    recorded instead of the position, so an event is either processed or put aside, whatever happens
    meanwhile.
    """

    def __init__(self, retrying: Retrying, recorder: TrackingRecorder, kind: EventKind) -> None:
        self._retrying = retrying
        self._recorder = recorder
        self._kind = kind
        self._blocked: Blocked = (
            BlockedDecisions(recorder) if kind.has_tags else BlockedAggregates(recorder)
        )
        self._is_prepared = False

    @property
    def batch_size(self) -> int:
        """That of the other processor."""
        return self._retrying.batch_size

    @property
    def on_failure(self) -> Callable[[Exception], object] | None:
        """What is told of each attempt that failed."""
        return self._retrying.on_failure

    @on_failure.setter
    def on_failure(self, function: Callable[[Exception], object] | None) -> None:
        self._retrying.on_failure = function

    def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Process the events, or put them aside; in this order."""
        if not self._is_prepared:
            self._recorder.prepare_dead_letters()
            self._is_prepared = True
        try:
            self._process(jobs)
        except IntegrityError:
            # Another runner has processed some: it may have put others of them aside.
            for name in {tracking.application_name for _, tracking in jobs}:
                self._blocked.forget(name)
            raise

    def _process(self, jobs: Sequence[Job[Any]]) -> None:
        if self.batch_size == 1:
            for job in jobs:
                self._process_one(job)
            return
        start = 0
        while start < len(jobs):
            end = start
            while end < len(jobs) and self._find_blocking(jobs[end]) is None:
                end += 1
            together = jobs[start:end] or jobs[start : start + 1]
            if len(together) == 1 or not self._retrying.try_together(together):
                for job in together:
                    self._process_one(job)
            start += len(together)

    def _process_one(self, job: Job[Any]) -> None:
        while (blocking_id := self._find_blocking(job)) is not None:
            if self._put_aside_after(job, blocking_id):
                return
        try:
            self._retrying.process_one(job)
        except (RetryInterruptedError, AlreadyTrackedError, *NOT_THE_EVENTS_FAULT):
            raise
        except Exception as error:
            self._put_aside(job, error)

    def _find_blocking(self, job: Job[Any]) -> int | None:
        domain_event, tracking = job
        return self._blocked.find(tracking.application_name, self._kind.keys(domain_event))

    def _put_aside_after(self, job: Job[Any], blocking_id: int) -> bool:
        """Put the event aside because of an earlier one; return false if that is gone."""
        letter = make_dead_letter(job, self._kind, follows=blocking_id)
        try:
            self._insert(letter)
        except NotBlockedError:
            self._blocked.discard(letter)
            return False
        text = self._retrying.describe(job)
        logger.info("%s was put aside after notification %d", text, blocking_id)
        return True

    def _put_aside(self, job: Job[Any], error: Exception) -> None:
        """Put an event aside that has failed."""
        text = self._retrying.describe(job)
        if not self._kind.keys(job[0]):
            error.add_note(f"{text} was not put aside: it has no {self._kind.key_name}")
            raise error
        self._insert(make_dead_letter(job, self._kind, error, self._retrying.num_attempts))
        logger.error("%s was put aside", text, exc_info=error)

    def _insert(self, letter: DeadLetter) -> None:
        # In this order: what is in the database must not be missing in memory.
        self._blocked.add(letter)
        self._recorder.insert_tracking(letter)


def make_dead_letter(
    job: Job[Any],
    kind: EventKind,
    error: Exception | None = None,
    attempts: int = 0,
    follows: int | None = None,
) -> DeadLetter:
    """Return the dead letter for an event."""
    domain_event, tracking = job
    text, traceback = ("", "") if error is None else describe_error(error)
    return DeadLetter(
        application_name=tracking.application_name,
        notification_id=tracking.notification_id,
        topic=get_topic(type(kind.fact(domain_event))),
        error=text,
        traceback=traceback,
        attempts=attempts,
        put_aside_at=datetime.now(UTC),
        follows=follows,
        **kind.origin(domain_event),
    )
