"""What happens to tracking records of the legacy mode (contract Y6-Y8, Y10)."""

from __future__ import annotations

from typing import Any

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.persistence import IntegrityError, OperationalError, Tracking
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.engine_suite_async import AsyncEngineSuite

_MULTI_ROW = "no"
_SINGLE_ROW = "yes"


class AsyncTrackingMigrationSuite(AsyncEngineSuite):
    """What durable engines with the capability 'multi_row_tracking' must do with old records."""

    async def open_tracking(self, single_row: str) -> Any:
        """Return a tracking recorder of a new factory, whose tables are there."""
        factory = await self.create_factory(SINGLE_ROW_TRACKING=single_row)
        recorder = factory.tracking_recorder()
        await recorder.max_tracking_id("upstream")
        return recorder

    async def record_in_old_mode(self) -> None:
        """Leave tracking records as a program of an older release would."""
        recorder = await self.open_tracking(_MULTI_ROW)
        for name, notification_id in (("upstream", 2), ("upstream", 7), ("other", 5)):
            await recorder.insert_tracking(Tracking(name, notification_id))
        await self.close_factories()

    async def test_greatest_ids_are_kept(self) -> None:
        """Y7: opening in single-row mode keeps the greatest ID of each name."""
        await self.record_in_old_mode()
        recorder = await self.open_tracking(_SINGLE_ROW)
        for name, expected in (("upstream", 7), ("other", 5), ("unknown", None)):
            expect(await recorder.max_tracking_id(name), expected, f"Y7: the record of '{name}'")

    async def test_migrated_records_are_in_single_row_mode(self) -> None:
        """Y7, Y2: lower IDs are refused from then on, greater ones recorded."""
        await self.record_in_old_mode()
        recorder = await self.open_tracking(_SINGLE_ROW)
        for notification_id in (2, 5, 7):
            with expect_error(IntegrityError, "Y2: lower IDs are refused after the migration"):
                await recorder.insert_tracking(Tracking("upstream", notification_id))
        await recorder.insert_tracking(Tracking("upstream", 8))
        expect(await recorder.max_tracking_id("upstream"), 8, "Y2: greater IDs are recorded")

    async def test_process_recorders_migrate_too(self) -> None:
        """Y7: it does not matter which recorder opens the database first."""
        await self.record_in_old_mode()
        factory = await self.create_factory(SINGLE_ROW_TRACKING=_SINGLE_ROW)
        recorder = factory.process_recorder()
        expect(await recorder.max_tracking_id("upstream"), 7, "Y7: the greatest ID")
        with expect_error(IntegrityError, "Y2: lower IDs are refused after the migration"):
            await recorder.insert_events([], tracking=Tracking("upstream", 3))

    async def test_migration_happens_once(self) -> None:
        """Y7: what has been migrated is left alone when it is opened again."""
        await self.record_in_old_mode()
        for notification_id in (8, 9, 10):
            recorder = await self.open_tracking(_SINGLE_ROW)
            await recorder.insert_tracking(Tracking("upstream", notification_id))
            await self.close_factories()
        recorder = await self.open_tracking(_SINGLE_ROW)
        expect(await recorder.max_tracking_id("upstream"), 10, "Y7: opened again")

    async def test_there_is_no_way_back(self) -> None:
        """Y8: multi-row mode on a single-row table is refused, and leaves it as it was."""
        recorder = await self.open_tracking(_SINGLE_ROW)
        await recorder.insert_tracking(Tracking("upstream", 5))
        await self.close_factories()
        because = "Y8: a program in multi-row mode opens a single-row table"
        with expect_error(OperationalError, because) as caught:
            await self.open_tracking(_MULTI_ROW)
        text = "Can't do multi-row tracking with single-row tracking table"
        expect(str(caught[0]), text, "Y8: the text of the error")
        await self.close_factories()
        recorder = await self.open_tracking(_SINGLE_ROW)
        expect(await recorder.max_tracking_id("upstream"), 5, "Y8: the record is still there")

    async def test_the_marker_is_no_application(self) -> None:
        """Y6: names that users give are not mixed up with what marks the table."""
        recorder = await self.open_tracking(_SINGLE_ROW)
        expect(await recorder.max_tracking_id("upstream"), None, "Y5: a fresh table")
        await recorder.insert_tracking(Tracking("upstream", 1))
        expect(await recorder.max_tracking_id("upstream"), 1, "Y2: the first record")

    async def test_several_processes_open_a_fresh_database(self) -> None:
        """Y10: all of them succeed, whoever creates the tables."""
        await self.check_opening_together("Y10: a fresh database is opened by several at once")

    async def test_several_processes_migrate(self) -> None:
        """Y7, Y10: all of them succeed, and the records are migrated once."""
        await self.record_in_old_mode()
        await self.check_opening_together("Y10: an old table is opened by several at once")
        recorder = await self.open_tracking(_SINGLE_ROW)
        expect(await recorder.max_tracking_id("upstream"), 7, "Y7: the greatest ID")

    async def check_opening_together(self, because: str) -> None:
        """Open the database in several threads or tasks, each with its own factory."""

        async def open_one() -> None:
            await self.open_tracking(_SINGLE_ROW)

        opening = [spawn(open_one) for _ in range(5)]
        for each in opening:
            await each.join()
            expect(each.error, None, because)
