# Generated from test_dead_letter_queue_async.py by tools/async_to_sync.py: do not edit.
"""Listing, retrying and dropping what was put aside: issue 5.3."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, cast
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import Event, spawn
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    DeadLetter,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    RetriedTracking,
    Tracking,
)
from eventsourcing.projection import (
    DeadLetterQueue,
    PutAside,
    RetryResult,
)
from eventsourcing.projection.error_handling_sync import handle_errors
from eventsourcing.projection.processors_sync import select_processor
from eventsourcing.projection.upstream_sync import UpstreamLog
from tests.unit.projection.mishaps_sync import (
    NAME,
    Fragile,
    FragileBatches,
    make_recorder,
)


class Upstream(Application[UUID]):
    name = NAME


class World:
    """An application, and a projection that has put aside what is broken."""

    def __init__(self, app: Upstream, projection: Fragile) -> None:
        self.app = app
        self.projection = projection
        self.view = projection.view
        self.queue = DeadLetterQueue(projection, app)

    def save(self, *aggregates: Aggregate) -> None:
        """Record an event of each aggregate, in this order."""
        for aggregate in aggregates:
            if not aggregate.pending_events:
                aggregate.trigger_event(Aggregate.Event)
            self.app.save(aggregate)

    def process(self) -> None:
        """Process what has been recorded."""
        projection = self.projection
        processor = handle_errors(select_processor(projection), projection, projection.view)
        position = self.view.max_tracking_id(NAME)
        for notification in self.app.recorder.select_notifications((position or 0) + 1, 100):
            event: Any = self.app.mapper.to_domain_event(notification)
            processor.process([(event, Tracking(NAME, notification.id))])
        projection.attempts.clear()

    def ids(self) -> list[int]:
        return [letter.notification_id for letter in self.queue.list()]


@pytest.fixture(params=[Fragile, FragileBatches])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    projection = request.param(make_recorder())
    projection.on_error = PutAside()
    with Upstream() as app:
        yield World(app, projection)


@pytest.fixture
def broken() -> Aggregate:
    return Aggregate()


@pytest.fixture
def three(world: World, broken: Aggregate) -> World:
    """Three dead letters of one aggregate, 1, 3 and 4, and one of another: 5."""
    world.projection.breaks(1, ValueError("wrong"))
    world.projection.breaks(5, ValueError("wrong"))
    world.save(broken, Aggregate(), broken, broken, Aggregate())
    world.process()
    assert world.ids() == [1, 3, 4, 5]
    return world


def test_listing(three: World, broken: Aggregate) -> None:
    """Issue 5.3: in order, from the beginning or after an ID, of one aggregate or of all."""
    queue = three.queue
    assert queue.count() == 4
    assert [each.notification_id for each in queue.list(2)] == [1, 3]
    assert [each.notification_id for each in queue.list(gt=3)] == [4, 5]
    assert [each.notification_id for each in queue.list(10, broken.id)] == [1, 3, 4]
    assert [each.follows for each in queue.list()] == [None, 1, 1, None]


def test_retrying_all(three: World) -> None:
    """Issue 5.3: in order; what is processed is gone, and the position stays."""
    three.projection.broken.clear()
    assert three.queue.retry() == RetryResult(4, ())
    assert three.projection.attempts == [1, 3, 4, 5]
    assert three.queue.count() == 0
    assert three.view.max_tracking_id(NAME) == 5
    assert three.queue.retry() == RetryResult(0, ())


def test_retrying_one_aggregate(three: World, broken: Aggregate) -> None:
    """Issue 5.3: the others stay."""
    three.projection.broken.clear()
    assert three.queue.retry(broken.id) == RetryResult(3, ())
    assert three.ids() == [5]


def test_retrying_stops_at_the_first_that_fails_again(three: World) -> None:
    """Issue 5.3: of an aggregate; its error and attempts are updated, the later ones wait."""
    three.projection.broken.clear()
    three.projection.breaks(3, KeyError("still"))
    result = three.queue.retry()
    assert three.projection.attempts == [1, 3, 5]
    assert result.num_processed == 2
    (failure,) = result.failures
    letters = three.queue.list()
    assert letters[0] == failure
    assert (failure.notification_id, failure.error) == (3, "KeyError: 'still'")
    assert "Traceback" in failure.traceback
    assert (failure.attempts, failure.follows) == (1, None)
    assert (letters[1].notification_id, letters[1].follows) == (4, 1)
    three.queue.retry()
    assert three.queue.list()[0].attempts == 2


def test_the_projection_goes_on_after_a_retry(three: World, broken: Aggregate) -> None:
    """Issue 5.3: the aggregate is not blocked any more."""
    three.projection.broken.clear()
    three.queue.retry()
    three.save(broken)
    three.process()
    assert three.projection.done[-1] == 6


def test_at_most_so_many(three: World) -> None:
    """Issue 5.3: attempts, whether they succeed or not."""
    three.projection.broken.clear()
    assert three.queue.retry(limit=2) == RetryResult(2, ())
    assert three.ids() == [4, 5]
    three.projection.breaks(4, ValueError("wrong"))
    result = three.queue.retry(limit=1)
    assert (result.num_processed, len(result.failures)) == (0, 1)
    assert three.ids() == [4, 5]


def test_many_aggregates(world: World) -> None:
    """Issue 5.3: more than are read at once, some of which fail again."""
    for number in range(1, 251):
        world.projection.breaks(number, ValueError("wrong"), times=1 + (number % 50 == 0))
    world.app.save(*(Aggregate() for _ in range(250)))
    for _ in range(3):
        world.process()
    result = world.queue.retry()
    failed = [letter.notification_id for letter in result.failures]
    assert failed == [50, 100, 150, 200, 250] == world.ids()
    assert result.num_processed == 245


def test_dropping_one(three: World) -> None:
    """Issue 5.3: the later ones of its aggregate are next."""
    three.projection.broken.clear()
    assert three.queue.drop(1) == 1
    assert three.queue.drop(1) == 0
    three.queue.retry()
    assert three.projection.attempts == [3, 4, 5]


def test_dropping_all_of_an_aggregate(three: World, broken: Aggregate) -> None:
    """Issue 5.3: and its next event is processed."""
    assert three.queue.drop(originator_id=broken.id) == 3
    three.save(broken)
    three.process()
    assert three.projection.done == [2, 6]
    assert three.ids() == [5]


def test_dropping_needs_one_argument(three: World, broken: Aggregate) -> None:
    """Issue 5.3: nobody drops everything by mistake."""
    with pytest.raises(ValueError, match="either"):
        three.queue.drop()
    with pytest.raises(ValueError, match="either"):
        three.queue.drop(1, originator_id=broken.id)


def test_an_aggregate_is_not_taken_for_a_notification(three: World, broken: Aggregate) -> None:
    """Issue 5.3: nor the other way round; the error says what was expected."""
    wrong: Any = broken.id
    with pytest.raises(TypeError, match=r"notification_id is UUID.* give originator_id"):
        three.queue.drop(wrong)
    wrong = 1
    for attempt in (
        partial(three.queue.drop, originator_id=wrong),
        partial(three.queue.list, originator_id=wrong),
        partial(three.queue.retry, wrong),
    ):
        with pytest.raises(TypeError, match="originator_id is 1: expected a UUID or text"):
            attempt()
    assert three.queue.count() == 4


def test_a_queue_needs_an_application_rather_than_its_class_or_name(
    three: World,
) -> None:
    """Issue 5.3: events are read from its log."""
    for wrong in ("Upstream", Application):
        with pytest.raises(TypeError, match=r"app is .*: expected an object of a subclass"):
            DeadLetterQueue(three.projection, cast("Any", wrong))


def test_selecting_by_what_aggregates_have_not(three: World) -> None:
    """Issue 5.3: they have IDs, not tags."""
    for method in (three.queue.list, three.queue.retry, three.queue.drop):
        with pytest.raises(TypeError, match="have no tags: give originator_id instead"):
            method(tag="a")


def test_two_retry_at_once(three: World) -> None:
    """Issue 5.3: each takes effect once, in order."""
    three.projection.broken.clear()
    other = type(three.projection)(three.view)  # with a lock of its own, as in another process
    queues = [three.queue, DeadLetterQueue(other, three.app)]
    results: list[RetryResult] = []

    def retry(queue: DeadLetterQueue) -> None:
        results.append(queue.retry())

    for task in [spawn(retry, queue) for queue in queues]:
        task.join()
        assert task.error is None
    done = three.projection.done[1:] + other.done
    assert sorted(done) == [1, 3, 4, 5]
    assert all(not result.failures for result in results)
    assert three.queue.count() == 0


def test_somebody_else_has_retried_it(three: World) -> None:
    """Issue 5.3: that is no failure."""
    three.projection.broken.clear()
    process_event = three.projection.process_event

    def come_late(domain_event: Any, tracking: Tracking) -> None:
        if tracking.notification_id == 1:
            three.view.insert_tracking(RetriedTracking(NAME, 1))
        process_event(domain_event, tracking)

    vars(three.projection)["process_event"] = come_late
    result = three.queue.retry()
    assert result.failures == ()
    assert three.queue.count() == 0
    assert three.projection.done == [2, 3, 4, 5]


def test_a_conflict_of_the_handler_is_a_failure(three: World) -> None:
    """Issue 5.3: an `IntegrityError`, and the dead letter is still there."""
    three.projection.breaks(1, IntegrityError("that name is taken"))
    result = three.queue.retry(limit=1)
    assert [letter.error for letter in result.failures] == [
        "eventsourcing.persistence.IntegrityError: that name is taken"
    ]


def test_errors_of_the_database_are_raised(three: World) -> None:
    """Issue 5.3: they say nothing about the event."""
    three.projection.breaks(1, OperationalError("gone"))
    before = three.queue.list()
    with pytest.raises(OperationalError, match="gone"):
        three.queue.retry()
    assert three.queue.list() == before


def test_retrying_waits_for_the_event_in_progress(three: World) -> None:
    """Issue 5.3: one projection object is not called concurrently."""
    entered, leave = Event(), Event()
    projection = three.projection
    process_event = projection.process_event
    active: list[int] = []

    def check(domain_event: Any, tracking: Tracking) -> None:
        active.append(tracking.notification_id)
        assert len(active) == 1
        if tracking.notification_id == 6:
            entered.set()
            leave.wait()
        process_event(domain_event, tracking)
        active.clear()

    vars(projection)["process_event"] = check
    if isinstance(projection, FragileBatches):
        vars(projection)["process_events"] = lambda batch: check(*batch[0])
        process_event = super(FragileBatches, projection).process_event
    projection.broken.clear()
    three.save(Aggregate())
    processing = spawn(three.process)
    entered.wait()
    retrying = spawn(three.queue.retry)
    assert not retrying.join(0.01)
    leave.set()
    for task in (processing, retrying):
        task.join()
        assert task.error is None
    assert projection.done == [2, 6, 1, 3, 4, 5]


def test_handlers_that_do_not_track(three: World) -> None:
    """J10: it was processed, so it is a dead letter no more."""

    def process_event(_: Any, tracking: Tracking) -> None:
        three.projection.done.append(tracking.notification_id)

    vars(three.projection)["process_event"] = process_event
    assert three.queue.retry() == RetryResult(4, ())
    assert three.projection.done == [2, 1, 3, 4, 5]
    assert three.queue.count() == 0


def test_a_view_is_enough_for_looking(three: World) -> None:
    """Issue 5.3: and for dropping, but not for retrying."""
    queue = DeadLetterQueue(three.view, three.app)
    assert len(queue.list()) == 4
    assert queue.drop(1) == 1
    with pytest.raises(TypeError, match="has no process_event"):
        queue.retry()


def test_something_else(three: World) -> None:
    """Issue 5.3: is refused when the queue is made."""
    with pytest.raises(TypeError, match="neither a projection nor the view of one"):
        DeadLetterQueue(object(), three.app)


def test_a_log_is_enough_for_reading(three: World) -> None:
    """Issue 5.3: the application may be elsewhere, as that of a follower."""
    three.projection.broken.clear()
    app = three.app
    upstream = UpstreamLog(NAME, app.notification_log, app.mapper)
    assert DeadLetterQueue(three.projection, upstream).retry() == RetryResult(4, ())


def test_an_event_that_is_not_in_the_log(three: World) -> None:
    """Issue 5.3: that is told, and the dead letter stays."""
    letter = DeadLetter(NAME, 99, Aggregate().id, 1, "", "", "", 1, Aggregate().created_on)
    three.view.insert_tracking(letter)
    result = three.queue.retry(letter.originator_id)
    assert "Notification 99 is not in the log of 'Upstream'" in result.failures[0].error
    assert ProgrammingError.__name__ in result.failures[0].error


def test_another_tracking_name(three: World) -> None:
    """Issue 5.3: as partitions have."""
    queue = DeadLetterQueue(three.projection, three.app, tracking_name="Upstream:0/2")
    assert queue.count() == 0
    letter = DeadLetter("Upstream:0/2", 2, Aggregate().id, 1, "", "", "", 1, Aggregate().created_on)
    three.view.insert_tracking(letter)
    assert queue.retry() == RetryResult(1, ())
    assert queue.count() == 0
    assert three.queue.count() == 4
