# Generated from test_dcb_subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions to dynamic consistency boundaries of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import DCBSubscriptionSuite
from tests.conformance.engines import DCBPopo, DCBPostgres, DCBSQLiteFile, DCBSQLiteMemory


class TestPopo(DCBPopo, DCBSubscriptionSuite):
    pass


class TestSQLiteFile(DCBSQLiteFile, DCBSubscriptionSuite):
    pass


class TestSQLiteMemory(DCBSQLiteMemory, DCBSubscriptionSuite):
    pass


class TestPostgres(DCBPostgres, DCBSubscriptionSuite):
    pass
