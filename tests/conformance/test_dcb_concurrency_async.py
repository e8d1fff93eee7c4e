"""Recorders of dynamic consistency boundaries that many use: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncDCBConcurrencySuite
from tests.conformance.engines import DCBPopo, DCBPostgres, DCBSQLiteFile, DCBSQLiteMemory


class TestPopo(DCBPopo, AsyncDCBConcurrencySuite):
    pass


class TestSQLiteFile(DCBSQLiteFile, AsyncDCBConcurrencySuite):
    pass


class TestSQLiteMemory(DCBSQLiteMemory, AsyncDCBConcurrencySuite):
    pass


class TestPostgres(DCBPostgres, AsyncDCBConcurrencySuite):
    pass
