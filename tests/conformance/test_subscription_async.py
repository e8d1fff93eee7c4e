"""Subscriptions to application recorders of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import AsyncSubscriptionSuite
from tests.conformance.engines import Popo, Postgres, SQLiteFile, SQLiteMemory


class TestPopo(Popo, AsyncSubscriptionSuite):
    pass


class TestSQLiteFile(SQLiteFile, AsyncSubscriptionSuite):
    pass


class TestSQLiteMemory(SQLiteMemory, AsyncSubscriptionSuite):
    pass


class TestPostgres(Postgres, AsyncSubscriptionSuite):
    pass
