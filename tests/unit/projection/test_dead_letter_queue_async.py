"""Listing, retrying and dropping what was put aside: issue 5.3."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any, cast
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_async import Event, spawn
from eventsourcing.application import AsyncApplication
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
    AsyncDeadLetterQueue,
    PutAside,
    RetryResult,
)
from eventsourcing.projection.error_handling_async import handle_errors
from eventsourcing.projection.processors_async import select_processor
from eventsourcing.projection.upstream_async import AsyncUpstreamLog
from tests.unit.projection.mishaps_async import (
    NAME,
    AsyncFragile,
    AsyncFragileBatches,
    make_recorder,
)


class AsyncUpstream(AsyncApplication[UUID]):
    name = NAME


class AsyncWorld:
    """An application, and a projection that has put aside what is broken."""

    def __init__(self, app: AsyncUpstream, projection: AsyncFragile) -> None:
        self.app = app
        self.projection = projection
        self.view = projection.view
        self.queue = AsyncDeadLetterQueue(projection, app)

    async def save(self, *aggregates: Aggregate) -> None:
        """Record an event of each aggregate, in this order."""
        for aggregate in aggregates:
            if not aggregate.pending_events:
                aggregate.trigger_event(Aggregate.Event)
            await self.app.save(aggregate)

    async def process(self) -> None:
        """Process what has been recorded."""
        projection = self.projection
        processor = handle_errors(select_processor(projection), projection, projection.view)
        position = await self.view.max_tracking_id(NAME)
        for notification in await self.app.recorder.select_notifications((position or 0) + 1, 100):
            event: Any = self.app.mapper.to_domain_event(notification)
            await processor.process([(event, Tracking(NAME, notification.id))])
        projection.attempts.clear()

    async def ids(self) -> list[int]:
        return [letter.notification_id for letter in await self.queue.list()]


@pytest.fixture(params=[AsyncFragile, AsyncFragileBatches])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[AsyncWorld]:
    projection = request.param(make_recorder())
    projection.on_error = PutAside()
    async with AsyncUpstream() as app:
        yield AsyncWorld(app, projection)


@pytest.fixture
def broken() -> Aggregate:
    return Aggregate()


@pytest.fixture
async def three(world: AsyncWorld, broken: Aggregate) -> AsyncWorld:
    """Three dead letters of one aggregate, 1, 3 and 4, and one of another: 5."""
    world.projection.breaks(1, ValueError("wrong"))
    world.projection.breaks(5, ValueError("wrong"))
    await world.save(broken, Aggregate(), broken, broken, Aggregate())
    await world.process()
    assert await world.ids() == [1, 3, 4, 5]
    return world


async def test_listing(three: AsyncWorld, broken: Aggregate) -> None:
    """Issue 5.3: in order, from the beginning or after an ID, of one aggregate or of all."""
    queue = three.queue
    assert await queue.count() == 4
    assert [each.notification_id for each in await queue.list(2)] == [1, 3]
    assert [each.notification_id for each in await queue.list(gt=3)] == [4, 5]
    assert [each.notification_id for each in await queue.list(10, broken.id)] == [1, 3, 4]
    assert [each.follows for each in await queue.list()] == [None, 1, 1, None]


async def test_retrying_all(three: AsyncWorld) -> None:
    """Issue 5.3: in order; what is processed is gone, and the position stays."""
    three.projection.broken.clear()
    assert await three.queue.retry() == RetryResult(4, ())
    assert three.projection.attempts == [1, 3, 4, 5]
    assert await three.queue.count() == 0
    assert await three.view.max_tracking_id(NAME) == 5
    assert await three.queue.retry() == RetryResult(0, ())


async def test_retrying_one_aggregate(three: AsyncWorld, broken: Aggregate) -> None:
    """Issue 5.3: the others stay."""
    three.projection.broken.clear()
    assert await three.queue.retry(broken.id) == RetryResult(3, ())
    assert await three.ids() == [5]


async def test_retrying_stops_at_the_first_that_fails_again(three: AsyncWorld) -> None:
    """Issue 5.3: of an aggregate; its error and attempts are updated, the later ones wait."""
    three.projection.broken.clear()
    three.projection.breaks(3, KeyError("still"))
    result = await three.queue.retry()
    assert three.projection.attempts == [1, 3, 5]
    assert result.num_processed == 2
    (failure,) = result.failures
    letters = await three.queue.list()
    assert letters[0] == failure
    assert (failure.notification_id, failure.error) == (3, "KeyError: 'still'")
    assert "Traceback" in failure.traceback
    assert (failure.attempts, failure.follows) == (1, None)
    assert (letters[1].notification_id, letters[1].follows) == (4, 1)
    await three.queue.retry()
    assert (await three.queue.list())[0].attempts == 2


async def test_the_projection_goes_on_after_a_retry(three: AsyncWorld, broken: Aggregate) -> None:
    """Issue 5.3: the aggregate is not blocked any more."""
    three.projection.broken.clear()
    await three.queue.retry()
    await three.save(broken)
    await three.process()
    assert three.projection.done[-1] == 6


async def test_at_most_so_many(three: AsyncWorld) -> None:
    """Issue 5.3: attempts, whether they succeed or not."""
    three.projection.broken.clear()
    assert await three.queue.retry(limit=2) == RetryResult(2, ())
    assert await three.ids() == [4, 5]
    three.projection.breaks(4, ValueError("wrong"))
    result = await three.queue.retry(limit=1)
    assert (result.num_processed, len(result.failures)) == (0, 1)
    assert await three.ids() == [4, 5]


async def test_many_aggregates(world: AsyncWorld) -> None:
    """Issue 5.3: more than are read at once, some of which fail again."""
    for number in range(1, 251):
        world.projection.breaks(number, ValueError("wrong"), times=1 + (number % 50 == 0))
    await world.app.save(*(Aggregate() for _ in range(250)))
    for _ in range(3):
        await world.process()
    result = await world.queue.retry()
    failed = [letter.notification_id for letter in result.failures]
    assert failed == [50, 100, 150, 200, 250] == await world.ids()
    assert result.num_processed == 245


async def test_dropping_one(three: AsyncWorld) -> None:
    """Issue 5.3: the later ones of its aggregate are next."""
    three.projection.broken.clear()
    assert await three.queue.drop(1) == 1
    assert await three.queue.drop(1) == 0
    await three.queue.retry()
    assert three.projection.attempts == [3, 4, 5]


async def test_dropping_all_of_an_aggregate(three: AsyncWorld, broken: Aggregate) -> None:
    """Issue 5.3: and its next event is processed."""
    assert await three.queue.drop(originator_id=broken.id) == 3
    await three.save(broken)
    await three.process()
    assert three.projection.done == [2, 6]
    assert await three.ids() == [5]


async def test_dropping_needs_one_argument(three: AsyncWorld, broken: Aggregate) -> None:
    """Issue 5.3: nobody drops everything by mistake."""
    with pytest.raises(ValueError, match="either"):
        await three.queue.drop()
    with pytest.raises(ValueError, match="either"):
        await three.queue.drop(1, originator_id=broken.id)


async def test_an_aggregate_is_not_taken_for_a_notification(
    three: AsyncWorld, broken: Aggregate
) -> None:
    """Issue 5.3: nor the other way round; the error says what was expected."""
    wrong: Any = broken.id
    with pytest.raises(TypeError, match=r"notification_id is UUID.* give originator_id"):
        await three.queue.drop(wrong)
    wrong = 1
    for attempt in (
        partial(three.queue.drop, originator_id=wrong),
        partial(three.queue.list, originator_id=wrong),
        partial(three.queue.retry, wrong),
    ):
        with pytest.raises(TypeError, match="originator_id is 1: expected a UUID or text"):
            await attempt()
    assert await three.queue.count() == 4


async def test_a_queue_needs_an_application_rather_than_its_class_or_name(
    three: AsyncWorld,
) -> None:
    """Issue 5.3: events are read from its log."""
    for wrong in ("Upstream", AsyncApplication):
        with pytest.raises(TypeError, match=r"app is .*: expected an object of a subclass"):
            AsyncDeadLetterQueue(three.projection, cast("Any", wrong))


async def test_selecting_by_what_aggregates_have_not(three: AsyncWorld) -> None:
    """Issue 5.3: they have IDs, not tags."""
    for method in (three.queue.list, three.queue.retry, three.queue.drop):
        with pytest.raises(TypeError, match="have no tags: give originator_id instead"):
            await method(tag="a")


async def test_two_retry_at_once(three: AsyncWorld) -> None:
    """Issue 5.3: each takes effect once, in order."""
    three.projection.broken.clear()
    other = type(three.projection)(three.view)  # with a lock of its own, as in another process
    queues = [three.queue, AsyncDeadLetterQueue(other, three.app)]
    results: list[RetryResult] = []

    async def retry(queue: AsyncDeadLetterQueue) -> None:
        results.append(await queue.retry())

    for task in [spawn(retry, queue) for queue in queues]:
        await task.join()
        assert task.error is None
    done = three.projection.done[1:] + other.done
    assert sorted(done) == [1, 3, 4, 5]
    assert all(not result.failures for result in results)
    assert await three.queue.count() == 0


async def test_somebody_else_has_retried_it(three: AsyncWorld) -> None:
    """Issue 5.3: that is no failure."""
    three.projection.broken.clear()
    process_event = three.projection.process_event

    async def come_late(domain_event: Any, tracking: Tracking) -> None:
        if tracking.notification_id == 1:
            await three.view.insert_tracking(RetriedTracking(NAME, 1))
        await process_event(domain_event, tracking)

    vars(three.projection)["process_event"] = come_late
    result = await three.queue.retry()
    assert result.failures == ()
    assert await three.queue.count() == 0
    assert three.projection.done == [2, 3, 4, 5]


async def test_a_conflict_of_the_handler_is_a_failure(three: AsyncWorld) -> None:
    """Issue 5.3: an `IntegrityError`, and the dead letter is still there."""
    three.projection.breaks(1, IntegrityError("that name is taken"))
    result = await three.queue.retry(limit=1)
    assert [letter.error for letter in result.failures] == [
        "eventsourcing.persistence.IntegrityError: that name is taken"
    ]


async def test_errors_of_the_database_are_raised(three: AsyncWorld) -> None:
    """Issue 5.3: they say nothing about the event."""
    three.projection.breaks(1, OperationalError("gone"))
    before = await three.queue.list()
    with pytest.raises(OperationalError, match="gone"):
        await three.queue.retry()
    assert await three.queue.list() == before


async def test_retrying_waits_for_the_event_in_progress(three: AsyncWorld) -> None:
    """Issue 5.3: one projection object is not called concurrently."""
    entered, leave = Event(), Event()
    projection = three.projection
    process_event = projection.process_event
    active: list[int] = []

    async def check(domain_event: Any, tracking: Tracking) -> None:
        active.append(tracking.notification_id)
        assert len(active) == 1
        if tracking.notification_id == 6:
            entered.set()
            await leave.wait()
        await process_event(domain_event, tracking)
        active.clear()

    vars(projection)["process_event"] = check
    if isinstance(projection, AsyncFragileBatches):
        vars(projection)["process_events"] = lambda batch: check(*batch[0])
        process_event = super(AsyncFragileBatches, projection).process_event
    projection.broken.clear()
    await three.save(Aggregate())
    processing = spawn(three.process)
    await entered.wait()
    retrying = spawn(three.queue.retry)
    assert not await retrying.join(0.01)
    leave.set()
    for task in (processing, retrying):
        await task.join()
        assert task.error is None
    assert projection.done == [2, 6, 1, 3, 4, 5]


async def test_handlers_that_do_not_track(three: AsyncWorld) -> None:
    """J10: it was processed, so it is a dead letter no more."""

    async def process_event(_: Any, tracking: Tracking) -> None:
        three.projection.done.append(tracking.notification_id)

    vars(three.projection)["process_event"] = process_event
    assert await three.queue.retry() == RetryResult(4, ())
    assert three.projection.done == [2, 1, 3, 4, 5]
    assert await three.queue.count() == 0


async def test_a_view_is_enough_for_looking(three: AsyncWorld) -> None:
    """Issue 5.3: and for dropping, but not for retrying."""
    queue = AsyncDeadLetterQueue(three.view, three.app)
    assert len(await queue.list()) == 4
    assert await queue.drop(1) == 1
    with pytest.raises(TypeError, match="has no process_event"):
        await queue.retry()


async def test_something_else(three: AsyncWorld) -> None:
    """Issue 5.3: is refused when the queue is made."""
    with pytest.raises(TypeError, match="neither a projection nor the view of one"):
        AsyncDeadLetterQueue(object(), three.app)


async def test_a_log_is_enough_for_reading(three: AsyncWorld) -> None:
    """Issue 5.3: the application may be elsewhere, as that of a follower."""
    three.projection.broken.clear()
    app = three.app
    upstream = AsyncUpstreamLog(NAME, app.notification_log, app.mapper)
    assert await AsyncDeadLetterQueue(three.projection, upstream).retry() == RetryResult(4, ())


async def test_an_event_that_is_not_in_the_log(three: AsyncWorld) -> None:
    """Issue 5.3: that is told, and the dead letter stays."""
    letter = DeadLetter(NAME, 99, Aggregate().id, 1, "", "", "", 1, Aggregate().created_on)
    await three.view.insert_tracking(letter)
    result = await three.queue.retry(letter.originator_id)
    assert "Notification 99 is not in the log of 'Upstream'" in result.failures[0].error
    assert ProgrammingError.__name__ in result.failures[0].error


async def test_another_tracking_name(three: AsyncWorld) -> None:
    """Issue 5.3: as partitions have."""
    queue = AsyncDeadLetterQueue(three.projection, three.app, tracking_name="Upstream:0/2")
    assert await queue.count() == 0
    letter = DeadLetter("Upstream:0/2", 2, Aggregate().id, 1, "", "", "", 1, Aggregate().created_on)
    await three.view.insert_tracking(letter)
    assert await queue.retry() == RetryResult(1, ())
    assert await queue.count() == 0
    assert await three.queue.count() == 4
