# Generated from test_dcb_recorder_async.py by tools/async_to_sync.py: do not edit.
"""Recorders of dynamic consistency boundaries of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import DCBRecorderSuite
from tests.conformance.engines import DCBPopo, DCBPostgres, DCBSQLiteFile, DCBSQLiteMemory


class TestPopo(DCBPopo, DCBRecorderSuite):
    pass


class TestSQLiteFile(DCBSQLiteFile, DCBRecorderSuite):
    pass


class TestSQLiteMemory(DCBSQLiteMemory, DCBRecorderSuite):
    pass


class TestPostgres(DCBPostgres, DCBRecorderSuite):
    pass
