# Generated from test_lost_notifications_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions that are not told what was recorded, as behind proxies that share sessions (J6)."""

from __future__ import annotations

import pytest

from eventsourcing.postgres import (
    PostgresApplicationRecorder,
    statements,
)
from eventsourcing.postgres.feed_sync import PostgresFeed
from tests.integration.postgres import dcb_support_sync
from tests.integration.postgres.support_sync import make_datastore, make_event


@pytest.fixture(autouse=True)
def lost_notifications(monkeypatch):
    monkeypatch.setattr(statements, "change_channels", lambda old, new: b"SELECT 'not here'")


@pytest.fixture
def frequent_reads(monkeypatch):
    assert PostgresFeed._reread_seconds == 30
    monkeypatch.setattr(PostgresFeed, "_reread_seconds", 0.02)


@pytest.fixture
def datastore(postgres_database):
    with make_datastore(postgres_database) as datastore:
        yield datastore


@pytest.mark.usefixtures("frequent_reads")
@pytest.mark.parametrize("topics", [(), ("topic:One",)])
def test_events_are_returned_though_nobody_has_told(datastore, topics):
    """J6: the first may have been found when the listening began, the others not."""
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()

    with recorder.subscribe(topics=topics) as subscription:
        for id_ in range(1, 5):
            recorder.insert_events([make_event()])
            assert next(subscription).id == id_


@pytest.mark.usefixtures("frequent_reads")
def test_decisions_are_returned_though_nobody_has_told(datastore):
    """J6"""
    recorder = dcb_support_sync.create_recorder(datastore)

    with recorder.subscribe() as subscription:
        for position in range(1, 5):
            recorder.append([dcb_support_sync.tagged("a")])
            assert next(subscription).position == position
