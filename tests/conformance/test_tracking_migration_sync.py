# Generated from test_tracking_migration_async.py by tools/async_to_sync.py: do not edit.
"""Tracking records of the legacy mode: the conformance suite, for the engines that have had it."""

from __future__ import annotations

from eventsourcing.testing import TrackingMigrationSuite
from tests.conformance.engines import Postgres, SQLiteFile


class TestSQLiteFile(SQLiteFile, TrackingMigrationSuite):
    pass


class TestPostgres(Postgres, TrackingMigrationSuite):
    pass
