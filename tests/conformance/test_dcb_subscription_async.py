"""Subscriptions to dynamic consistency boundaries of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncDCBSubscriptionSuite
from tests.conformance.engines import DCBPopo, DCBPostgres, DCBSQLiteFile, DCBSQLiteMemory


class TestPopo(DCBPopo, AsyncDCBSubscriptionSuite):
    pass


class TestSQLiteFile(DCBSQLiteFile, AsyncDCBSubscriptionSuite):
    pass


class TestSQLiteMemory(DCBSQLiteMemory, AsyncDCBSubscriptionSuite):
    pass


class TestPostgres(DCBPostgres, AsyncDCBSubscriptionSuite):
    pass
