"""Leases of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncLeaseSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, AsyncLeaseSuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncLeaseSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncLeaseSuite):
    pass


class TestPostgres(Postgres, AsyncLeaseSuite):
    pass
