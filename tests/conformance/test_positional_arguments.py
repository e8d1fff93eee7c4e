"""Calls of programs that were written for 9.2: arguments by position (J2, B4, B5)."""

from __future__ import annotations

from typing import Any

from eventsourcing.testing import EngineSuite
from eventsourcing.testing.samples import make_events
from tests.conformance.engines import Popo, Postgres, SQLiteFile


class PositionalArguments(EngineSuite):
    def recorders(self) -> list[Any]:
        factory = self.create_factory()
        recorders = [factory.aggregate_recorder("snapshots"), factory.application_recorder()]
        return [*recorders, self.create_factory("Other").process_recorder()]

    def test_range_of_versions(self) -> None:
        """J2, B4: gt, lte, desc, limit."""
        for recorder in self.recorders():
            events = make_events(self.new_id(), range(1, 6))
            recorder.insert_events(events)
            selected = recorder.select_events(events[0].originator_id, 1, 4, True, 2)
            assert list(selected) == [events[3], events[2]]

    def test_range_of_notifications(self) -> None:
        """B5: start, limit, stop, topics."""
        recorder = self.create_factory().application_recorder()
        recorder.insert_events(make_events(self.new_id(), range(1, 6), "a"))
        selected = recorder.select_notifications(2, 2, 4, ["a"])
        assert [notification.id for notification in selected] == [2, 3]


class TestPopo(Popo, PositionalArguments):
    pass


class TestSQLite(SQLiteFile, PositionalArguments):
    pass


class TestPostgres(Postgres, PositionalArguments):
    pass
