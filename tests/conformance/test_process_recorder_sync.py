# Generated from test_process_recorder_async.py by tools/async_to_sync.py: do not edit.
"""Process recorders of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import ProcessRecorderSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, ProcessRecorderSuite):
    pass


class TestSQLiteFile(SQLiteFile, ProcessRecorderSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, ProcessRecorderSuite):
    pass


class TestPostgres(Postgres, ProcessRecorderSuite):
    pass
