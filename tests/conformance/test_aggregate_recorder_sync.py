# Generated from test_aggregate_recorder_async.py by tools/async_to_sync.py: do not edit.
"""Aggregate recorders of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import PlainAggregateRecorderSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory, WithTextIds


class TestPopo(Popo, PlainAggregateRecorderSuite):
    pass


class TestPopoWithTextIds(WithTextIds, Popo, PlainAggregateRecorderSuite):
    pass


class TestSQLiteFile(SQLiteFile, PlainAggregateRecorderSuite):
    pass


class TestSQLiteFileWithTextIds(WithTextIds, SQLiteFile, PlainAggregateRecorderSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, PlainAggregateRecorderSuite):
    pass


class TestPostgres(Postgres, PlainAggregateRecorderSuite):
    pass


class TestPostgresWithTextIds(WithTextIds, Postgres, PlainAggregateRecorderSuite):
    pass
