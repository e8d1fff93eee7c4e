"""The conformance suites find what is wrong with an engine, and say which rule it breaks."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from eventsourcing.persistence import IntegrityError, Notification, StoredEvent, Tracking
from eventsourcing.popo import (
    POPOAggregateRecorder,
    POPOApplicationRecorder,
    POPOProcessRecorder,
    POPOSubscription,
    POPOTrackingRecorder,
)
from eventsourcing.testing import (
    PlainAggregateRecorderSuite,
    PlainApplicationRecorderSuite,
    ProcessRecorderSuite,
    SingleRowTrackingSuite,
    SubscriptionSuite,
    subscription_sync,
)
from tests.conformance.faults import check_found, find_failures


@pytest.mark.parametrize(
    ("suite_class", "recorder_class"),
    [
        (PlainAggregateRecorderSuite, POPOAggregateRecorder),
        (PlainApplicationRecorderSuite, POPOApplicationRecorder),
        (SingleRowTrackingSuite, POPOTrackingRecorder),
        (ProcessRecorderSuite, POPOProcessRecorder),
        (SubscriptionSuite, POPOApplicationRecorder),
    ],
)
def test_nothing_is_found_where_nothing_is_wrong(suite_class: Any, recorder_class: Any) -> None:
    """A right engine passes."""
    assert find_failures(suite_class, recorder_class) == {}


# Aggregate recorders


class NotAtomic(POPOAggregateRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        for event in stored_events:
            super().insert_events([event], **kwargs)


class NoConflicts(POPOAggregateRecorder):
    def _assert_uniqueness(self, stored_events: Sequence[StoredEvent], **_: Any) -> None:
        pass


class NoConflictsWithinCall(POPOAggregateRecorder):
    def _assert_uniqueness(self, stored_events: Sequence[StoredEvent], **_: Any) -> None:
        for event in stored_events:
            super()._assert_uniqueness([event])


class OrderOfRecording(POPOAggregateRecorder):
    def select_events(self, originator_id: Any, *args: Any, **kwargs: Any) -> Any:
        selected = super().select_events(originator_id, *args, **kwargs)
        return sorted(selected, key=self._stored_events.index)


class InclusiveLowerBound(POPOAggregateRecorder):
    def select_events(self, originator_id: Any, gt: Any = None, *args: Any, **kwargs: Any) -> Any:
        gt = gt if gt is None else gt - 1
        return super().select_events(originator_id, gt, *args, **kwargs)


class NoLimit(POPOAggregateRecorder):
    def select_events(self, originator_id: Any, *args: Any, **kwargs: Any) -> Any:
        return super().select_events(originator_id, *args, **{**kwargs, "limit": None})


class StateAsText(POPOAggregateRecorder):
    def select_events(self, *args: Any, **kwargs: Any) -> Any:
        selected = super().select_events(*args, **kwargs)
        return [replace(event, state=bytearray(event.state)) for event in selected]


class NoVersionZero(POPOAggregateRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        if any(event.originator_version < 1 for event in stored_events):
            raise IntegrityError("version too low")
        return super().insert_events(stored_events, **kwargs)


class KnownKeywordsOnly(POPOAggregateRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], tracking: Any = None) -> Any:
        return super().insert_events(stored_events)


class ReturnsNumbers(POPOAggregateRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        super().insert_events(stored_events, **kwargs)
        return [1 for _ in stored_events]


@pytest.mark.parametrize(
    "recorder_class",
    [
        NotAtomic,
        NoConflicts,
        NoConflictsWithinCall,
        OrderOfRecording,
        InclusiveLowerBound,
        NoLimit,
        StateAsText,
        NoVersionZero,
        KnownKeywordsOnly,
        ReturnsNumbers,
    ],
)
def test_faults_of_aggregate_recorders(recorder_class: Any) -> None:
    """B1-B4: each fault is found, and the rule is named."""
    check_found(find_failures(PlainAggregateRecorderSuite, recorder_class))


# Application recorders


class NoIds(POPOApplicationRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        super().insert_events(stored_events, **kwargs)


class GapAfterConflict(POPOApplicationRecorder):
    gaps = 0

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        try:
            return [id_ + self.gaps for id_ in super().insert_events(stored_events, **kwargs) or ()]
        except IntegrityError:
            self.gaps += 1
            raise


class Interleaving(POPOApplicationRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        with self._database_lock:
            self._assert_uniqueness(stored_events)
        ids: list[int] = []
        for event in stored_events:
            with self._database_lock:
                ids += self._update_table([event]) or ()
            threading.Event().wait(0.00001)
        return ids


class LateVisibility(POPOApplicationRecorder):
    """The fourth of four events becomes visible when there are more behind it."""

    def select_notifications(self, start: Any, limit: int, *args: Any, **kwargs: Any) -> Any:
        selected = super().select_notifications(start, limit, *args, **kwargs)
        end = len(self._stored_events)
        return [each for each in selected if each.id % 4 or end > each.id + 3]


class Select(POPOApplicationRecorder):
    """Changes the arguments of selections, and what they return."""

    def select_notifications(
        self,
        start: Any,
        limit: int,
        stop: Any = None,
        topics: Any = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Any:
        query = {"start": start, "limit": limit, "stop": stop, "topics": topics}
        query["inclusive_of_start"] = inclusive_of_start
        return super().select_notifications(**self.change(query))

    def change(self, query: dict[str, Any]) -> dict[str, Any]:
        return query


class LimitBeforeFilter(Select):
    def select_notifications(self, start: Any, limit: int, *args: Any, **kwargs: Any) -> Any:
        topics = kwargs.pop("topics", ()) or (args[1] if len(args) > 1 else ())
        selected = super().select_notifications(start, limit, *args[:1], **kwargs)
        return [each for each in selected if not topics or each.topic in topics]


class ZeroIsNoLimit(Select):
    def change(self, query: dict[str, Any]) -> dict[str, Any]:
        return {**query, "limit": query["limit"] or 1000}


class ExclusiveStop(Select):
    def change(self, query: dict[str, Any]) -> dict[str, Any]:
        return {**query, "stop": query["stop"] and query["stop"] - 1}


class AlwaysInclusive(Select):
    def change(self, query: dict[str, Any]) -> dict[str, Any]:
        return {**query, "inclusive_of_start": True}


class NoTopics(Select):
    def change(self, query: dict[str, Any]) -> dict[str, Any]:
        return {**query, "topics": ()}


class TopicsMustBeAList(Select):
    def change(self, query: dict[str, Any]) -> dict[str, Any]:
        return {**query, "topics": query["topics"] and query["topics"] + []}


class ZeroForEmpty(POPOApplicationRecorder):
    def max_notification_id(self) -> int | None:
        return super().max_notification_id() or 0


@pytest.mark.parametrize(
    "recorder_class",
    [
        NoIds,
        GapAfterConflict,
        Interleaving,
        LateVisibility,
        LimitBeforeFilter,
        ZeroIsNoLimit,
        ExclusiveStop,
        AlwaysInclusive,
        NoTopics,
        TopicsMustBeAList,
        ZeroForEmpty,
    ],
)
def test_faults_of_application_recorders(recorder_class: Any) -> None:
    """B2, B5, D1-D6: each fault is found, and the rule is named."""
    check_found(find_failures(PlainApplicationRecorderSuite, recorder_class))


# Tracking recorders


class SameAgain(POPOTrackingRecorder):
    def _assert_tracking_uniqueness(self, tracking: Tracking) -> None:
        if self.max_tracking_id(tracking.application_name) != tracking.notification_id:
            super()._assert_tracking_uniqueness(tracking)


class LowerIds(POPOTrackingRecorder):
    def _assert_tracking_uniqueness(self, tracking: Tracking) -> None:
        if self.max_tracking_id(tracking.application_name) == tracking.notification_id:
            super()._assert_tracking_uniqueness(tracking)


class OneName(POPOTrackingRecorder):
    def insert_tracking(self, tracking: Tracking) -> None:
        super().insert_tracking(replace(tracking, application_name=""))

    def max_tracking_id(self, application_name: str) -> int | None:
        return super().max_tracking_id("")


class LowerCaseNames(POPOTrackingRecorder):
    def insert_tracking(self, tracking: Tracking) -> None:
        super().insert_tracking(
            replace(tracking, application_name=tracking.application_name.lower())
        )

    def max_tracking_id(self, application_name: str) -> int | None:
        return super().max_tracking_id(application_name.lower())


class ExactMembership(POPOTrackingRecorder):
    def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
        return self.max_tracking_id(application_name) == notification_id


class Impatient(POPOTrackingRecorder):
    def wait(self, application_name: str, notification_id: Any, *_: Any, **__: Any) -> None:
        if not self.has_tracking_id(application_name, notification_id):
            raise TimeoutError


class Uninterruptible(POPOTrackingRecorder):
    def wait(
        self, application_name: str, notification_id: Any, timeout: float = 1, interrupt: Any = None
    ) -> None:
        super().wait(application_name, notification_id, min(timeout, 0.1))


@pytest.mark.parametrize(
    "recorder_class",
    [SameAgain, LowerIds, OneName, LowerCaseNames, ExactMembership, Impatient, Uninterruptible],
)
def test_faults_of_tracking_recorders(recorder_class: Any) -> None:
    """B10, B11, Y1-Y5: each fault is found, and the rule is named."""
    check_found(find_failures(SingleRowTrackingSuite, recorder_class))


# Process recorders


class TrackingFirst(POPOProcessRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        tracking = kwargs.pop("tracking", None)
        if tracking is not None:
            self.insert_tracking(tracking)
        return super().insert_events(stored_events, **kwargs)


class EventsFirst(POPOProcessRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        tracking = kwargs.pop("tracking", None)
        ids = super().insert_events(stored_events, **kwargs)
        if tracking is not None:
            self.insert_tracking(tracking)
        return ids


class TrackingIgnored(POPOProcessRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        return super().insert_events(stored_events)


class TrackingOnlyWithEvents(POPOProcessRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        return super().insert_events(stored_events, **kwargs) if stored_events else []


@pytest.mark.parametrize(
    "recorder_class", [TrackingFirst, EventsFirst, TrackingIgnored, TrackingOnlyWithEvents]
)
def test_faults_of_process_recorders(recorder_class: Any) -> None:
    """Y1: each fault is found, and the rule is named."""
    check_found(find_failures(ProcessRecorderSuite, recorder_class))


# Subscriptions


class Altered(POPOApplicationRecorder):
    """Subscriptions of another class."""

    subscription_class: Any = POPOSubscription

    def subscribe(self, gt: Any = None, topics: Any = ()) -> Any:
        return self.subscription_class(recorder=self, gt=gt, topics=topics)


def altered(cls: Any) -> Any:
    return type(f"With{cls.__name__}", (Altered,), {"subscription_class": cls})


class FromTheBeginning(POPOSubscription):
    def __init__(self, recorder: Any, gt: Any, topics: Any) -> None:
        super().__init__(recorder=recorder, gt=None, topics=topics)


class AllTopics(POPOSubscription):
    def __init__(self, recorder: Any, gt: Any, topics: Any) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=())


class OnlyWhatIsNew(POPOSubscription):
    def __init__(self, recorder: Any, gt: Any, topics: Any) -> None:
        super().__init__(recorder=recorder, gt=recorder.max_notification_id(), topics=topics)


class EndsAtTheEnd(POPOSubscription):
    def __next__(self) -> Notification:
        end = self._recorder.max_notification_id()
        if end is None or getattr(self, "last", 0) >= end:
            raise StopIteration
        notification = super().__next__()
        self.last = notification.id
        return notification


class Twice(POPOSubscription):
    again: Notification | None = None

    def __next__(self) -> Notification:
        if self.again is not None:
            again, self.again = self.again, None
            return again
        self.again = super().__next__()
        return self.again


class EntersAgain(POPOSubscription):
    def __enter__(self) -> Any:
        return self


class GoesOn(POPOSubscription):
    """Returns what is recorded already even when it has been stopped."""

    def __next__(self) -> Notification:
        try:
            return super().__next__()
        except StopIteration:
            return Notification("after the end", 1, "topic", b"", 10**9)


@pytest.mark.parametrize(
    "subscription_class",
    [FromTheBeginning, AllTopics, OnlyWhatIsNew, EndsAtTheEnd, Twice, EntersAgain, GoesOn],
)
def test_faults_of_subscriptions(subscription_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """U1-U4: each fault is found, and the rule is named."""
    monkeypatch.setattr(subscription_sync, "_PATIENCE", 0.2)
    check_found(find_failures(SubscriptionSuite, altered(subscription_class)))
