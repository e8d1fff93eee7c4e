"""Tracking records of the legacy mode: the conformance suite, for the engines that have had it."""

from __future__ import annotations

from eventsourcing.testing import AsyncTrackingMigrationSuite
from tests.conformance.engines import Postgres, SQLiteFile


class TestSQLiteFile(SQLiteFile, AsyncTrackingMigrationSuite):
    pass


class TestPostgres(Postgres, AsyncTrackingMigrationSuite):
    pass
