"""Applications on all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncApplicationSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, AsyncApplicationSuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncApplicationSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncApplicationSuite):
    pass


class TestPostgres(Postgres, AsyncApplicationSuite):
    pass
