# Generated from test_tracking_recorder_async.py by tools/async_to_sync.py: do not edit.
"""Tracking recorders of all engines: the conformance suites for both modes."""

from __future__ import annotations

from eventsourcing.testing import (
    MultiRowTrackingSuite,
    SingleRowTrackingSuite,
)
from tests.conformance.engines import MultiRow, Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, SingleRowTrackingSuite):
    pass


class TestSQLiteFile(SQLiteFile, SingleRowTrackingSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, SingleRowTrackingSuite):
    pass


class TestPostgres(Postgres, SingleRowTrackingSuite):
    pass


class TestSQLiteFileMultiRow(MultiRow, SQLiteFile, MultiRowTrackingSuite):
    pass


class TestSQLiteMemoryMultiRow(MultiRow, SQLiteMemory, MultiRowTrackingSuite):
    pass


class TestPostgresMultiRow(MultiRow, Postgres, MultiRowTrackingSuite):
    pass
