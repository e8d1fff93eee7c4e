# Generated from test_leases_async.py by tools/async_to_sync.py: do not edit.
"""Leases of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import LeaseSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, LeaseSuite):
    pass


class TestSQLiteFile(SQLiteFile, LeaseSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, LeaseSuite):
    pass


class TestPostgres(Postgres, LeaseSuite):
    pass
