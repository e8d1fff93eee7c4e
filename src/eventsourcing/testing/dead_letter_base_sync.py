# Generated from dead_letter_base_async.py by tools/async_to_sync.py: do not edit.
"""What the suites of dead letters have in common: letters, and recorders that can keep them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from eventsourcing._concurrency.primitives_sync import sleep, spawn
from eventsourcing.persistence import DeadLetter, RetriedTracking, TrackingRecorder
from eventsourcing.testing.checks import expect, expect_true
from eventsourcing.testing.engine_suite_sync import EngineSuite

SECTION = "section 'dead letters'"
KEPT = f"{SECTION}: what was put aside is kept"
ONCE = f"{SECTION}: an event that was put aside is done with once"
ORDER = f"{SECTION}: in ascending order of notification IDs"
_TIME = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)


def make_letter(notification_id: int, **values: Any) -> DeadLetter:
    """Return a dead letter with these values, and others."""
    letter: dict[str, Any] = {
        "application_name": "upstream",
        "notification_id": notification_id,
        "originator_id": uuid4(),
        "originator_version": 1,
        "topic": "module:Class",
        "error": "ValueError: wrong",
        "traceback": "Traceback …\nValueError: wrong",
        "attempts": 1,
        "put_aside_at": _TIME,
        **values,
    }
    return DeadLetter(**letter)


class DeadLetterBase(EngineSuite):
    """Makes recorders, and records dead letters."""

    def create_recorder(self) -> TrackingRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: TrackingRecorder = self.create_factory().tracking_recorder()
        return recorder

    def create_prepared(self) -> TrackingRecorder:
        """Return a new recorder that is ready to keep dead letters."""
        recorder = self.create_recorder()
        recorder.prepare_dead_letters()
        return recorder

    def put_aside(self, recorder: TrackingRecorder, *letters: DeadLetter) -> None:
        """Record the dead letters."""
        for letter in letters:
            recorder.insert_tracking(letter)

    def expect_all_retried(self, recorder: TrackingRecorder, put_aside: Callable[[], None]) -> None:
        """Retry all while the function records dead letters with the IDs 1 to 20, until it ends."""
        processed: list[int] = []

        def retry() -> None:
            is_last_look = False
            while not is_last_look:
                is_last_look = putting.done()
                for letter in recorder.select_dead_letters("upstream", 100):
                    retried = RetriedTracking("upstream", letter.notification_id)
                    recorder.insert_tracking(retried)
                    processed.append(letter.notification_id)
                sleep(0)

        putting = spawn(put_aside)
        for task in (putting, spawn(retry)):
            expect_true(task.join(60), f"{SECTION}: nobody waits for ever")
            expect(task.error, None, ONCE)
        expect(processed, list(range(1, 21)), ORDER)
