# Generated from test_error_handling_async.py by tools/async_to_sync.py: do not edit.
"""Trying again, and putting aside: issue 5.3."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    DeadLetter,
    IntegrityError,
    InterfaceError,
    OperationalError,
    Tracking,
)
from eventsourcing.projection import PutAside, Retry
from eventsourcing.projection.blocked_sync import BlockedAggregates
from eventsourcing.projection.error_handling_sync import (
    handle_errors,
    make_dead_letter,
    tell_failures,
)
from eventsourcing.projection.error_policy import ErrorPolicy, RetryInterruptedError, Stop
from eventsourcing.projection.event_kinds import AGGREGATE_EVENTS
from eventsourcing.projection.processors_sync import Processor, select_processor
from tests.unit.projection.mishaps_sync import (
    NAME,
    Fragile,
    FragileBatches,
    make_jobs,
    make_recorder,
)

SOON = Retry(attempts=3, wait=0)


def make_processor(
    policy: ErrorPolicy,
    projection_class: type[Fragile] = Fragile,
    interruption: Interruption | None = None,
) -> tuple[Fragile, Processor]:
    projection = projection_class(make_recorder())
    projection.on_error = policy
    return projection, handle_errors(
        select_processor(projection), projection, projection.view, interruption
    )


def process(processor: Processor, jobs: Sequence[Any]) -> None:
    for job in jobs:
        processor.process([job])


def letters_of(projection: Fragile) -> list[DeadLetter]:
    return list(projection.view.select_dead_letters(NAME, 1000))


def position_of(projection: Fragile) -> int | None:
    position: int | None = projection.view.max_tracking_id(NAME)
    return position


# Stopping


def test_stopping_adds_nothing() -> None:
    """J21: the default costs nothing."""
    projection = Fragile(make_recorder())
    assert projection.on_error == Stop()
    processor = select_processor(projection)
    assert handle_errors(processor, projection, projection.view) is processor


# Retrying


def test_an_event_is_tried_again() -> None:
    """Issue 5.3: until it succeeds; then the next one comes."""
    projection, processor = make_processor(SOON)
    projection.breaks(1, ValueError("wrong"), times=2)
    process(processor, make_jobs(Aggregate(), Aggregate()))
    assert projection.attempts == [1, 1, 1, 2]
    assert projection.done == [1, 2]


def test_the_last_error_stops() -> None:
    """Issue 5.3: it is the original one, and later attempts begin anew."""
    projection, processor = make_processor(SOON)
    errors = [ValueError("first"), ValueError("second"), ValueError("third")]
    projection.breaks(1, *errors)
    jobs = make_jobs(Aggregate())
    with pytest.raises(ValueError, match="third") as caught:
        process(processor, jobs)
    assert caught.value is errors[-1]
    assert position_of(projection) is None
    process(processor, jobs)
    assert projection.attempts == [1, 1, 1, 1]


def test_pauses_are_those_declared() -> None:
    """Issue 5.3: back-off."""
    waits: list[float | None] = []

    class Recording(Interruption):
        def wait_at_most(self, seconds: float | None) -> bool:
            waits.append(seconds)
            return False

    retry = Retry(attempts=4, wait=1, factor=10, longest_wait=50)
    projection, processor = make_processor(retry, interruption=Recording())
    projection.breaks(1, ValueError("wrong"), times=3)
    process(processor, make_jobs(Aggregate()))
    assert waits == [1, 10, 50]


def test_a_pause_ends_when_processing_is_stopped() -> None:
    """Issue 5.3: shutting down is prompt, and the event is neither processed nor put aside."""
    interruption = Interruption()
    retry = Retry(wait=1000, longest_wait=1000, then=PutAside())
    projection, processor = make_processor(retry, interruption=interruption)
    error = ValueError("wrong")
    projection.breaks(1, error)
    failed = Interruption()
    tell_failures(processor, lambda _: failed.set())

    def stop() -> None:
        failed.wait()
        interruption.set()

    stopping = spawn(stop)
    with pytest.raises(RetryInterruptedError) as caught:
        process(processor, make_jobs(Aggregate()))
    assert caught.value.__cause__ is error
    stopping.join()
    assert position_of(projection) is None
    assert letters_of(projection) == []


def test_each_failure_is_told() -> None:
    """Issue 5.3: a runner reports the last error, also one that was dealt with."""
    projection, processor = make_processor(Retry(attempts=2, wait=0, then=PutAside()))
    errors = [ValueError("first"), ValueError("second")]
    projection.breaks(1, *errors)
    told: list[Exception] = []
    tell_failures(processor, told.append)
    process(processor, make_jobs(Aggregate()))
    assert told == errors


def test_a_batch_that_fails_is_processed_one_by_one() -> None:
    """Issue 5.3: at once, and only the event that fails is tried again."""
    projection, processor = make_processor(SOON, FragileBatches)
    projection.breaks(2, ValueError("wrong"), times=2)
    processor.process(make_jobs(Aggregate(), Aggregate(), Aggregate()))
    assert projection.attempts == [1, 2, 1, 2, 2, 3]
    assert projection.done == [1, 2, 3]


@pytest.mark.parametrize("policy", [SOON, PutAside()])
def test_what_others_have_processed_is_not_tried_again(policy: ErrorPolicy) -> None:
    """J9, J27: nor put aside; it is for others to skip it."""
    projection, processor = make_processor(policy)
    projection.view.insert_tracking(Tracking(NAME, 1))
    with pytest.raises(IntegrityError):
        process(processor, make_jobs(Aggregate()))
    assert projection.attempts == [1]
    assert letters_of(projection) == []


@pytest.mark.parametrize("policy", [SOON, PutAside()])
def test_an_event_that_failed_and_is_tracked(policy: ErrorPolicy) -> None:
    """J9, J27: by this runner or another; it is neither tried again nor put aside."""
    projection, processor = make_processor(policy)
    told: list[Exception] = []
    tell_failures(processor, told.append)
    error = ValueError("too late")

    def process_event(_: Any, tracking: Tracking) -> None:
        projection.view.insert_tracking(tracking)
        raise error

    vars(projection)["process_event"] = process_event
    with pytest.raises(IntegrityError, match="is tracked already") as caught:
        process(processor, make_jobs(Aggregate()))
    assert caught.value.__cause__ is error
    assert told == [error]
    assert letters_of(projection) == []


# Putting aside


def test_an_event_that_fails_is_put_aside() -> None:
    """Issue 5.3: with all that is known of it, and the next one is processed."""
    projection, processor = make_processor(PutAside())
    projection.breaks(2, ValueError("wrong"))
    jobs = make_jobs(Aggregate(), Aggregate(), Aggregate())
    process(processor, jobs)
    assert projection.done == [1, 3]
    assert position_of(projection) == 3
    (letter,) = letters_of(projection)
    event = jobs[1][0]
    assert (letter.application_name, letter.notification_id) == (NAME, 2)
    assert (letter.originator_id, letter.originator_version) == (event.originator_id, 1)
    assert letter.topic == "eventsourcing.domain:Aggregate.Created"
    assert letter.error == "ValueError: wrong"
    assert "Traceback" in letter.traceback
    assert letter.attempts == 1
    assert letter.put_aside_at.utcoffset() is not None
    assert letter.follows is None


def test_all_attempts_are_made_before() -> None:
    """Issue 5.3: and counted."""
    projection, processor = make_processor(Retry(attempts=3, wait=0, then=PutAside()))
    projection.breaks(1, ValueError("wrong"))
    process(processor, make_jobs(Aggregate(), Aggregate()))
    assert projection.attempts == [1, 1, 1, 2]
    assert [letter.attempts for letter in letters_of(projection)] == [3]


def test_later_events_of_the_aggregate_follow_untried() -> None:
    """Issue 5.3: in order per aggregate; others go on."""
    projection, processor = make_processor(PutAside())
    projection.breaks(1, ValueError("wrong"))
    broken, sound = Aggregate(), Aggregate()
    process(processor, make_jobs(broken, sound, broken, sound, broken))
    assert projection.attempts == [1, 2, 4]
    letters = letters_of(projection)
    assert [(each.notification_id, each.follows) for each in letters] == [
        (1, None),
        (3, 1),
        (5, 1),
    ]
    assert [(each.attempts, each.error) for each in letters[1:]] == [(0, ""), (0, "")]


def test_blocked_aggregates_are_known_after_a_restart() -> None:
    """Issue 5.3: they are read when processing begins."""
    projection, processor = make_processor(PutAside())
    projection.breaks(1, ValueError("wrong"))
    aggregate = Aggregate()
    jobs = make_jobs(aggregate, aggregate)
    process(processor, jobs[:1])
    restarted = handle_errors(select_processor(projection), projection, projection.view)
    process(restarted, jobs[1:])
    assert projection.attempts == [1]
    assert len(letters_of(projection)) == 2


def test_it_goes_on_when_others_have_dropped_the_dead_letters() -> None:
    """Issue 5.3: the next event is processed, although this process knew of a dead letter."""
    projection, processor = make_processor(PutAside())
    projection.breaks(1, ValueError("wrong"))
    aggregate = Aggregate()
    jobs = make_jobs(aggregate, aggregate, aggregate)
    process(processor, jobs[:1])
    projection.view.drop_dead_letter(NAME, 1)
    process(processor, jobs[1:])
    assert projection.done == [2, 3]


def test_what_another_runner_has_put_aside_blocks() -> None:
    """J27, issue 5.3: seen when this runner finds that it is behind."""
    projection, processor = make_processor(PutAside())
    other = Fragile(projection.view)
    other.on_error = PutAside()
    other.breaks(2, ValueError("wrong"))
    aggregate = Aggregate()
    jobs = make_jobs(Aggregate(), aggregate, aggregate)
    process(processor, jobs[:1])
    process(handle_errors(select_processor(other), other, other.view), jobs[1:2])
    with pytest.raises(IntegrityError):
        process(processor, jobs[1:2])
    process(processor, jobs[2:])
    assert projection.done == [1]
    assert [each.follows for each in letters_of(projection)] == [None, 2]


@pytest.mark.parametrize(
    "error_class", [OperationalError, InterfaceError, ConnectionPoolClosedError]
)
def test_errors_of_the_database_stop(error_class: type[Exception]) -> None:
    """Issue 5.3: they are no fault of the event, which will be delivered again."""
    projection, processor = make_processor(PutAside())
    projection.breaks(1, error_class("gone"))
    with pytest.raises(error_class):
        process(processor, make_jobs(Aggregate()))
    assert position_of(projection) is None


def test_errors_of_the_database_are_retried() -> None:
    """Issue 5.3: except when the connections were closed, by whoever stops."""
    projection, processor = make_processor(Retry(attempts=3, wait=0, then=PutAside()))
    projection.breaks(1, OperationalError("deadlock"), times=2)
    projection.breaks(2, ConnectionPoolClosedError("closed"))
    with pytest.raises(ConnectionPoolClosedError):
        process(processor, make_jobs(Aggregate(), Aggregate()))
    assert projection.attempts == [1, 1, 1, 2]


def test_conflicts_of_the_handler_are_failures() -> None:
    """Issue 5.3: an `IntegrityError` for an event that is not tracked, such as of a unique name."""
    projection, processor = make_processor(PutAside())
    projection.breaks(1, IntegrityError("that name is taken"))
    process(processor, make_jobs(Aggregate(), Aggregate()))
    assert projection.done == [2]
    assert [each.error for each in letters_of(projection)] == [
        "eventsourcing.persistence.IntegrityError: that name is taken"
    ]


@pytest.mark.parametrize("policy", [SOON, PutAside()])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), GeneratorExit()])
def test_what_is_no_failure_passes(policy: ErrorPolicy, error: BaseException) -> None:
    """Issue 5.3: nobody wants these to be tried again, or put aside."""
    projection, processor = make_processor(policy)
    projection.breaks(1, error)
    with pytest.raises(type(error)):
        process(processor, make_jobs(Aggregate()))
    assert projection.attempts == [1]
    assert position_of(projection) is None


def test_an_event_without_originator_stops() -> None:
    """Issue 5.3: nothing is known of the order in which it has to be processed."""
    projection, processor = make_processor(PutAside())
    projection.breaks(1, ValueError("wrong"))
    jobs: Any = [(object(), Tracking(NAME, 1)), (object(), Tracking(NAME, 2))]
    with pytest.raises(ValueError, match="wrong") as caught:
        processor.process(jobs[:1])
    assert "no originator_id" in caught.value.__notes__[-1]
    processor.process(jobs[1:])
    assert projection.done == [2]


def test_batches_around_broken_and_blocked_events() -> None:
    """Issue 5.3: what can be processed together, is; each event once, in order."""
    projection, processor = make_processor(PutAside(), FragileBatches)
    projection.breaks(2, ValueError("wrong"))
    broken = Aggregate()
    aggregates = [Aggregate(), broken, Aggregate(), Aggregate(), broken, Aggregate(), Aggregate()]
    jobs = make_jobs(*aggregates)
    processor.process(jobs[:4])
    assert projection.attempts == [1, 2, 1, 2, 3, 4]
    projection.attempts.clear()
    processor.process(jobs[4:])
    assert projection.attempts == [6, 7]
    assert projection.done == [1, 3, 4, 6, 7]
    assert [each.notification_id for each in letters_of(projection)] == [2, 5]
    assert position_of(projection) == 7


def test_a_batch_that_others_have_begun() -> None:
    """J27: is not put aside."""
    projection, processor = make_processor(PutAside(), FragileBatches)
    projection.view.insert_tracking(Tracking(NAME, 2))
    with pytest.raises(IntegrityError):
        processor.process(make_jobs(*(Aggregate() for _ in range(4))))
    assert letters_of(projection) == []
    assert position_of(projection) == 2


def test_an_engine_without_dead_letters() -> None:
    """Issue 5.3: it is told before anything fails."""
    projection, processor = make_processor(PutAside())

    def refuse() -> None:
        raise NotImplementedError("The Old recorder does not keep dead letters")

    projection.view.prepare_dead_letters = refuse
    with pytest.raises(NotImplementedError, match="does not keep dead letters"):
        process(processor, make_jobs(Aggregate()))


def test_what_is_put_aside_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Issue 5.3: with the error, and the name of the projection."""
    caplog.set_level(logging.INFO)
    projection, processor = make_processor(PutAside())
    projection.breaks(1, ValueError("wrong"))
    aggregate = Aggregate()
    process(processor, make_jobs(aggregate, aggregate))
    name = type(projection).name
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("ERROR", f"{name}: notification 1 from 'Upstream' was put aside"),
        ("INFO", f"{name}: notification 2 from 'Upstream' was put aside after notification 1"),
    ]
    assert caplog.records[0].exc_info is not None


# Which aggregates are blocked


def test_more_blocked_aggregates_than_are_kept_in_memory() -> None:
    """Issue 5.3: the memory is bounded, the order is kept."""
    projection, _ = make_processor(PutAside())
    jobs = make_jobs(*(Aggregate() for _ in range(9)))
    blocked = BlockedAggregates(projection.view, most=3)
    for event, tracking in jobs:
        assert blocked.find(NAME, [event.originator_id]) is None
        letter = DeadLetter(
            NAME, tracking.notification_id, event.originator_id, 1, "", "", "", 1, event.timestamp
        )
        projection.view.insert_tracking(letter)
        blocked.add(letter)
    for known in (blocked, BlockedAggregates(projection.view, most=3)):
        for event, tracking in jobs:
            assert known.find(NAME, [event.originator_id]) == tracking.notification_id
        assert known.find(NAME, [Aggregate().id]) is None
        assert len(known._known[NAME].by_originator) <= 4


def test_what_others_have_retried_is_found_out_also_where_not_all_is_in_memory() -> None:
    """Issue 5.3: it is not taken for blocked again and again."""
    projection, _ = make_processor(PutAside())
    jobs = make_jobs(*(Aggregate() for _ in range(5)))
    letters = [make_dead_letter(job, AGGREGATE_EVENTS) for job in jobs]
    for letter in letters:
        projection.view.insert_tracking(letter)
    blocked = BlockedAggregates(projection.view, most=2)
    first = letters[0]
    assert blocked.find(NAME, [first.originator_id]) == 1
    projection.view.drop_dead_letter(NAME, 1)
    blocked.discard(first)
    assert blocked.find(NAME, [first.originator_id]) is None
    assert blocked.find(NAME, [letters[4].originator_id]) == 5
