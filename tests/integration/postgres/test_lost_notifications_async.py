"""Subscriptions that are not told what was recorded, as behind proxies that share sessions (J6)."""

from __future__ import annotations

import pytest

from eventsourcing.postgres import (
    AsyncPostgresApplicationRecorder,
    statements,
)
from eventsourcing.postgres.feed_async import AsyncPostgresFeed
from tests.integration.postgres import dcb_support_async
from tests.integration.postgres.support_async import make_datastore, make_event


@pytest.fixture(autouse=True)
def lost_notifications(monkeypatch):
    monkeypatch.setattr(statements, "change_channels", lambda old, new: b"SELECT 'not here'")


@pytest.fixture
def frequent_reads(monkeypatch):
    assert AsyncPostgresFeed._reread_seconds == 30
    monkeypatch.setattr(AsyncPostgresFeed, "_reread_seconds", 0.02)


@pytest.fixture
async def datastore(postgres_database):
    async with make_datastore(postgres_database) as datastore:
        yield datastore


@pytest.mark.usefixtures("frequent_reads")
@pytest.mark.parametrize("topics", [(), ("topic:One",)])
async def test_events_are_returned_though_nobody_has_told(datastore, topics):
    """J6: the first may have been found when the listening began, the others not."""
    recorder = AsyncPostgresApplicationRecorder(datastore)
    await recorder.create_table()

    async with recorder.subscribe(topics=topics) as subscription:
        for id_ in range(1, 5):
            await recorder.insert_events([make_event()])
            assert (await anext(subscription)).id == id_


@pytest.mark.usefixtures("frequent_reads")
async def test_decisions_are_returned_though_nobody_has_told(datastore):
    """J6"""
    recorder = await dcb_support_async.create_recorder(datastore)

    async with recorder.subscribe() as subscription:
        for position in range(1, 5):
            await recorder.append([dcb_support_async.tagged("a")])
            assert (await anext(subscription)).position == position
