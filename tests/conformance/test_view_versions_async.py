"""Versions of views of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncViewVersionSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, AsyncViewVersionSuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncViewVersionSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncViewVersionSuite):
    pass


class TestPostgres(Postgres, AsyncViewVersionSuite):
    pass
