"""Recorders of dynamic consistency boundaries of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncDCBRecorderSuite
from tests.conformance.engines import DCBPopo, DCBPostgres, DCBSQLiteFile, DCBSQLiteMemory


class TestPopo(DCBPopo, AsyncDCBRecorderSuite):
    pass


class TestSQLiteFile(DCBSQLiteFile, AsyncDCBRecorderSuite):
    pass


class TestSQLiteMemory(DCBSQLiteMemory, AsyncDCBRecorderSuite):
    pass


class TestPostgres(DCBPostgres, AsyncDCBRecorderSuite):
    pass
