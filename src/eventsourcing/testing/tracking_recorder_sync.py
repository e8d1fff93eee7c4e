# Generated from tracking_recorder_async.py by tools/async_to_sync.py: do not edit.
"""What every tracking recorder must do (contract B10, B11, Y1-Y5)."""

from __future__ import annotations

from time import monotonic

import pytest

from eventsourcing._concurrency.primitives_sync import Event, spawn
from eventsourcing.persistence import (
    IntegrityError,
    PersistenceError,
    Tracking,
    TrackingRecorder,
    WaitInterruptedError,
)
from eventsourcing.testing.checks import expect, expect_error, expect_true
from eventsourcing.testing.engine_suite_sync import EngineSuite
from eventsourcing.testing.samples import DIFFICULT_TEXTS, HOSTILE_TEXTS

_CONFLICT = "Y2: an ID that is not greater than the greatest recorded one is refused"


class TrackingRecorderSuite(EngineSuite):
    """What every tracking recorder must do, in either mode of tracking."""

    def create_recorder(self) -> TrackingRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: TrackingRecorder = self.create_factory().tracking_recorder()
        return recorder

    def test_nothing_is_tracked_at_first(self) -> None:
        """Y5: no greatest ID, and nothing has been processed."""
        recorder = self.create_recorder()
        expect(recorder.max_tracking_id("upstream"), None, "Y5: nothing is tracked")
        expect(recorder.has_tracking_id("upstream", 1), False, "B10: nothing is tracked")
        expect(recorder.has_tracking_id("upstream", None), True, "B10: None always is")

    def test_greatest_id(self) -> None:
        """Y2, Y5: recording greater IDs, with gaps."""
        recorder = self.create_recorder()
        for notification_id in (1, 2, 7, 2**40):
            recorder.insert_tracking(Tracking("upstream", notification_id))
            actual = recorder.max_tracking_id("upstream")
            expect(actual, notification_id, "Y5: the greatest ID that was recorded")

    def test_what_has_been_processed(self) -> None:
        """B10: all IDs up to the greatest, in both modes of tracking."""
        recorder = self.create_recorder()
        recorder.insert_tracking(Tracking("upstream", 5))
        for notification_id, expected in ((None, True), (1, True), (5, True), (6, False)):
            actual = recorder.has_tracking_id("upstream", notification_id)
            expect(actual, expected, f"B10: 5 is recorded, has_tracking_id({notification_id})")

    def test_same_id_twice(self) -> None:
        """Y2, Y4: refused, and the record stays as it is."""
        recorder = self.create_recorder()
        recorder.insert_tracking(Tracking("upstream", 5))
        for _ in range(3):
            with expect_error(IntegrityError, _CONFLICT):
                recorder.insert_tracking(Tracking("upstream", 5))
        expect(recorder.max_tracking_id("upstream"), 5, "Y2: nothing was stored")
        recorder.insert_tracking(Tracking("upstream", 6))
        expect(recorder.max_tracking_id("upstream"), 6, "Y2: the recorder works as before")

    def test_names_are_independent(self) -> None:
        """Y2: each upstream application has its own record."""
        recorder = self.create_recorder()
        for name, notification_id in (("one", 5), ("other", 3), ("One", 1)):
            recorder.insert_tracking(Tracking(name, notification_id))
        for name, expected in (("one", 5), ("other", 3), ("One", 1), ("on", None)):
            expect(recorder.max_tracking_id(name), expected, f"Y2: the record of '{name}'")

    @pytest.mark.parametrize("name", [*HOSTILE_TEXTS, "n" * 1000])
    def test_any_text_is_a_name(self, name: str) -> None:
        """Y1: names are stored exactly, and never executed."""
        recorder = self.create_recorder()
        recorder.insert_tracking(Tracking(name, 5))
        expect(recorder.max_tracking_id(name), 5, "Y1: the record of this name")
        expect(recorder.max_tracking_id(f"{name} "), None, "Y1: another name")

    @pytest.mark.parametrize("name", DIFFICULT_TEXTS)
    def test_difficult_names_are_stored_exactly_or_refused(self, name: str) -> None:
        """Y1: never cut or changed; an error of the library, or a ValueError, otherwise."""
        recorder = self.create_recorder()
        try:
            recorder.insert_tracking(Tracking(name, 5))
        except (PersistenceError, ValueError):
            pass
        else:
            expect(recorder.max_tracking_id(name), 5, "Y1: what is not refused is recorded")
        expect(recorder.max_tracking_id(name[:3]), None, "Y1: another name")
        recorder.insert_tracking(Tracking("upstream", 1))

    def test_one_of_several_recorders_wins(self) -> None:
        """Y2: of concurrent calls with the same ID, exactly one succeeds."""
        recorder = self.create_recorder()
        winners: list[int] = []

        def track() -> None:
            for notification_id in range(1, 11):
                try:
                    recorder.insert_tracking(Tracking("upstream", notification_id))
                except IntegrityError:
                    continue
                winners.append(notification_id)

        trackers = [spawn(track) for _ in range(4)]
        for tracker in trackers:
            tracker.join()
            expect(tracker.error, None, "B7: recorders are used by several threads or tasks")
        expect(sorted(winners), list(range(1, 11)), "Y2: each ID is recorded by one of them")
        expect(recorder.max_tracking_id("upstream"), 10, "Y2: the greatest ID")

    def test_records_survive_a_restart(self) -> None:
        """Y1: what a durable engine has acknowledged is there when it is opened again."""
        if not self.capabilities.durable:
            return
        self.create_recorder().insert_tracking(Tracking("upstream", 5))
        self.close_factories()
        recorder = self.create_recorder()
        expect(recorder.max_tracking_id("upstream"), 5, "Y1: after a restart")
        with expect_error(IntegrityError, _CONFLICT):
            recorder.insert_tracking(Tracking("upstream", 5))

    # Waiting

    def test_waiting_for_what_has_been_processed(self) -> None:
        """B11: returns at once, also with a set interrupt and no time."""
        recorder = self.create_recorder()
        recorder.insert_tracking(Tracking("upstream", 5))
        interrupt = Event()
        interrupt.set()
        for notification_id in (None, 1, 5):
            recorder.wait("upstream", notification_id, timeout=0, interrupt=interrupt)

    def test_waiting_ends_when_it_is_processed(self) -> None:
        """B11: `wait()` returns after another thread or task has recorded the ID."""
        recorder = self.create_recorder()

        def wait() -> None:
            recorder.wait("upstream", 2, timeout=60)

        waiting = spawn(wait)
        recorder.insert_tracking(Tracking("upstream", 1))
        recorder.insert_tracking(Tracking("upstream", 2))
        expect(waiting.join(60), True, "B11: wait() returns once the ID is recorded")
        expect(waiting.error, None, "B11: wait() returns once the ID is recorded")

    @pytest.mark.parametrize("timeout", [0, 0.01])
    def test_waiting_in_vain(self, timeout: float) -> None:
        """B11: `TimeoutError` with this text, not before the time is over."""
        recorder = self.create_recorder()
        started = monotonic()
        with expect_error(TimeoutError, "B11: the ID is not recorded in time") as caught:
            recorder.wait("upstream", 3, timeout=timeout)
        expect_true(monotonic() - started >= timeout, "B11: it waits until the time is over")
        expect(
            str(caught[0]),
            "Timed out waiting for notification 3 from application 'upstream' to be processed",
            "B11: the text of the error",
        )

    def test_interrupted_before_waiting(self) -> None:
        """B11: `WaitInterruptedError`, although there was time."""
        recorder = self.create_recorder()
        interrupt = Event()
        interrupt.set()
        with expect_error(WaitInterruptedError, "B11: the interrupt is set"):
            recorder.wait("upstream", 1, timeout=60, interrupt=interrupt)

    def test_interrupted_while_waiting(self) -> None:
        """B11: setting the interrupt ends the waiting."""
        recorder = self.create_recorder()
        interrupt = Event()

        def wait() -> None:
            recorder.wait("upstream", 1, timeout=60, interrupt=interrupt)

        waiting = spawn(wait)
        interrupt.set()
        expect(waiting.join(60), True, "B11: setting the interrupt ends the waiting")
        actual = type(waiting.error)
        expect(actual, WaitInterruptedError, "B11: an interrupted wait() raises this")


class SingleRowTrackingSuite(TrackingRecorderSuite):
    """What tracking recorders must do by default: they keep the greatest ID only."""

    def test_lower_ids_are_refused(self) -> None:
        """Y2: gaps cannot be filled later."""
        recorder = self.create_recorder()
        recorder.insert_tracking(Tracking("upstream", 5))
        for notification_id in (4, 1, 0):
            with expect_error(IntegrityError, _CONFLICT):
                recorder.insert_tracking(Tracking("upstream", notification_id))
            expect(recorder.max_tracking_id("upstream"), 5, "Y2: nothing was stored")


class MultiRowTrackingSuite(TrackingRecorderSuite):
    """What tracking recorders must do in the legacy mode: they keep all IDs (Y4).

    For engines with the capability 'multi_row_tracking', with SINGLE_ROW_TRACKING=no.
    """

    def test_lower_ids_may_be_recorded_later(self) -> None:
        """Y4: the greatest ID stays the greatest; each ID is recorded once."""
        recorder = self.create_recorder()
        for notification_id in (5, 3, 1, 4):
            recorder.insert_tracking(Tracking("upstream", notification_id))
            expect(recorder.max_tracking_id("upstream"), 5, "Y4: the greatest ID")
        for notification_id in (5, 3, 1, 4):
            with expect_error(IntegrityError, "Y4: an ID that is recorded already is refused"):
                recorder.insert_tracking(Tracking("upstream", notification_id))
        expect(recorder.has_tracking_id("upstream", 2), True, "Y5: as in single-row mode")
