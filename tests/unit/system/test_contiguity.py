"""Which events are taken from a message, and which are read from the log."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.application import RecordingEvent
from eventsourcing.persistence import Notification, Recording
from eventsourcing.system.contiguity import Contiguity, Read, Take


def message(previous: int | None, *ids: int) -> RecordingEvent[Any]:
    recordings: list[Any] = [
        Recording(None, Notification(uuid4(), 1, "t", b"", id_))  # type: ignore[type-var]
        for id_ in ids
    ]
    return RecordingEvent("Shop", recordings, previous)


def run(contiguity: Contiguity, new: RecordingEvent[Any]) -> list[tuple[str, Any]]:
    """Take the steps, as runners do."""
    steps: list[tuple[str, Any]] = []
    for step in contiguity.plan(new):
        if isinstance(step, Take):
            steps.append(("take", [each.notification.id for each in step.recordings]))
            contiguity.covered = step.last_id
        else:
            steps.append(("read", step.stop))
            contiguity.covered = step.stop or contiguity.covered
    return steps


def test_what_comes_next_is_taken() -> None:
    """Y44: also from the very first message."""
    contiguity = Contiguity()
    assert run(contiguity, message(None, 1, 2)) == [("take", [1, 2])]
    assert run(contiguity, message(2, 3)) == [("take", [3])]


def test_a_gap_is_read_first() -> None:
    """Y44"""
    assert run(Contiguity(), message(6, 7, 8)) == [("read", 6), ("take", [7, 8])]
    assert run(Contiguity(), message(None, 7)) == [("read", 6), ("take", [7])]


def test_a_gap_that_the_leader_does_not_know_of_is_read_first() -> None:
    """Y46: another process has saved in between."""
    contiguity = Contiguity()
    run(contiguity, message(None, 1))
    assert run(contiguity, message(1, 3)) == [("read", 2), ("take", [3])]


def test_a_gap_inside_a_message_is_read() -> None:
    """Y46: IDs of two transactions may alternate."""
    contiguity = Contiguity()
    steps = run(contiguity, message(None, 1, 2, 4, 7))
    assert steps == [("take", [1, 2]), ("read", 3), ("take", [4]), ("read", 6), ("take", [7])]


def test_what_is_covered_is_skipped() -> None:
    """Y46: two threads that save at the same time are told of in the other order."""
    contiguity = Contiguity()
    run(contiguity, message(None, 3))
    assert run(contiguity, message(3, 1, 2)) == []
    assert run(contiguity, message(3, 2, 3, 4)) == [("take", [4])]


def test_a_message_with_a_lower_previous_id_is_ignored() -> None:
    """Y44, Y64"""
    contiguity = Contiguity()
    run(contiguity, message(None, 1))
    run(contiguity, message(1, 2))
    assert run(contiguity, message(1, 3)) == []
    assert run(contiguity, message(0, 3)) == []
    assert run(contiguity, message(2, 3)) == [("take", [3])]


def test_what_was_read_and_not_told_does_not_make_messages_old() -> None:
    """Y46, Y54: after an overflow, or after events of other processes, nothing is lost."""
    contiguity = Contiguity()
    run(contiguity, message(None, 1))
    contiguity.covered = 3  # somebody has read to the end
    assert run(contiguity, message(1, 4)) == [("take", [4])]


def test_a_message_without_recordings_asks_to_read_to_the_end() -> None:
    """Y37a, Y54"""
    contiguity = Contiguity(5)
    assert run(contiguity, message(None)) == [("read", None)]
    assert contiguity.covered == 5


def test_what_has_to_be_visible_before_reading() -> None:
    """Y46: an ID that is visible shows that all lower ones are."""
    assert next(Contiguity().plan(message(None, 4))) == Read(3, visible=4)


def test_a_plan_that_is_given_up_is_made_again() -> None:
    """Y40: when processing fails, a later message covers what was not processed."""
    contiguity = Contiguity()
    next(contiguity.plan(message(None, 1)))  # fails
    assert run(contiguity, message(1, 2)) == [("read", 1), ("take", [2])]


@given(st.data())
def test_all_events_are_covered_in_order_whatever_is_told(data: st.DataObject) -> None:
    """Y46: what is taken or read has no gap and no repetition, as far as anything was told.

    Several savers, some of them in other processes, announce or do not; the leader's own messages
    are in the order of announcing, and each one says what was announced before.
    """
    contiguity = Contiguity()
    log_end = data.draw(st.integers(1, 30))
    cuts = sorted(data.draw(st.sets(st.integers(1, log_end), min_size=1)))
    saves = [range(a + 1, b + 1) for a, b in zip([0, *cuts], [*cuts, log_end], strict=False)]
    own = [save for save in saves if save and data.draw(st.booleans())]
    own = data.draw(st.permutations(own)) if data.draw(st.booleans()) else own
    announced: int | None = None
    handled: list[int] = []
    for save in own:
        for step, what in run(contiguity, message(announced, *save)):
            done = handled[-1] if handled else 0
            handled += range(done + 1, what + 1) if step == "read" else what
        announced = max(announced or 0, save[-1])
    assert handled == list(range(1, len(handled) + 1))
    assert len(handled) == max((save[-1] for save in own), default=0)
