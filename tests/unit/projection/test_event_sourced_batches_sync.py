# Generated from test_event_sourced_batches_async.py by tools/async_to_sync.py: do not edit.
"""Event-sourced projections that process several events in one transaction: issue 5.4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from eventsourcing._concurrency.primitives_sync import Event, spawn
from eventsourcing.application import AggregateNotFoundError, Application, ProcessingEvent
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    BatchTracking,
    EventStore,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    Tracking,
)
from eventsourcing.projection import EventSourcedProjection
from eventsourcing.projection.jobs import Job
from eventsourcing.projection.processors_sync import InBatches, select_processor
from eventsourcing.system import Follower

CACHES = [
    {},
    {"AGGREGATE_CACHE_MAXSIZE": "10"},
    {"AGGREGATE_CACHE_MAXSIZE": "10", "DEEPCOPY_FROM_AGGREGATE_CACHE": "n"},
    {"AGGREGATE_CACHE_MAXSIZE": "10", "AGGREGATE_CACHE_FASTFORWARD": "n"},
]


class Tally(Aggregate):
    """Counts, and lists what it has counted."""

    def __init__(self) -> None:
        self.counted: list[int] = []

    @staticmethod
    def create_id() -> UUID:
        return uuid5(NAMESPACE_URL, "/tally")

    @event("Counted")
    def count(self, number: int) -> None:
        self.counted.append(number)


class Fault(Aggregate):
    """Makes the policy fail."""


class Tallying(EventSourcedProjection[UUID]):
    """Counts events by their positions; says what it was called with."""

    name = "Tallying"
    batch_size = 10

    def __init__(self, env: Any = None) -> None:
        super().__init__(env)
        self.trackings: list[Tracking | None] = []
        self.records: list[ProcessingEvent[UUID]] = []

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        assert processing_event.tracking is not None
        self.trackings.append(processing_event.tracking)
        if isinstance(domain_event, Fault.Created):
            raise ValueError("a fault")
        tally = self.find()
        tally.count(processing_event.tracking.notification_id)
        processing_event.collect_events(tally)

    def find(self) -> Tally:
        try:
            tally: Tally = self.repository.get(Tally.create_id())
        except AggregateNotFoundError:
            return Tally()
        return tally

    def _record(self, processing_event: ProcessingEvent[UUID]) -> Any:
        recordings = super()._record(processing_event)
        self.records.append(processing_event)
        return recordings


def make_jobs(*aggregates: Aggregate, first: int = 1) -> list[Job[UUID]]:
    """Return what a source gives: the last position says where the batch began."""
    events = [each for aggregate in aggregates for each in aggregate.collect_events()]
    jobs = [(each, Tracking("upstream", i)) for i, each in enumerate(events, first)]
    jobs[-1] = (jobs[-1][0], BatchTracking("upstream", jobs[-1][1].notification_id, first))
    return jobs


def aggregates(number: int) -> list[Aggregate]:
    return [Aggregate() for _ in range(number)]


def test_a_batch_is_recorded_at_once() -> None:
    """Issue 5.4: with one tracking record, which says where the batch began."""
    projection = Tallying()
    projection.process_events(make_jobs(*aggregates(3)))
    (recorded,) = projection.records
    assert recorded.tracking == BatchTracking("upstream", 3, 1)
    assert [each.originator_version for each in recorded.events] == [1, 2, 3, 4]
    assert projection.recorder.max_tracking_id("upstream") == 3


@pytest.mark.parametrize("settings", CACHES)
def test_what_was_collected_before_is_known(settings: dict[str, str]) -> None:
    """Issue 5.4: to each policy, as if it had been stored, with and without a cache."""
    projection = Tallying(settings)
    projection.process_events(make_jobs(*aggregates(3)))
    projection.process_events(make_jobs(*aggregates(2), first=4))
    assert projection.find().counted == [1, 2, 3, 4, 5]
    assert len(projection.records) == 2


def test_each_policy_is_told_the_position_of_its_event() -> None:
    """Y3: not that of the batch."""
    projection = Tallying()
    projection.process_events(make_jobs(*aggregates(3)))
    ids = [each.notification_id for each in projection.trackings if each is not None]
    assert ids == [1, 2, 3]


class LookingBack(Tallying):
    """Selects what is stored and what is collected, when it has come to the third event."""

    name = "LookingBack"

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        tally_id = Tally.create_id()
        if len(self.trackings) == 3:
            get = self.events.get
            self.found = [
                [each.originator_version for each in selected]
                for selected in (
                    get(tally_id),
                    get(tally_id, desc=True),
                    get(tally_id, gt=1, lte=3),
                    get(tally_id, limit=2),
                    get(tally_id, desc=True, limit=3),
                    get(tally_id, gt=9),
                )
            ]
            self.versions = [
                self.repository.get(tally_id, version=version).counted for version in (2, 3, 4)
            ]
        super().policy(domain_event, processing_event)


def test_any_selection_has_what_is_stored_and_what_is_collected() -> None:
    """Issue 5.4: in the order of versions, also of aggregates as they were."""
    projection = LookingBack()
    projection.process_event(*make_jobs(*aggregates(1))[0])
    projection.process_events(make_jobs(*aggregates(3), first=2))
    assert projection.found == [[1, 2, 3, 4], [4, 3, 2, 1], [2, 3], [1, 2], [4, 3, 2], []]
    assert projection.versions == [[1], [1, 2], [1, 2, 3]]


class Slow(Tallying):
    """Waits when it has come to the second event."""

    name = "Slow"

    def __init__(self) -> None:
        super().__init__()
        self.has_come = Event()
        self.may_go_on = Event()

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if len(self.trackings) == 1:
            self.has_come.set()
            self.may_go_on.wait()
        super().policy(domain_event, processing_event)


def test_others_do_not_see_what_is_only_collected() -> None:
    """Issue 5.4: neither in the repository nor in the event store."""
    projection = Slow()
    task = spawn(projection.process_events, make_jobs(*aggregates(2)))
    projection.has_come.wait()
    try:
        assert list(projection.events.get(Tally.create_id())) == []
        with pytest.raises(AggregateNotFoundError):
            projection.repository.get(Tally.create_id())
    finally:
        projection.may_go_on.set()
    assert task.join(60)
    assert projection.find().counted == [1, 2]


@pytest.mark.parametrize("settings", CACHES)
def test_events_before_one_that_fails_take_effect(settings: dict[str, str]) -> None:
    """Y18: as if they had been processed one by one; nothing is left of the batch in the cache."""
    projection = Tallying(settings)
    projection.process_event(*make_jobs(*aggregates(1))[0])
    jobs = make_jobs(*aggregates(2), Fault(), *aggregates(1), first=2)
    with pytest.raises(ValueError, match="a fault"):
        projection.process_events(jobs)
    assert projection.recorder.max_tracking_id("upstream") == 3
    assert projection.find().counted == [1, 2, 3]


def test_a_batch_that_was_processed_already_is_refused() -> None:
    """Y4, J16: and also one of which the first events were."""
    projection = Tallying()
    projection.process_events(make_jobs(*aggregates(2)))
    with pytest.raises(IntegrityError):
        projection.process_events(make_jobs(*aggregates(2)))
    with pytest.raises(IntegrityError):
        projection.process_events(make_jobs(*aggregates(3)))
    assert projection.find().counted == [1, 2]


class Racing(Tallying):
    """Is overtaken once by somebody who saves the same aggregate."""

    name = "Racing"
    is_overtaken = False

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        super().policy(domain_event, processing_event)
        if not self.is_overtaken:
            self.is_overtaken = True
            other = Tally()
            other.count(99)
            self.save(other)


def test_after_a_conflict_the_events_are_processed_one_by_one() -> None:
    """Issue 5.4: so that only an event that conflicts by itself stops the projection."""
    projection = Racing()
    projection.process_events(make_jobs(*aggregates(3)))
    assert projection.find().counted == [99, 1, 2, 3]


class Offline(Tallying):
    """Cannot reach its database."""

    name = "Offline"

    def _record(self, processing_event: ProcessingEvent[UUID]) -> Any:
        raise OperationalError("no connection")


def test_when_the_database_fails_nothing_is_tried_one_by_one() -> None:
    """Issue 5.4: that is not the fault of one of the events."""
    projection = Offline()
    with pytest.raises(OperationalError, match="no connection"):
        projection.process_events(make_jobs(*aggregates(2)))
    assert len(projection.trackings) == 2


class OwnStore(Tallying):
    """Has an event store that does not know of batches."""

    name = "OwnStore"

    def construct_event_store(self) -> EventStore[UUID]:
        return Application.construct_event_store(self)


def test_an_event_store_that_knows_nothing_of_batches_is_an_error() -> None:
    """Issue 5.4: rather than effects that get lost."""
    with pytest.raises(ProgrammingError, match=r"batch_size is 10.*construct_event_store"):
        OwnStore()


class OneAtATime(OwnStore):
    batch_size = 1


def test_without_batches_the_event_store_may_be_any() -> None:
    """J14: as for any application."""
    projection = OneAtATime()
    projection.process_event(*make_jobs(*aggregates(1))[0])
    assert projection.find().counted == [1]


class Snapshotting(Tallying):
    name = "Snapshotting"
    snapshotting_intervals: ClassVar[dict[type, int]] = {Tally: 2}


def test_snapshots_are_taken_after_a_batch() -> None:
    """J15: those that are due."""
    projection = Snapshotting()
    projection.process_events(make_jobs(*aggregates(4)))
    assert projection.snapshots is not None
    snapshots = list(projection.snapshots.get(Tally.create_id()))
    assert [each.originator_version for each in snapshots] == [2, 4]


class Notifying(Tallying):
    """Fails when it tells others."""

    name = "Notifying"

    def _notify(self, recordings: Sequence[Any]) -> None:
        raise ValueError(f"{len(recordings)} recordings")


def test_what_follows_after_recording_is_done_once() -> None:
    """J15, Y11: an error of those who are told does not have the batch processed again."""
    projection = Notifying()
    with pytest.raises(ValueError, match="3 recordings"):
        projection.process_events(make_jobs(*aggregates(2)))
    assert projection.find().counted == [1, 2]


class Slowly(Tallying):
    name = "Slowly"
    batch_size = 1


def test_batches_are_only_for_those_that_want_them() -> None:
    """J19: by default events are processed one by one, by `process_event()`."""
    assert EventSourcedProjection.batch_size == 1
    assert not isinstance(select_processor(Slowly()), InBatches)
    processor = select_processor(Tallying())
    assert isinstance(processor, InBatches)
    assert processor.batch_size == 10


class Following(Tallying, Follower[UUID]):  # type: ignore[misc]
    name = "Following"


def test_a_follower_pulls_in_batches() -> None:
    """Issue 5.4, Y16: as many as it pulls at a time."""
    upstream: Application[UUID] = Application()
    upstream.save(*aggregates(25))
    follower = Following()
    follower.follow("Application", upstream.notification_log)
    follower.pull_and_process("Application")
    assert follower.find().counted == list(range(1, 26))
    assert len(follower.records) == 3
