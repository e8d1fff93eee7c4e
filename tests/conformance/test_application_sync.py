# Generated from test_application_async.py by tools/async_to_sync.py: do not edit.
"""Applications on all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import ApplicationSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, ApplicationSuite):
    pass


class TestSQLiteFile(SQLiteFile, ApplicationSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, ApplicationSuite):
    pass


class TestPostgres(Postgres, ApplicationSuite):
    pass
