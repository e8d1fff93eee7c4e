# Generated from recorders_async.py by tools/async_to_sync.py: do not edit.
"""The recorder interfaces, which every engine implements (contract B1-B11, D1-D6, Y1-Y10)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing._concurrency.listeners import Listeners, Settable
from eventsourcing._concurrency.primitives_sync import Event, sleep
from eventsourcing._concurrency.signals_sync import Interruption, Signal
from eventsourcing.persistence.closed_tracking import read_position
from eventsourcing.persistence.dead_letters_sync import DeadLetterRecorder
from eventsourcing.persistence.errors import WaitInterruptedError
from eventsourcing.persistence.recording import Awaited, awaited_position, check_wait
from eventsourcing.persistence.records import Notification, StoredEvent, Tracking

if TYPE_CHECKING:
    from eventsourcing.persistence.subscription_sync import Subscription

_FIRST_POLL_SECONDS = 0.002
_LONGEST_POLL_SECONDS = 0.1
_NUM_UNLIMITED_LOOKS = 5
_SHORTEST_PAUSE_SECONDS = 0.005


class Recorder:
    """Base of all recorders."""


class AggregateRecorder(Recorder, ABC):
    """Stores and selects the events (or snapshots) of aggregates."""

    @abstractmethod
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all the events atomically, or none.

        Raises `IntegrityError` if an event with the same ID and version is stored already or
        given twice. Versions are not checked for gaps. Unknown keywords are ignored.
        Application recorders return the notification IDs in the order of the events, others `None`.
        """

    @abstractmethod
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return events of one aggregate in the order of their versions, descending if `desc`.

        Versions greater than `gt`, up to and including `lte`, at most `limit` of them.
        """


class ApplicationRecorder(AggregateRecorder):
    """Stores events also in one total order, in which notifications can be selected.

    IDs increase strictly in the order of recording. Once a reader has seen an ID, no lower ID
    becomes visible later. Gaps are possible, and must be expected.
    """

    @abstractmethod
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs.

        IDs from `start` (or greater than it, unless `inclusive_of_start`) up to and including
        `stop`; of the given topics, if any. `start=None` is the beginning.
        """

    @abstractmethod
    def max_notification_id(self) -> int | None:
        """Return the greatest notification ID, `None` if there are no events."""

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        """Return an iterator over notifications after `gt`, which waits for new ones at the end."""
        raise NotImplementedError(
            f"The {type(self).__qualname__} recorder does not support subscriptions"
        )


class TrackingRecorder(Recorder, DeadLetterRecorder, ABC):
    """Records how far the notifications of upstream applications have been processed."""

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record that a notification has been processed.

        Raises `IntegrityError` if its ID is not greater than the greatest one recorded.
        """
        raise NotImplementedError(f"{type(self).__qualname__} does not implement insert_tracking()")

    @abstractmethod
    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the greatest processed notification ID of the application, `None` if none is."""

    def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
        """Say whether the notification has been processed (`None` always has)."""
        if notification_id is None:
            return True
        max_tracking_id = self.max_tracking_id(application_name)
        return max_tracking_id is not None and read_position(max_tracking_id) >= notification_id

    def wait(
        self,
        application_name: str,
        notification_id: Awaited,
        timeout: float = 1.0,
        interrupt: Event | Interruption | None = None,
    ) -> None:
        """Return when the notification has been processed, or all that `save()` has returned.

        Raises `TimeoutError` after `timeout` seconds, and `WaitInterruptedError` if `interrupt`
        is set first. What has been processed already is never waited for.
        """
        check_wait(application_name, timeout)
        position = awaited_position(notification_id)
        wait = _Wait(self, application_name, position, timeout, interrupt)
        if wait.is_over():
            return
        # What is tracked from here on wakes this wait; what was tracked just before is looked for.
        wait.listen()
        try:
            while not wait.is_over():
                wait.pause()
        finally:
            wait.unlisten()

    def listen_for_tracking(self, listener: Settable) -> None:
        """Have the event set when something may have been tracked; harmless when repeated.

        How much is told is up to the engine: at least what the runner that uses this recorder has
        processed, at most what is committed to the database, by any process.
        """
        vars(self).setdefault("_tracking_listeners", Listeners()).add(listener)

    def unlisten_for_tracking(self, listener: Settable) -> None:
        """Leave the event alone from now on; harmless when repeated."""
        vars(self).setdefault("_tracking_listeners", Listeners()).discard(listener)

    def tell_tracking_listeners(self) -> None:
        """Have those who wait look whether they still have to; called after something was tracked.

        Never raises, and does not block.
        """
        listeners = vars(self).get("_tracking_listeners")
        if listeners is not None:
            listeners.set()


class ProcessRecorder(TrackingRecorder, ApplicationRecorder, ABC):
    """Stores events and, in the same transaction, the tracking record given as `tracking=`."""


class _Wait:
    """One wait for a notification to be processed.

    It looks when it is told to, and now and then, because not every engine tells what other
    processes do.
    """

    def __init__(
        self,
        recorder: TrackingRecorder,
        application_name: str,
        notification_id: int | None,
        timeout: float,
        interrupt: Event | Interruption | None,
    ) -> None:
        self._recorder = recorder
        self._application_name = application_name
        self._notification_id = notification_id
        self._interrupt = interrupt
        self._deadline = monotonic() + timeout
        self._woken = Signal()
        self._pause_seconds = _FIRST_POLL_SECONDS
        self._num_pauses_cut_short = 0

    def listen(self) -> None:
        """Be told about what may end the wait."""
        self._recorder.listen_for_tracking(self._woken)
        if isinstance(self._interrupt, Interruption):
            self._interrupt.listen(self._woken)

    def unlisten(self) -> None:
        """Be told no longer."""
        self._recorder.unlisten_for_tracking(self._woken)
        if isinstance(self._interrupt, Interruption):
            self._interrupt.unlisten(self._woken)

    def is_over(self) -> bool:
        """Say whether the notification has been processed; raise if it is not to be waited for."""
        self._woken.clear()  # before looking: what happens while it looks wakes it again
        if self._recorder.has_tracking_id(self._application_name, self._notification_id):
            return True
        if self._interrupt is not None and self._interrupt.is_set():
            raise WaitInterruptedError
        if monotonic() >= self._deadline:
            raise TimeoutError(
                f"Timed out waiting for notification {self._notification_id} "
                f"from application '{self._application_name}' to be processed"
            )
        return False

    def pause(self) -> None:
        """Wait until there is reason to look again."""
        seconds = min(self._pause_seconds, max(0.0, self._deadline - monotonic()))
        if not self._woken.wait_at_most(seconds):
            self._pause_seconds = min(self._pause_seconds * 2, _LONGEST_POLL_SECONDS)
            return
        self._num_pauses_cut_short += 1
        if self._num_pauses_cut_short > _NUM_UNLIMITED_LOOKS:
            # Much is going on, and there is still a long way to go.
            sleep(min(seconds, _SHORTEST_PAUSE_SECONDS))
