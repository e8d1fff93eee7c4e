# Generated from test_factory_async.py by tools/async_to_sync.py: do not edit.
"""Infrastructure factories of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import FactorySuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory, WithTextIds


class TestPopo(Popo, FactorySuite):
    pass


class TestPopoWithTextIds(WithTextIds, Popo, FactorySuite):
    pass


class TestSQLiteFile(SQLiteFile, FactorySuite):
    pass


class TestSQLiteFileWithTextIds(WithTextIds, SQLiteFile, FactorySuite):
    pass


class TestSQLiteMemory(SQLiteMemory, FactorySuite):
    pass


class TestPostgres(Postgres, FactorySuite):
    pass


class TestPostgresWithTextIds(WithTextIds, Postgres, FactorySuite):
    pass
