"""Infrastructure factories of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncFactorySuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory, WithTextIds


class TestPopo(Popo, AsyncFactorySuite):
    pass


class TestPopoWithTextIds(WithTextIds, Popo, AsyncFactorySuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncFactorySuite):
    pass


class TestSQLiteFileWithTextIds(WithTextIds, SQLiteFile, AsyncFactorySuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncFactorySuite):
    pass


class TestPostgres(Postgres, AsyncFactorySuite):
    pass


class TestPostgresWithTextIds(WithTextIds, Postgres, AsyncFactorySuite):
    pass
