# Generated from test_application_recorder_async.py by tools/async_to_sync.py: do not edit.
"""Application recorders of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import PlainApplicationRecorderSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory, WithTextIds


class TestPopo(Popo, PlainApplicationRecorderSuite):
    pass


class TestPopoWithTextIds(WithTextIds, Popo, PlainApplicationRecorderSuite):
    pass


class TestSQLiteFile(SQLiteFile, PlainApplicationRecorderSuite):
    pass


class TestSQLiteFileWithTextIds(WithTextIds, SQLiteFile, PlainApplicationRecorderSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, PlainApplicationRecorderSuite):
    pass


class TestPostgres(Postgres, PlainApplicationRecorderSuite):
    pass


class TestPostgresWithTextIds(WithTextIds, Postgres, PlainApplicationRecorderSuite):
    pass
