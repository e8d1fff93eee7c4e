"""Tracking records, their two modes, and the migration between them (contract section 9)."""

from __future__ import annotations

import pytest
from psycopg.sql import SQL

from eventsourcing._concurrency.primitives_async import Event, spawn
from eventsourcing.persistence import (
    IntegrityError,
    OperationalError,
    ProgrammingError,
    Tracking,
    WaitInterruptedError,
)
from eventsourcing.postgres import AsyncPostgresProcessRecorder, AsyncPostgresTrackingRecorder
from tests.integration.postgres.support_async import list_relations, make_datastore


@pytest.fixture
async def datastore(postgres_database):
    async with make_datastore(postgres_database) as datastore:
        yield datastore


@pytest.fixture
async def multi_row_datastore(postgres_database):
    async with make_datastore(postgres_database, single_row_tracking=False) as datastore:
        yield datastore


async def create_recorder(datastore, **options):
    recorder = AsyncPostgresTrackingRecorder(datastore, **options)
    await recorder.create_table()
    return recorder


def facts(recorder):
    return (
        recorder.tracking_table_exists,
        recorder.tracking_migration_previous,
        recorder.tracking_migration_current,
    )


def rows(database, table="notification_tracking"):
    with database.connect() as connection:
        return set(connection.execute(f'SELECT * FROM "{table}"').fetchall())


async def test_nothing_is_tracked_at_first(datastore):
    """Y5"""
    recorder = await create_recorder(datastore)

    assert await recorder.max_tracking_id("up") is None
    assert await recorder.has_tracking_id("up", None)
    assert not await recorder.has_tracking_id("up", 1)


async def test_single_row_mode_keeps_the_greatest_id(postgres_database, datastore):
    """Y2, Y3, Y6"""
    recorder = await create_recorder(datastore)
    await recorder.insert_tracking(Tracking("up", 5))
    await recorder.insert_tracking(Tracking("other", 1))
    await recorder.insert_tracking(Tracking("up", 7))

    for refused in (7, 6, 1):
        with pytest.raises(IntegrityError, match=f"Failed to record tracking for up {refused}"):
            await recorder.insert_tracking(Tracking("up", refused))

    assert await recorder.max_tracking_id("up") == 7
    assert await recorder.has_tracking_id("up", 6)
    assert not await recorder.has_tracking_id("up", 8)
    assert rows(postgres_database) == {("__migration__", 1), ("up", 7), ("other", 1)}


async def test_the_name_of_the_marker_is_reserved(datastore):
    """Y6: an application that has the marker's name cannot damage it."""
    recorder = await create_recorder(datastore)

    with pytest.raises(ProgrammingError, match="'__migration__' is reserved"):
        await recorder.insert_tracking(Tracking("__migration__", 2))

    await recorder.create_table()


async def test_multi_row_mode_keeps_all_ids(postgres_database, multi_row_datastore):
    """Y4"""
    recorder = await create_recorder(multi_row_datastore)
    for notification_id in (5, 7, 6):
        await recorder.insert_tracking(Tracking("up", notification_id))

    with pytest.raises(IntegrityError, match="Failed to record tracking for up 6"):
        await recorder.insert_tracking(Tracking("up", 6))

    assert await recorder.max_tracking_id("up") == 7
    assert rows(postgres_database) == {("up", 5), ("up", 6), ("up", 7)}


async def test_facts_of_a_fresh_table(datastore):
    """Y9"""
    recorder = AsyncPostgresTrackingRecorder(datastore)
    assert recorder.table_migration_identifier == "__migration__"

    await recorder.create_table()
    assert facts(recorder) == (False, None, 1)

    await recorder.create_table()
    assert facts(recorder) == (True, 1, 1)


async def test_facts_of_a_fresh_multi_row_table(multi_row_datastore):
    """Y9"""
    recorder = await create_recorder(multi_row_datastore)
    assert facts(recorder) == (False, None, None)

    await recorder.create_table()
    assert facts(recorder) == (True, None, None)


@pytest.mark.parametrize("table_name", ["notification_tracking", "t" * 63])
async def test_a_multi_row_table_is_migrated(
    postgres_database, datastore, multi_row_datastore, table_name
):
    """Y7, Y9, G18: the old table is kept."""
    old = await create_recorder(multi_row_datastore, tracking_table_name=table_name)
    for name, notification_id in [("a", 1), ("a", 3), ("b", 2)]:
        await old.insert_tracking(Tracking(name, notification_id))

    recorder = await create_recorder(datastore, tracking_table_name=table_name)

    assert facts(recorder) == (True, None, 1)
    assert rows(postgres_database, table_name) == {("__migration__", 1), ("a", 3), ("b", 2)}
    backup = f"bkup1_{table_name}"[:63]
    assert rows(postgres_database, backup) == {("a", 1), ("a", 3), ("b", 2)}
    if table_name == "notification_tracking":
        assert "notification_tracking_pkey" in list_relations(postgres_database)
    with pytest.raises(IntegrityError):
        await recorder.insert_tracking(Tracking("a", 2))
    await recorder.insert_tracking(Tracking("a", 4))

    again = await create_recorder(datastore, tracking_table_name=table_name)
    assert facts(again) == (True, 1, 1)


async def test_migration_is_all_or_nothing(postgres_database, datastore, multi_row_datastore):
    """Y7: one transaction."""
    old = await create_recorder(multi_row_datastore)
    await old.insert_tracking(Tracking("a", 1))
    recorder = AsyncPostgresTrackingRecorder(datastore)
    recorder.sql_create_statements.append(SQL("BLAH").format())

    with pytest.raises(ProgrammingError):
        await recorder.create_table()

    assert rows(postgres_database) == {("a", 1)}
    assert "bkup1_notification_tracking" not in list_relations(postgres_database)


async def test_migration_waits_for_the_lock_at_most_the_given_time(
    postgres_database, datastore, multi_row_datastore
):
    """Y7"""
    old = await create_recorder(multi_row_datastore)
    datastore.lock_timeout = 1
    recorder = AsyncPostgresTrackingRecorder(datastore)
    async with multi_row_datastore.transaction() as curs:
        await old._insert_tracking(curs, Tracking("a", 1))

        with pytest.raises(OperationalError, match="lock timeout"):
            await recorder.create_table()

    await recorder.create_table()
    assert facts(recorder) == (True, None, 1)


@pytest.mark.parametrize("locked", [True, False])
async def test_many_may_migrate_at_once(
    postgres_database, multi_row_datastore, monkeypatch, locked
):
    """Y10: also when an older release, which does not know the first lock, takes part."""
    from eventsourcing.postgres import recorder_async

    old = await create_recorder(multi_row_datastore)
    await old.insert_tracking(Tracking("a", 3))
    if not locked:
        monkeypatch.setattr(recorder_async, "_LOCK", "SELECT %s")
    recorders = []

    async def create():
        async with make_datastore(postgres_database) as datastore:
            recorders.append(await create_recorder(datastore))

    tasks = [spawn(create) for _ in range(6)]
    for task in tasks:
        await task.join()
        assert task.error is None

    assert sorted(map(str, map(facts, recorders))) == [
        "(True, 1, 1)",
        *["(True, 1, 1)"] * 4,
        "(True, None, 1)",
    ]
    assert rows(postgres_database) == {("__migration__", 1), ("a", 3)}


async def test_multi_row_mode_refuses_a_single_row_table(datastore, multi_row_datastore):
    """Y8"""
    await create_recorder(datastore)
    recorder = AsyncPostgresTrackingRecorder(multi_row_datastore)
    text = "Can't do multi-row tracking with single-row tracking table"

    with pytest.raises(OperationalError, match=text):
        await recorder.create_table()
    for _ in range(2):
        with pytest.raises(ProgrammingError, match=text):
            await recorder.insert_tracking(Tracking("up", 1))


async def test_single_row_mode_refuses_a_table_that_is_not_migrated(datastore, multi_row_datastore):
    """Y7 without `create_table()`."""
    await create_recorder(multi_row_datastore)
    recorder = AsyncPostgresTrackingRecorder(datastore)

    with pytest.raises(ProgrammingError, match="call create_table"):
        await recorder.insert_tracking(Tracking("up", 1))


async def test_process_recorder_migrates_too(datastore, multi_row_datastore):
    """Y7, G18"""
    old = AsyncPostgresProcessRecorder(multi_row_datastore)
    await old.create_table()
    await old.insert_tracking(Tracking("up", 2))

    recorder = AsyncPostgresProcessRecorder(datastore)
    await recorder.create_table()

    assert facts(recorder) == (True, None, 1)
    assert await recorder.max_tracking_id("up") == 2


async def test_a_table_of_a_single_row_recorder_of_9_4_is_taken_as_it_is(
    postgres_database, datastore
):
    """Y7: a table with the marker is left alone."""
    with postgres_database.connect() as connection:
        connection.execute(
            "CREATE TABLE notification_tracking (application_name text, notification_id bigint, "
            "PRIMARY KEY (application_name)) WITH (autovacuum_enabled=false)"
        )
        connection.execute(
            "INSERT INTO notification_tracking VALUES ('__migration__', 1), ('up', 9)"
        )

    recorder = await create_recorder(datastore)

    assert facts(recorder) == (True, 1, 1)
    assert await recorder.max_tracking_id("up") == 9


async def test_a_view_changes_its_own_tables_in_the_same_transaction(postgres_database, datastore):
    """G33"""

    class Counter(AsyncPostgresTrackingRecorder):
        def __init__(self, datastore, **kwargs):
            super().__init__(datastore, **kwargs)
            self.sql_create_statements.append(
                SQL("CREATE TABLE IF NOT EXISTS counts (n int PRIMARY KEY)").format()
            )

        async def count(self, n, tracking):
            async with self.datastore.transaction(commit=True) as curs:
                await self._insert_tracking(curs, tracking)
                await curs.execute("INSERT INTO counts VALUES (%s)", (n,))

    view = await create_recorder_of(Counter, datastore)
    await view.count(1, Tracking("up", 1))
    with pytest.raises(IntegrityError):
        await view.count(2, Tracking("up", 1))
    with pytest.raises(IntegrityError):
        await view.count(1, Tracking("up", 2))

    assert rows(postgres_database, "counts") == {(1,)}
    assert await view.max_tracking_id("up") == 1


async def create_recorder_of(recorder_class, datastore):
    recorder = recorder_class(datastore=datastore, tracking_table_name="view_tracking")
    await recorder.create_table()
    return recorder


async def test_waiting_ends_when_the_notification_is_tracked(datastore):
    """B11"""
    recorder = await create_recorder(datastore)
    await recorder.insert_tracking(Tracking("up", 1))

    await recorder.wait("up", 1, timeout=0)
    with pytest.raises(TimeoutError, match="Timed out waiting for notification 2"):
        await recorder.wait("up", 2, timeout=0)
    interrupt = Event()
    interrupt.set()
    with pytest.raises(WaitInterruptedError):
        await recorder.wait("up", 2, timeout=60, interrupt=interrupt)
