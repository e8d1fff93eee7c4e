# Generated from test_view_versions_async.py by tools/async_to_sync.py: do not edit.
"""Versions of views of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import ViewVersionSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, ViewVersionSuite):
    pass


class TestSQLiteFile(SQLiteFile, ViewVersionSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, ViewVersionSuite):
    pass


class TestPostgres(Postgres, ViewVersionSuite):
    pass
