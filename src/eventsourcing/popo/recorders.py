"""Recorders that keep everything in memory, each for itself (contract O1-O9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing._concurrency.listeners import Listeners
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    BatchTracking,
    DeadLetter,
    IntegrityError,
    Notification,
    ProcessRecorder,
    Recorder,
    RetriedTracking,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.persistence.listening import Listener
from eventsourcing.popo.dead_letters import POPODeadLetterRecorder
from eventsourcing.popo.event_index import EventIndex, index_key

if TYPE_CHECKING:
    from eventsourcing.popo.subscription import POPOSubscription


class POPORecorder(Recorder):
    """Base of the in-memory recorders: one lock, which a thread may take repeatedly."""

    def __init__(self) -> None:
        super().__init__()
        self._database_lock = RLock()


class POPOAggregateRecorder(POPORecorder, AggregateRecorder):
    """Keeps the events of aggregates in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._stored_events: list[StoredEvent] = []
        self._index = EventIndex()

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all the events atomically, or none."""
        with self._database_lock:
            self._assert_uniqueness(stored_events, **kwargs)
            return self._update_table(stored_events, **kwargs)

    def select_events(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        originator_id: UUID | str,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return events of one aggregate in the order of their versions."""
        with self._database_lock:
            return self._index.select(originator_id, gt, lte, desc, limit)

    def _assert_uniqueness(self, stored_events: Sequence[StoredEvent], **_: Any) -> None:
        """Raise `IntegrityError` if an event is stored already, or given twice."""
        for event in stored_events:
            if self._index.has(event.originator_id, event.originator_version):
                raise IntegrityError(f"Stored event already recorded: {event}")
        if len(stored_events) > 1:
            unique = {(index_key(e.originator_id), e.originator_version) for e in stored_events}
            if len(unique) != len(stored_events):
                raise IntegrityError(f"Stored events are not unique: {stored_events}")

    def _update_table(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Store the events, whose uniqueness has been checked."""
        for event in stored_events:
            self._index.add(event)
        self._stored_events.extend(stored_events)
        return None


class POPOApplicationRecorder(  # pyright: ignore[reportIncompatibleMethodOverride]
    POPOAggregateRecorder, ApplicationRecorder
):
    """Keeps the events of an application in memory; their IDs are 1, 2, 3, … without gaps."""

    def __init__(self) -> None:
        super().__init__()
        self._listeners = Listeners()

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all the events atomically, or none, and return their notification IDs."""
        ids = super().insert_events(stored_events, **kwargs)
        if ids:
            self._listeners.set()
        return ids

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Collection[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs."""
        with self._database_lock:
            end = len(self._stored_events)
        # What is stored never changes, so it is read without the lock.
        first = 0 if start is None else max(start - inclusive_of_start, 0)
        end = end if stop is None else min(end, stop)
        wanted = frozenset(topics)
        found = (
            position
            for position in range(first, end)
            if not wanted or self._stored_events[position].topic in wanted
        )
        return [
            _notification(self._stored_events[position], position + 1)
            for position in islice(found, max(limit, 0))
        ]

    def max_notification_id(self) -> int | None:
        """Return the greatest notification ID, `None` if there are no events."""
        with self._database_lock:
            return len(self._stored_events) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> POPOSubscription:
        """Return an iterator over notifications after `gt`, which waits for new ones at the end."""
        from eventsourcing.popo.subscription import POPOSubscription

        return POPOSubscription(recorder=self, gt=gt, topics=topics)

    def listen(self, event: Listener) -> None:
        """Have the event set after each insert from now on; may be called repeatedly."""
        self._listeners.add(event)

    def unlisten(self, event: Listener) -> None:
        """Leave the event alone from now on; may be called repeatedly."""
        self._listeners.discard(event)

    def _update_table(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        first = len(self._stored_events) + 1
        super()._update_table(stored_events, **kwargs)
        return list(range(first, first + len(stored_events)))


class POPOTrackingRecorder(POPORecorder, POPODeadLetterRecorder, TrackingRecorder):
    """Keeps in memory how far the notifications of upstream applications have been processed.

    A view in memory is a subclass. Its update methods hold `_database_lock`, and call
    `_assert_tracking_uniqueness()`, then `_insert_tracking()`, then change the state of the view.
    """

    def __init__(self) -> None:
        super().__init__()
        self._max_tracking_ids: dict[str, int] = {}

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record that a notification has been processed."""
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the greatest processed notification ID of the application, `None` if none is."""
        with self._database_lock:
            return self._max_tracking_ids.get(application_name)

    def _assert_tracking_uniqueness(self, tracking: Tracking) -> None:
        """Raise `IntegrityError` unless the notification comes after all that are tracked."""
        if isinstance(tracking, RetriedTracking):
            self._check_retried(tracking)
            return
        max_id = self._max_tracking_ids.get(tracking.application_name)
        first_id = tracking.notification_id
        if isinstance(tracking, BatchTracking):
            first_id = tracking.first_notification_id
        if max_id is not None and first_id <= max_id:
            raise IntegrityError(
                f"Tracking notification ID {first_id} "
                f"not greater than current max tracking ID {max_id}"
            )
        if isinstance(tracking, DeadLetter):
            self._check_dead_letter(tracking)

    def _insert_tracking(self, tracking: Tracking) -> None:
        """Store the tracking record, which has been checked."""
        if isinstance(tracking, RetriedTracking):
            self._take_back(tracking)
            return
        if isinstance(tracking, DeadLetter):
            self._put_aside(tracking)
        self._max_tracking_ids[tracking.application_name] = tracking.notification_id
        self.tell_tracking_listeners()  # they look when this thread has given up the lock


class POPOProcessRecorder(  # pyright: ignore[reportIncompatibleMethodOverride]
    POPOTrackingRecorder, POPOApplicationRecorder, ProcessRecorder
):
    """Keeps events and tracking records in memory, both or neither of one insert."""

    def _assert_uniqueness(
        self, stored_events: Sequence[StoredEvent], tracking: Tracking | None = None, **kwargs: Any
    ) -> None:
        super()._assert_uniqueness(stored_events, **kwargs)
        if tracking is not None:
            self._assert_tracking_uniqueness(tracking)

    def _update_table(
        self, stored_events: Sequence[StoredEvent], tracking: Tracking | None = None, **kwargs: Any
    ) -> Sequence[int] | None:
        if tracking is not None:
            self._insert_tracking(tracking)
        return super()._update_table(stored_events, **kwargs)


def _notification(event: StoredEvent, notification_id: int) -> Notification:
    return Notification(
        event.originator_id, event.originator_version, event.topic, event.state, notification_id
    )
