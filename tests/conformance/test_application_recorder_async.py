"""Application recorders of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncPlainApplicationRecorderSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory, WithTextIds


class TestPopo(Popo, AsyncPlainApplicationRecorderSuite):
    pass


class TestPopoWithTextIds(WithTextIds, Popo, AsyncPlainApplicationRecorderSuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncPlainApplicationRecorderSuite):
    pass


class TestSQLiteFileWithTextIds(WithTextIds, SQLiteFile, AsyncPlainApplicationRecorderSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncPlainApplicationRecorderSuite):
    pass


class TestPostgres(Postgres, AsyncPlainApplicationRecorderSuite):
    pass


class TestPostgresWithTextIds(WithTextIds, Postgres, AsyncPlainApplicationRecorderSuite):
    pass
