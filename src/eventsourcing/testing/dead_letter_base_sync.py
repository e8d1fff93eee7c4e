# Generated from dead_letter_base_async.py by tools/async_to_sync.py: do not edit.
"""What the suites of dead letters have in common: letters, and recorders that can keep them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from eventsourcing.persistence import DeadLetter, TrackingRecorder
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
