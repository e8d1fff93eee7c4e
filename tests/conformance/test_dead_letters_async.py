"""Dead letters of all engines: the conformance suites."""

from __future__ import annotations

from eventsourcing.testing import AsyncDeadLetterSuite, AsyncProcessorDeadLetterSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, AsyncDeadLetterSuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncDeadLetterSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncDeadLetterSuite):
    pass


class TestPostgres(Postgres, AsyncDeadLetterSuite):
    pass


class TestPopoProcessor(Popo, AsyncProcessorDeadLetterSuite):
    pass


class TestSQLiteFileProcessor(SQLiteFile, AsyncProcessorDeadLetterSuite):
    pass


class TestPostgresProcessor(Postgres, AsyncProcessorDeadLetterSuite):
    pass
