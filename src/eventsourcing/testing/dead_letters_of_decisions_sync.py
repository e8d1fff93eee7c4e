# Generated from dead_letters_of_decisions_async.py by tools/async_to_sync.py: do not edit.
"""What recorders must do with dead letters of decisions, which have tags and no originator."""

from __future__ import annotations

from typing import Any

from eventsourcing.persistence import DeadLetter, NotBlockedError, RetriedTracking, Tracking
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.dead_letter_base_sync import (
    KEPT,
    ORDER,
    SECTION,
    DeadLetterBase,
    make_letter,
)
from eventsourcing.testing.samples import DIFFICULT_TEXTS, HOSTILE_TEXTS

_FOLLOWED = f"{SECTION}: a decision follows one that is still put aside"


def make_decision_letter(notification_id: int, *tags: str, **values: Any) -> DeadLetter:
    """Return a dead letter of a decision with these tags."""
    nobody: dict[str, Any] = {"originator_id": None, "originator_version": None}
    return make_letter(notification_id, tags=tags, **nobody, **values)


class DecisionDeadLetterSuite(DeadLetterBase):
    """Keeping them, and following one by its notification ID."""

    def test_tags_are_kept(self) -> None:
        """Section 'dead letters': exactly, in their order, any number of them."""
        recorder = self.create_prepared()
        letters = [
            make_decision_letter(1, "seat:A1"),
            make_decision_letter(2, *HOSTILE_TEXTS, *DIFFICULT_TEXTS, ""),
            make_decision_letter(3, "b", "a", "b"),
            make_decision_letter(4, *(f"tag:{number:0100}" for number in range(200))),
        ]
        self.put_aside(recorder, *letters)
        expect(list(recorder.select_dead_letters("upstream", 10)), letters, KEPT)

    def test_decisions_are_not_of_an_aggregate(self) -> None:
        """Section 'dead letters': they are not among those that block aggregates."""
        recorder = self.create_prepared()
        of_aggregate = make_letter(2)
        self.put_aside(recorder, make_decision_letter(1, "a"), of_aggregate)
        expect(
            dict(recorder.select_blocked("upstream", 10)),
            {of_aggregate.originator_id: 2},
            f"{SECTION}: aggregates with dead letters",
        )

    def test_a_decision_follows_one_that_is_put_aside(self) -> None:
        """Section 'dead letters': that one, whatever its other tags are."""
        recorder = self.create_prepared()
        letters = [
            make_decision_letter(1, "a", "b"),
            make_decision_letter(2, "b", "c", attempts=0, follows=1),
        ]
        self.put_aside(recorder, *letters)
        expect(list(recorder.select_dead_letters("upstream", 10)), letters, ORDER)

    def test_a_decision_does_not_follow_one_that_is_gone(self) -> None:
        """Section 'dead letters': `NotBlockedError`, also if others are left."""
        recorder = self.create_prepared()
        others = [make_decision_letter(2, "a"), make_decision_letter(1, "a", application_name="x")]
        self.put_aside(recorder, make_decision_letter(1, "a"), *others)
        recorder.insert_tracking(RetriedTracking("upstream", 1))
        with expect_error(NotBlockedError, _FOLLOWED):
            recorder.insert_tracking(make_decision_letter(3, "a", follows=1))
        expect(recorder.max_tracking_id("upstream"), 2, f"{SECTION}: nothing was recorded")
        recorder.insert_tracking(make_decision_letter(3, "a", follows=2))
        recorder.insert_tracking(Tracking("upstream", 4))

    def test_retrying_while_other_decisions_follow(self) -> None:
        """Section 'dead letters': who finds none left misses none that is just being put aside."""
        recorder = self.create_prepared()

        def find_last() -> int | None:
            found = recorder.select_dead_letters("upstream", 100)
            return found[-1].notification_id if found else None

        def put_aside() -> None:
            for number in range(1, 21):
                try:
                    letter = make_decision_letter(number, "a", follows=find_last())
                    recorder.insert_tracking(letter)
                except NotBlockedError:
                    recorder.insert_tracking(make_decision_letter(number, "a"))

        self.expect_all_retried(recorder, put_aside)
