# Generated from test_subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions to application recorders of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import SubscriptionSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, SubscriptionSuite):
    pass


class TestSQLiteFile(SQLiteFile, SubscriptionSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, SubscriptionSuite):
    pass


class TestPostgres(Postgres, SubscriptionSuite):
    pass
