# Generated from test_dead_letters_async.py by tools/async_to_sync.py: do not edit.
"""Dead letters of all engines: the conformance suites."""

from __future__ import annotations

from eventsourcing.testing import DeadLetterSuite, ProcessorDeadLetterSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, DeadLetterSuite):
    pass


class TestSQLiteFile(SQLiteFile, DeadLetterSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, DeadLetterSuite):
    pass


class TestPostgres(Postgres, DeadLetterSuite):
    pass


class TestPopoProcessor(Popo, ProcessorDeadLetterSuite):
    pass


class TestSQLiteFileProcessor(SQLiteFile, ProcessorDeadLetterSuite):
    pass


class TestPostgresProcessor(Postgres, ProcessorDeadLetterSuite):
    pass
