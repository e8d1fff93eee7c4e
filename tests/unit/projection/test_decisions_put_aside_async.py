"""Decisions that cannot be processed are put aside, in order per tag: issue 5.3."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from eventsourcing.dcb.domain import Tagged
from eventsourcing.persistence import (
    DeadLetter,
    IntegrityError,
    NotBlockedError,
    OperationalError,
    RetriedTracking,
    Tracking,
)
from eventsourcing.projection import AsyncDeadLetterQueue, PutAside, RetryResult
from eventsourcing.projection.error_handling_async import handle_errors
from eventsourcing.projection.event_kinds import TAGGED_DECISIONS
from eventsourcing.projection.processors_async import AsyncProcessor, select_processor
from tests.unit.projection.dcb_samples_async import AsyncCinema, SeatTaken
from tests.unit.projection.mishaps_async import AsyncFragile, AsyncFragileBatches, make_recorder

NAME = "Cinema"


class AsyncWorld:
    """An application with decisions, and a projection that puts some of them aside."""

    def __init__(self, app: AsyncCinema, projection: AsyncFragile) -> None:
        self.app = app
        self.projection = projection
        self.view = projection.view
        self.queue = AsyncDeadLetterQueue(projection, app)
        self.processor = self.make_processor()

    def make_processor(self) -> AsyncProcessor:
        return handle_errors(
            select_processor(self.projection), self.projection, self.view, kind=TAGGED_DECISIONS
        )

    async def record(self, *tags: str) -> None:
        """Record a decision for each word of tags, such as `"a"` or `"a b"`."""
        for each in tags:
            await self.app.decide(SeatTaken(each), tags=tuple(each.split()))

    async def process(self) -> None:
        """Process what has been recorded, together as far as that is possible."""
        position = await self.view.max_tracking_id(NAME)
        jobs: list[Any] = []
        async for each in await self.app.recorder.read(after=position):
            tagged: Any = self.app.mapper.to_domain_event(each.event)
            jobs.append((tagged, Tracking(NAME, each.position)))
        if jobs:
            await self.processor.process(jobs)
        self.projection.attempts.clear()

    async def letters(self) -> dict[int, int | None]:
        """Return what each dead letter follows."""
        return {each.notification_id: each.follows for each in await self.queue.list()}


@pytest.fixture(params=[AsyncFragile, AsyncFragileBatches])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[AsyncWorld]:
    projection = request.param(make_recorder())
    projection.on_error = PutAside()
    async with AsyncCinema() as app:
        yield AsyncWorld(app, projection)


@pytest.fixture
async def four(world: AsyncWorld) -> AsyncWorld:
    """Four dead letters: 1 has failed, 3 waits for it, 4 for 3, and 6 has failed."""
    world.projection.breaks(1, ValueError("wrong"))
    world.projection.breaks(6, ValueError("wrong"))
    await world.record("a", "x", "a b", "b", "y", "z")
    await world.process()
    assert await world.letters() == {1: None, 3: 1, 4: 3, 6: None}
    world.projection.broken.clear()
    return world


# Putting aside


async def test_a_decision_that_fails_is_put_aside(world: AsyncWorld) -> None:
    """Issue 5.3: with its tags and the topic of its class, and the next one is processed."""
    world.projection.breaks(2, ValueError("wrong"))
    await world.record("x", "seat:A1 guest:Kim", "y")
    await world.process()
    (letter,) = await world.queue.list()
    assert world.projection.done == [1, 3]
    assert (letter.application_name, letter.notification_id) == (NAME, 2)
    assert letter.tags == ("seat:A1", "guest:Kim")
    assert (letter.originator_id, letter.originator_version) == (None, None)
    assert letter.topic == "tests.unit.projection.dcb_samples_async:SeatTaken"
    assert (letter.error, letter.attempts, letter.follows) == ("ValueError: wrong", 1, None)


async def test_later_decisions_that_share_a_tag_follow_untried(four: AsyncWorld) -> None:
    """Issue 5.3: in order per tag, so also those that share one with a follower; others go on."""
    assert four.projection.done == [2, 5]
    letters = await four.queue.list()
    assert [letter.attempts for letter in letters] == [1, 0, 0, 1]
    await four.record("c", "c z", "c", "w")
    await four.process()
    assert (await four.letters()) == {1: None, 3: 1, 4: 3, 6: None, 8: 6, 9: 8}
    assert four.projection.done == [2, 5, 7, 10]


async def test_blocked_tags_are_known_after_a_restart(four: AsyncWorld) -> None:
    """Issue 5.3: they are read when processing begins."""
    four.processor = four.make_processor()
    await four.record("b", "w")
    await four.process()
    assert await four.letters() == {1: None, 3: 1, 4: 3, 6: None, 7: 3}
    assert four.projection.done[-1] == 8


async def test_it_goes_on_when_others_have_dropped_the_dead_letters(four: AsyncWorld) -> None:
    """Issue 5.3: the decision is processed when none is left that shares a tag."""
    for notification_id in (1, 3):
        await four.view.drop_dead_letter(NAME, notification_id)
    await four.record("a", "a b")
    await four.process()
    assert four.projection.done == [2, 5, 7]
    assert await four.letters() == {4: 3, 6: None, 8: 4}


async def test_what_another_runner_has_put_aside_blocks(world: AsyncWorld) -> None:
    """J27, issue 5.3: seen when this runner finds that it is behind."""
    await world.record("x")
    await world.process()
    await world.record("a", "a")
    other = world.make_processor()
    world.projection.breaks(2, ValueError("wrong"))
    job = (Tagged(["a"], SeatTaken()), Tracking(NAME, 2))
    await other.process([job])
    world.projection.broken.clear()
    with pytest.raises(IntegrityError):
        await world.processor.process([job])
    await world.process()
    assert await world.letters() == {2: None, 3: 2}


async def test_a_decision_without_tags_stops(world: AsyncWorld) -> None:
    """Issue 5.3: nothing is known of the order in which it has to be processed."""
    world.projection.breaks(1, ValueError("wrong"))
    await world.app.decide(SeatTaken(), tags=())
    with pytest.raises(ValueError, match="wrong") as caught:
        await world.process()
    assert "was not put aside: it has no tags" in caught.value.__notes__[-1]
    assert await world.view.max_tracking_id(NAME) is None


# Listing, retrying and dropping


async def test_listing(four: AsyncWorld) -> None:
    """Issue 5.3: in order, with a tag or all, after an ID, at most so many."""

    async def ids(*args: Any, **kwargs: Any) -> list[int]:
        return [each.notification_id for each in await four.queue.list(*args, **kwargs)]

    assert await four.queue.count() == 4
    assert await ids() == [1, 3, 4, 6]
    assert await ids(tag="a") == [1, 3]
    assert await ids(tag="b") == [3, 4]
    assert await ids(tag="b", gt=3) == [4]
    assert await ids(1, tag="b") == [3]
    assert await ids(0, tag="b") == []
    assert await ids(tag="w") == []


async def test_retrying_all(four: AsyncWorld) -> None:
    """Issue 5.3: in order; what is processed is gone, and the position stays."""
    assert await four.queue.retry() == RetryResult(4, ())
    assert four.projection.attempts == [1, 3, 4, 6]
    assert await four.letters() == {}
    assert await four.view.max_tracking_id(NAME) == 6
    await four.record("a b")
    await four.process()
    assert four.projection.done[-1] == 7


async def test_what_waits_for_one_that_fails_again_is_left(four: AsyncWorld) -> None:
    """Issue 5.3: directly or not; its error and attempts are updated."""
    four.projection.breaks(1, KeyError("still"))
    result = await four.queue.retry()
    assert four.projection.attempts == [1, 6]
    assert result.num_processed == 1
    (failure,) = result.failures
    assert (failure.error, failure.attempts, failure.tags) == ("KeyError: 'still'", 2, ("a",))
    assert await four.letters() == {1: None, 3: 1, 4: 3}


async def test_a_follower_that_fails_holds_up_its_own_followers(four: AsyncWorld) -> None:
    """Issue 5.3: it has become one that has failed."""
    four.projection.breaks(3, ValueError("wrong"))
    result = await four.queue.retry()
    assert four.projection.attempts == [1, 3, 6]
    assert [each.notification_id for each in result.failures] == [3]
    assert await four.letters() == {3: None, 4: 3}


async def test_retrying_those_with_a_tag(four: AsyncWorld) -> None:
    """Issue 5.3: as long as none waits for one that has not the tag."""
    assert await four.queue.retry(tag="b") == RetryResult(0, ())
    assert await four.queue.retry(tag="a") == RetryResult(2, ())
    assert await four.letters() == {4: 3, 6: None}
    assert await four.queue.retry(tag="b") == RetryResult(1, ())
    assert four.projection.attempts == [1, 3, 4]


async def test_at_most_so_many(four: AsyncWorld) -> None:
    """Issue 5.3: attempts, whether they succeed or not."""
    assert await four.queue.retry(limit=2) == RetryResult(2, ())
    four.projection.breaks(4, ValueError("wrong"))
    result = await four.queue.retry(limit=1)
    assert (result.num_processed, len(result.failures)) == (0, 1)
    assert await four.letters() == {4: None, 6: None}


async def test_many_decisions(world: AsyncWorld) -> None:
    """Issue 5.3: more than are read at once, some of which fail again."""
    for number in range(1, 251):
        world.projection.breaks(number, ValueError("wrong"))
    await world.record(*(f"{number % 100}" for number in range(1, 251)))
    await world.process()
    world.projection.broken = {50: [ValueError("again")], 101: [ValueError("again")]}
    world.processor = world.make_processor()
    result = await world.queue.retry()
    assert [each.notification_id for each in result.failures] == [50, 101]
    assert list(await world.letters()) == [50, 101, 150, 201, 250]
    assert result.num_processed == 245


async def test_dropping(four: AsyncWorld) -> None:
    """Issue 5.3: one, or all that have a tag."""
    assert await four.queue.drop(6) == 1
    assert await four.queue.drop(tag="a") == 2
    assert await four.letters() == {4: 3}
    await four.record("a")
    await four.process()
    assert four.projection.done == [2, 5, 7]


async def test_somebody_else_has_retried_it(four: AsyncWorld) -> None:
    """Issue 5.3: that is no failure, and those that waited for it are next."""
    process_event = four.projection.process_event

    async def come_late(domain_event: Any, tracking: Tracking) -> None:
        if tracking.notification_id == 1:
            await four.view.insert_tracking(RetriedTracking(NAME, 1))
        await process_event(domain_event, tracking)

    vars(four.projection)["process_event"] = come_late
    result = await four.queue.retry()
    assert result.failures == ()
    assert await four.letters() == {}
    assert four.projection.done == [2, 5, 3, 4, 6]


async def test_handlers_that_do_not_track(four: AsyncWorld) -> None:
    """J10: it was processed, so it is a dead letter no more."""

    async def process_event(_: Any, tracking: Tracking) -> None:
        four.projection.done.append(tracking.notification_id)

    vars(four.projection)["process_event"] = process_event
    assert await four.queue.retry() == RetryResult(4, ())
    assert four.projection.done == [2, 5, 1, 3, 4, 6]
    assert await four.letters() == {}


async def test_errors_of_the_database_are_raised(four: AsyncWorld) -> None:
    """Issue 5.3: they say nothing about the decision."""
    four.projection.breaks(1, OperationalError("gone"))
    before = await four.queue.list()
    with pytest.raises(OperationalError, match="gone"):
        await four.queue.retry()
    assert await four.queue.list() == before


async def test_selecting_by_what_decisions_have_not(four: AsyncWorld) -> None:
    """Issue 5.3: they have tags, not an originator."""
    queue: Any = four.queue
    for method in (queue.list, queue.retry, queue.drop):
        with pytest.raises(TypeError, match="'Cinema' have tags: give tag instead"):
            await method(originator_id="seat:A1")
        with pytest.raises(TypeError, match=r"tag is \['a'\]: expected text"):
            await method(tag=["a"])
    with pytest.raises(ValueError, match="either"):
        await queue.drop()
    with pytest.raises(ValueError, match="either"):
        await queue.drop(1, tag="a")


async def test_what_is_to_follow_may_be_gone_again_and_again(
    world: AsyncWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 5.3: each is left out when that turns out; then the decision is processed."""
    world.projection.breaks(1, ValueError("wrong"))
    world.projection.breaks(2, ValueError("wrong"))
    await world.record("a", "b")
    await world.process()
    insert = world.view.insert_tracking
    tried: list[int | None] = []

    async def refuse(tracking: Tracking) -> None:
        if isinstance(tracking, DeadLetter):
            tried.append(tracking.follows)
            raise NotBlockedError
        await insert(tracking)

    monkeypatch.setattr(world.view, "insert_tracking", refuse)
    await world.record("a b")
    await world.process()
    assert tried == [1, 2]
    assert world.projection.done == [3]
