# Generated from tracking_migration_async.py by tools/async_to_sync.py: do not edit.
"""What happens to tracking records of the legacy mode (contract Y6-Y8, Y10)."""

from __future__ import annotations

from typing import Any

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import IntegrityError, OperationalError, Tracking
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.engine_suite_sync import EngineSuite

_MULTI_ROW = "no"
_SINGLE_ROW = "yes"


class TrackingMigrationSuite(EngineSuite):
    """What durable engines with the capability 'multi_row_tracking' must do with old records."""

    def open_tracking(self, single_row: str) -> Any:
        """Return a tracking recorder of a new factory, whose tables are there."""
        factory = self.create_factory(SINGLE_ROW_TRACKING=single_row)
        recorder = factory.tracking_recorder()
        recorder.max_tracking_id("upstream")
        return recorder

    def record_in_old_mode(self) -> None:
        """Leave tracking records as a program of an older release would."""
        recorder = self.open_tracking(_MULTI_ROW)
        for name, notification_id in (("upstream", 2), ("upstream", 7), ("other", 5)):
            recorder.insert_tracking(Tracking(name, notification_id))
        self.close_factories()

    def test_greatest_ids_are_kept(self) -> None:
        """Y7: opening in single-row mode keeps the greatest ID of each name."""
        self.record_in_old_mode()
        recorder = self.open_tracking(_SINGLE_ROW)
        for name, expected in (("upstream", 7), ("other", 5), ("unknown", None)):
            expect(recorder.max_tracking_id(name), expected, f"Y7: the record of '{name}'")

    def test_migrated_records_are_in_single_row_mode(self) -> None:
        """Y7, Y2: lower IDs are refused from then on, greater ones recorded."""
        self.record_in_old_mode()
        recorder = self.open_tracking(_SINGLE_ROW)
        for notification_id in (2, 5, 7):
            with expect_error(IntegrityError, "Y2: lower IDs are refused after the migration"):
                recorder.insert_tracking(Tracking("upstream", notification_id))
        recorder.insert_tracking(Tracking("upstream", 8))
        expect(recorder.max_tracking_id("upstream"), 8, "Y2: greater IDs are recorded")

    def test_process_recorders_migrate_too(self) -> None:
        """Y7: it does not matter which recorder opens the database first."""
        self.record_in_old_mode()
        factory = self.create_factory(SINGLE_ROW_TRACKING=_SINGLE_ROW)
        recorder = factory.process_recorder()
        expect(recorder.max_tracking_id("upstream"), 7, "Y7: the greatest ID")
        with expect_error(IntegrityError, "Y2: lower IDs are refused after the migration"):
            recorder.insert_events([], tracking=Tracking("upstream", 3))

    def test_migration_happens_once(self) -> None:
        """Y7: what has been migrated is left alone when it is opened again."""
        self.record_in_old_mode()
        for notification_id in (8, 9, 10):
            recorder = self.open_tracking(_SINGLE_ROW)
            recorder.insert_tracking(Tracking("upstream", notification_id))
            self.close_factories()
        recorder = self.open_tracking(_SINGLE_ROW)
        expect(recorder.max_tracking_id("upstream"), 10, "Y7: opened again")

    def test_there_is_no_way_back(self) -> None:
        """Y8: multi-row mode on a single-row table is refused, and leaves it as it was."""
        recorder = self.open_tracking(_SINGLE_ROW)
        recorder.insert_tracking(Tracking("upstream", 5))
        self.close_factories()
        because = "Y8: a program in multi-row mode opens a single-row table"
        with expect_error(OperationalError, because) as caught:
            self.open_tracking(_MULTI_ROW)
        text = "Can't do multi-row tracking with single-row tracking table"
        expect(str(caught[0]), text, "Y8: the text of the error")
        self.close_factories()
        recorder = self.open_tracking(_SINGLE_ROW)
        expect(recorder.max_tracking_id("upstream"), 5, "Y8: the record is still there")

    def test_the_marker_is_no_application(self) -> None:
        """Y6: names that users give are not mixed up with what marks the table."""
        recorder = self.open_tracking(_SINGLE_ROW)
        expect(recorder.max_tracking_id("upstream"), None, "Y5: a fresh table")
        recorder.insert_tracking(Tracking("upstream", 1))
        expect(recorder.max_tracking_id("upstream"), 1, "Y2: the first record")

    def test_several_processes_open_a_fresh_database(self) -> None:
        """Y10: all of them succeed, whoever creates the tables."""
        self.check_opening_together("Y10: a fresh database is opened by several at once")

    def test_several_processes_migrate(self) -> None:
        """Y7, Y10: all of them succeed, and the records are migrated once."""
        self.record_in_old_mode()
        self.check_opening_together("Y10: an old table is opened by several at once")
        recorder = self.open_tracking(_SINGLE_ROW)
        expect(recorder.max_tracking_id("upstream"), 7, "Y7: the greatest ID")

    def check_opening_together(self, because: str) -> None:
        """Open the database in several threads or tasks, each with its own factory."""

        def open_one() -> None:
            self.open_tracking(_SINGLE_ROW)

        opening = [spawn(open_one) for _ in range(5)]
        for each in opening:
            each.join()
            expect(each.error, None, because)
