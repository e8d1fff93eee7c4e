"""Process recorders of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncProcessRecorderSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, AsyncProcessRecorderSuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncProcessRecorderSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncProcessRecorderSuite):
    pass


class TestPostgres(Postgres, AsyncProcessRecorderSuite):
    pass
