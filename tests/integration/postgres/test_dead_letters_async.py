"""The table of dead letters, and what happens between transactions: issue 5.3."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.persistence import DeadLetter, NotBlockedError, RetriedTracking
from eventsourcing.postgres import AsyncPostgresDatastore, AsyncPostgresTrackingRecorder
from tests.integration.postgres.support_async import list_relations, make_datastore
from tests.support.databases import PostgresDatabase

ID = uuid4()


@pytest.fixture
async def datastore(postgres_database: PostgresDatabase) -> AsyncIterator[AsyncPostgresDatastore]:
    async with make_datastore(postgres_database) as datastore:
        yield datastore


async def create_recorder(
    datastore: AsyncPostgresDatastore, tracking_table_name: str = "up_tracking"
) -> AsyncPostgresTrackingRecorder:
    recorder = AsyncPostgresTrackingRecorder(datastore, tracking_table_name=tracking_table_name)
    await recorder.create_table()
    return recorder


def make_letter(
    notification_id: int, follows: int | None = None, originator_id: UUID = ID
) -> DeadLetter:
    now = datetime.now(UTC)
    return DeadLetter(
        "up", notification_id, originator_id, notification_id, "topic", "", "", 1, now, follows
    )


async def test_the_table_is_named_after_that_of_the_positions(
    postgres_database: PostgresDatabase, datastore: AsyncPostgresDatastore
) -> None:
    """Issue 5.3: each projection has its own, once it puts something aside."""
    recorder = await create_recorder(datastore)
    before = list_relations(postgres_database)
    await recorder.prepare_dead_letters()
    created = set(list_relations(postgres_database)) - set(before)
    assert created == {
        "up_tracking_dead_letters",
        "up_tracking_dead_letters_pkey",
        "up_tracking_dead_letters_originator_idx",
    }


@pytest.mark.parametrize("letter", ["n", "ü"])
async def test_long_names(datastore: AsyncPostgresDatastore, letter: str) -> None:
    """Issue 5.3, G9: within 63 bytes, and distinct."""
    number = 62 // len(letter.encode())
    recorders = [await create_recorder(datastore, f"{letter * (number - 1)}{end}") for end in "xy"]
    for recorder in recorders:
        await recorder.prepare_dead_letters()
        await recorder.insert_tracking(make_letter(1))
        assert await recorder.count_dead_letters("up") == 1
        assert len(recorder.dead_letters_table_name.encode()) <= 63
    assert recorders[0].dead_letters_table_name != recorders[1].dead_letters_table_name


async def test_a_name_with_a_percent_sign_and_quotes(datastore: AsyncPostgresDatastore) -> None:
    """Issue 5.3: names are quoted."""
    recorder = await create_recorder(datastore, "50%s \"of\" 'it'")
    await recorder.prepare_dead_letters()
    letter = make_letter(1)
    await recorder.insert_tracking(letter)
    assert list(await recorder.select_dead_letters("up", 10)) == [letter]
    assert dict(await recorder.select_blocked("up", 10)) == {ID: 1}
    assert await recorder.update_dead_letter(letter)
    await recorder.insert_tracking(RetriedTracking("up", 1))
    assert await recorder.drop_dead_letters("up", ID) == 0


async def test_following_waits_for_who_is_retrying(datastore: AsyncPostgresDatastore) -> None:
    """Issue 5.3: an event that follows what is just being processed must be processed, too."""
    recorder = await create_recorder(datastore)
    await recorder.prepare_dead_letters()
    await recorder.insert_tracking(make_letter(1))
    async with datastore.transaction(commit=True) as curs:
        await recorder._insert_tracking(curs, RetriedTracking("up", 1))
        following = spawn(recorder.insert_tracking, make_letter(2, follows=1))
        assert not await following.join(0.3)
    await following.join()
    assert isinstance(following.error, NotBlockedError)
    assert await recorder.max_tracking_id("up") == 1


async def test_retrying_waits_for_who_follows(datastore: AsyncPostgresDatastore) -> None:
    """Issue 5.3: who has retried an event then finds the one that has followed it."""
    recorder = await create_recorder(datastore)
    await recorder.prepare_dead_letters()
    await recorder.insert_tracking(make_letter(1))
    async with datastore.transaction(commit=True) as curs:
        await recorder._insert_tracking(curs, make_letter(2, follows=1))
        retrying = spawn(recorder.insert_tracking, RetriedTracking("up", 1))
        assert not await retrying.join(0.3)
    await retrying.join()
    assert retrying.error is None
    found = await recorder.select_dead_letters("up", 10)
    assert [letter.notification_id for letter in found] == [2]


async def test_dropping_all_waits_for_who_follows(datastore: AsyncPostgresDatastore) -> None:
    """Issue 5.3: what was just being put aside is dropped as well."""
    recorder = await create_recorder(datastore)
    await recorder.prepare_dead_letters()
    await recorder.insert_tracking(make_letter(1))
    dropped: list[int] = []

    async def drop() -> None:
        dropped.append(await recorder.drop_dead_letters("up", ID))

    async with datastore.transaction(commit=True) as curs:
        await recorder._insert_tracking(curs, make_letter(2, follows=1))
        dropping = spawn(drop)
        assert not await dropping.join(0.3)
    await dropping.join()
    assert dropped == [2]
    assert await recorder.count_dead_letters("up") == 0


async def test_what_is_known_of_a_lost_commit(datastore: AsyncPostgresDatastore) -> None:
    """G28: evidence that a retried event was taken back."""
    recorder = await create_recorder(datastore)
    await recorder.prepare_dead_letters()
    await recorder.insert_tracking(make_letter(1))
    retried = RetriedTracking("up", 1)
    async with datastore.cursor() as curs:
        assert not await recorder._is_tracked(curs, retried)
    await recorder.insert_tracking(retried)
    async with datastore.cursor() as curs:
        assert await recorder._is_tracked(curs, retried)
