# Generated from test_dcb_concurrency_async.py by tools/async_to_sync.py: do not edit.
"""Recorders of dynamic consistency boundaries that many use: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import DCBConcurrencySuite
from tests.conformance.engines import DCBPopo, DCBPostgres, DCBSQLiteFile, DCBSQLiteMemory


class TestPopo(DCBPopo, DCBConcurrencySuite):
    pass


class TestSQLiteFile(DCBSQLiteFile, DCBConcurrencySuite):
    pass


class TestSQLiteMemory(DCBSQLiteMemory, DCBConcurrencySuite):
    pass


class TestPostgres(DCBPostgres, DCBConcurrencySuite):
    pass
