"""Tracking recorders of all engines: the conformance suites for both modes."""

from __future__ import annotations

from eventsourcing.testing import (
    AsyncMultiRowTrackingSuite,
    AsyncSingleRowTrackingSuite,
)
from tests.conformance.engines import MultiRow, Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, AsyncSingleRowTrackingSuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncSingleRowTrackingSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncSingleRowTrackingSuite):
    pass


class TestPostgres(Postgres, AsyncSingleRowTrackingSuite):
    pass


class TestSQLiteFileMultiRow(MultiRow, SQLiteFile, AsyncMultiRowTrackingSuite):
    pass


class TestSQLiteMemoryMultiRow(MultiRow, SQLiteMemory, AsyncMultiRowTrackingSuite):
    pass


class TestPostgresMultiRow(MultiRow, Postgres, AsyncMultiRowTrackingSuite):
    pass
