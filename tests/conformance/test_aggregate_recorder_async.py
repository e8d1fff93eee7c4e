"""Aggregate recorders of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncPlainAggregateRecorderSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory, WithTextIds


class TestPopo(Popo, AsyncPlainAggregateRecorderSuite):
    pass


class TestPopoWithTextIds(WithTextIds, Popo, AsyncPlainAggregateRecorderSuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncPlainAggregateRecorderSuite):
    pass


class TestSQLiteFileWithTextIds(WithTextIds, SQLiteFile, AsyncPlainAggregateRecorderSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncPlainAggregateRecorderSuite):
    pass


class TestPostgres(Postgres, AsyncPlainAggregateRecorderSuite):
    pass


class TestPostgresWithTextIds(WithTextIds, Postgres, AsyncPlainAggregateRecorderSuite):
    pass
