# Generated from test_decisions_put_aside_async.py by tools/async_to_sync.py: do not edit.
"""Decisions that cannot be processed are put aside, in order per tag: issue 5.3."""

from __future__ import annotations

from collections.abc import Iterator
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
from eventsourcing.projection import DeadLetterQueue, PutAside, RetryResult
from eventsourcing.projection.error_handling_sync import handle_errors
from eventsourcing.projection.event_kinds import TAGGED_DECISIONS
from eventsourcing.projection.processors_sync import Processor, select_processor
from tests.unit.projection.dcb_samples_sync import Cinema, SeatTaken
from tests.unit.projection.mishaps_sync import Fragile, FragileBatches, make_recorder

NAME = "Cinema"


class World:
    """An application with decisions, and a projection that puts some of them aside."""

    def __init__(self, app: Cinema, projection: Fragile) -> None:
        self.app = app
        self.projection = projection
        self.view = projection.view
        self.queue = DeadLetterQueue(projection, app)
        self.processor = self.make_processor()

    def make_processor(self) -> Processor:
        return handle_errors(
            select_processor(self.projection), self.projection, self.view, kind=TAGGED_DECISIONS
        )

    def record(self, *tags: str) -> None:
        """Record a decision for each word of tags, such as `"a"` or `"a b"`."""
        for each in tags:
            self.app.decide(SeatTaken(each), tags=tuple(each.split()))

    def process(self) -> None:
        """Process what has been recorded, together as far as that is possible."""
        position = self.view.max_tracking_id(NAME)
        jobs: list[Any] = []
        for each in self.app.recorder.read(after=position):
            tagged: Any = self.app.mapper.to_domain_event(each.event)
            jobs.append((tagged, Tracking(NAME, each.position)))
        if jobs:
            self.processor.process(jobs)
        self.projection.attempts.clear()

    def letters(self) -> dict[int, int | None]:
        """Return what each dead letter follows."""
        return {each.notification_id: each.follows for each in self.queue.list()}


@pytest.fixture(params=[Fragile, FragileBatches])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    projection = request.param(make_recorder())
    projection.on_error = PutAside()
    with Cinema() as app:
        yield World(app, projection)


@pytest.fixture
def four(world: World) -> World:
    """Four dead letters: 1 has failed, 3 waits for it, 4 for 3, and 6 has failed."""
    world.projection.breaks(1, ValueError("wrong"))
    world.projection.breaks(6, ValueError("wrong"))
    world.record("a", "x", "a b", "b", "y", "z")
    world.process()
    assert world.letters() == {1: None, 3: 1, 4: 3, 6: None}
    world.projection.broken.clear()
    return world


# Putting aside


def test_a_decision_that_fails_is_put_aside(world: World) -> None:
    """Issue 5.3: with its tags and the topic of its class, and the next one is processed."""
    world.projection.breaks(2, ValueError("wrong"))
    world.record("x", "seat:A1 guest:Kim", "y")
    world.process()
    (letter,) = world.queue.list()
    assert world.projection.done == [1, 3]
    assert (letter.application_name, letter.notification_id) == (NAME, 2)
    assert letter.tags == ("seat:A1", "guest:Kim")
    assert (letter.originator_id, letter.originator_version) == (None, None)
    assert letter.topic == "tests.unit.projection.dcb_samples_sync:SeatTaken"
    assert (letter.error, letter.attempts, letter.follows) == ("ValueError: wrong", 1, None)


def test_later_decisions_that_share_a_tag_follow_untried(four: World) -> None:
    """Issue 5.3: in order per tag, so also those that share one with a follower; others go on."""
    assert four.projection.done == [2, 5]
    letters = four.queue.list()
    assert [letter.attempts for letter in letters] == [1, 0, 0, 1]
    four.record("c", "c z", "c", "w")
    four.process()
    assert (four.letters()) == {1: None, 3: 1, 4: 3, 6: None, 8: 6, 9: 8}
    assert four.projection.done == [2, 5, 7, 10]


def test_blocked_tags_are_known_after_a_restart(four: World) -> None:
    """Issue 5.3: they are read when processing begins."""
    four.processor = four.make_processor()
    four.record("b", "w")
    four.process()
    assert four.letters() == {1: None, 3: 1, 4: 3, 6: None, 7: 3}
    assert four.projection.done[-1] == 8


def test_it_goes_on_when_others_have_dropped_the_dead_letters(four: World) -> None:
    """Issue 5.3: the decision is processed when none is left that shares a tag."""
    for notification_id in (1, 3):
        four.view.drop_dead_letter(NAME, notification_id)
    four.record("a", "a b")
    four.process()
    assert four.projection.done == [2, 5, 7]
    assert four.letters() == {4: 3, 6: None, 8: 4}


def test_what_another_runner_has_put_aside_blocks(world: World) -> None:
    """J27, issue 5.3: seen when this runner finds that it is behind."""
    world.record("x")
    world.process()
    world.record("a", "a")
    other = world.make_processor()
    world.projection.breaks(2, ValueError("wrong"))
    job = (Tagged(["a"], SeatTaken()), Tracking(NAME, 2))
    other.process([job])
    world.projection.broken.clear()
    with pytest.raises(IntegrityError):
        world.processor.process([job])
    world.process()
    assert world.letters() == {2: None, 3: 2}


def test_a_decision_without_tags_stops(world: World) -> None:
    """Issue 5.3: nothing is known of the order in which it has to be processed."""
    world.projection.breaks(1, ValueError("wrong"))
    world.app.decide(SeatTaken(), tags=())
    with pytest.raises(ValueError, match="wrong") as caught:
        world.process()
    assert "was not put aside: it has no tags" in caught.value.__notes__[-1]
    assert world.view.max_tracking_id(NAME) is None


# Listing, retrying and dropping


def test_listing(four: World) -> None:
    """Issue 5.3: in order, with a tag or all, after an ID, at most so many."""

    def ids(*args: Any, **kwargs: Any) -> list[int]:
        return [each.notification_id for each in four.queue.list(*args, **kwargs)]

    assert four.queue.count() == 4
    assert ids() == [1, 3, 4, 6]
    assert ids(tag="a") == [1, 3]
    assert ids(tag="b") == [3, 4]
    assert ids(tag="b", gt=3) == [4]
    assert ids(1, tag="b") == [3]
    assert ids(0, tag="b") == []
    assert ids(tag="w") == []


def test_retrying_all(four: World) -> None:
    """Issue 5.3: in order; what is processed is gone, and the position stays."""
    assert four.queue.retry() == RetryResult(4, ())
    assert four.projection.attempts == [1, 3, 4, 6]
    assert four.letters() == {}
    assert four.view.max_tracking_id(NAME) == 6
    four.record("a b")
    four.process()
    assert four.projection.done[-1] == 7


def test_what_waits_for_one_that_fails_again_is_left(four: World) -> None:
    """Issue 5.3: directly or not; its error and attempts are updated."""
    four.projection.breaks(1, KeyError("still"))
    result = four.queue.retry()
    assert four.projection.attempts == [1, 6]
    assert result.num_processed == 1
    (failure,) = result.failures
    assert (failure.error, failure.attempts, failure.tags) == ("KeyError: 'still'", 2, ("a",))
    assert four.letters() == {1: None, 3: 1, 4: 3}


def test_a_follower_that_fails_holds_up_its_own_followers(four: World) -> None:
    """Issue 5.3: it has become one that has failed."""
    four.projection.breaks(3, ValueError("wrong"))
    result = four.queue.retry()
    assert four.projection.attempts == [1, 3, 6]
    assert [each.notification_id for each in result.failures] == [3]
    assert four.letters() == {3: None, 4: 3}


def test_retrying_those_with_a_tag(four: World) -> None:
    """Issue 5.3: as long as none waits for one that has not the tag."""
    assert four.queue.retry(tag="b") == RetryResult(0, ())
    assert four.queue.retry(tag="a") == RetryResult(2, ())
    assert four.letters() == {4: 3, 6: None}
    assert four.queue.retry(tag="b") == RetryResult(1, ())
    assert four.projection.attempts == [1, 3, 4]


def test_at_most_so_many(four: World) -> None:
    """Issue 5.3: attempts, whether they succeed or not."""
    assert four.queue.retry(limit=2) == RetryResult(2, ())
    four.projection.breaks(4, ValueError("wrong"))
    result = four.queue.retry(limit=1)
    assert (result.num_processed, len(result.failures)) == (0, 1)
    assert four.letters() == {4: None, 6: None}


def test_many_decisions(world: World) -> None:
    """Issue 5.3: more than are read at once, some of which fail again."""
    for number in range(1, 251):
        world.projection.breaks(number, ValueError("wrong"))
    world.record(*(f"{number % 100}" for number in range(1, 251)))
    world.process()
    world.projection.broken = {50: [ValueError("again")], 101: [ValueError("again")]}
    world.processor = world.make_processor()
    result = world.queue.retry()
    assert [each.notification_id for each in result.failures] == [50, 101]
    assert list(world.letters()) == [50, 101, 150, 201, 250]
    assert result.num_processed == 245


def test_dropping(four: World) -> None:
    """Issue 5.3: one, or all that have a tag."""
    assert four.queue.drop(6) == 1
    assert four.queue.drop(tag="a") == 2
    assert four.letters() == {4: 3}
    four.record("a")
    four.process()
    assert four.projection.done == [2, 5, 7]


def test_somebody_else_has_retried_it(four: World) -> None:
    """Issue 5.3: that is no failure, and those that waited for it are next."""
    process_event = four.projection.process_event

    def come_late(domain_event: Any, tracking: Tracking) -> None:
        if tracking.notification_id == 1:
            four.view.insert_tracking(RetriedTracking(NAME, 1))
        process_event(domain_event, tracking)

    vars(four.projection)["process_event"] = come_late
    result = four.queue.retry()
    assert result.failures == ()
    assert four.letters() == {}
    assert four.projection.done == [2, 5, 3, 4, 6]


def test_handlers_that_do_not_track(four: World) -> None:
    """J10: it was processed, so it is a dead letter no more."""

    def process_event(_: Any, tracking: Tracking) -> None:
        four.projection.done.append(tracking.notification_id)

    vars(four.projection)["process_event"] = process_event
    assert four.queue.retry() == RetryResult(4, ())
    assert four.projection.done == [2, 5, 1, 3, 4, 6]
    assert four.letters() == {}


def test_errors_of_the_database_are_raised(four: World) -> None:
    """Issue 5.3: they say nothing about the decision."""
    four.projection.breaks(1, OperationalError("gone"))
    before = four.queue.list()
    with pytest.raises(OperationalError, match="gone"):
        four.queue.retry()
    assert four.queue.list() == before


def test_selecting_by_what_decisions_have_not(four: World) -> None:
    """Issue 5.3: they have tags, not an originator."""
    queue: Any = four.queue
    for method in (queue.list, queue.retry, queue.drop):
        with pytest.raises(TypeError, match="'Cinema' have tags: give tag instead"):
            method(originator_id="seat:A1")
        with pytest.raises(TypeError, match=r"tag is \['a'\]: expected text"):
            method(tag=["a"])
    with pytest.raises(ValueError, match="either"):
        queue.drop()
    with pytest.raises(ValueError, match="either"):
        queue.drop(1, tag="a")


def test_what_is_to_follow_may_be_gone_again_and_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 5.3: each is left out when that turns out; then the decision is processed."""
    world.projection.breaks(1, ValueError("wrong"))
    world.projection.breaks(2, ValueError("wrong"))
    world.record("a", "b")
    world.process()
    insert = world.view.insert_tracking
    tried: list[int | None] = []

    def refuse(tracking: Tracking) -> None:
        if isinstance(tracking, DeadLetter):
            tried.append(tracking.follows)
            raise NotBlockedError
        insert(tracking)

    monkeypatch.setattr(world.view, "insert_tracking", refuse)
    world.record("a b")
    world.process()
    assert tried == [1, 2]
    assert world.projection.done == [3]
