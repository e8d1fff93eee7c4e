# Generated from test_dead_letters_async.py by tools/async_to_sync.py: do not edit.
"""The table of dead letters, and what happens between transactions: issue 5.3."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import DeadLetter, NotBlockedError, RetriedTracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from tests.integration.postgres.support_sync import list_relations, make_datastore
from tests.support.databases import PostgresDatabase

ID = uuid4()


@pytest.fixture
def datastore(postgres_database: PostgresDatabase) -> Iterator[PostgresDatastore]:
    with make_datastore(postgres_database) as datastore:
        yield datastore


def create_recorder(
    datastore: PostgresDatastore, tracking_table_name: str = "up_tracking"
) -> PostgresTrackingRecorder:
    recorder = PostgresTrackingRecorder(datastore, tracking_table_name=tracking_table_name)
    recorder.create_table()
    return recorder


def make_letter(
    notification_id: int, follows: int | None = None, originator_id: UUID = ID
) -> DeadLetter:
    now = datetime.now(UTC)
    return DeadLetter(
        "up", notification_id, originator_id, notification_id, "topic", "", "", 1, now, follows
    )


def test_the_table_is_named_after_that_of_the_positions(
    postgres_database: PostgresDatabase, datastore: PostgresDatastore
) -> None:
    """Issue 5.3: each projection has its own, once it puts something aside."""
    recorder = create_recorder(datastore)
    before = list_relations(postgres_database)
    recorder.prepare_dead_letters()
    created = set(list_relations(postgres_database)) - set(before)
    assert created == {
        "up_tracking_dead_letters",
        "up_tracking_dead_letters_pkey",
        "up_tracking_dead_letters_originator_idx",
    }


@pytest.mark.parametrize("letter", ["n", "ü"])
def test_long_names(datastore: PostgresDatastore, letter: str) -> None:
    """Issue 5.3, G9: within 63 bytes, and distinct."""
    number = 62 // len(letter.encode())
    recorders = [create_recorder(datastore, f"{letter * (number - 1)}{end}") for end in "xy"]
    for recorder in recorders:
        recorder.prepare_dead_letters()
        recorder.insert_tracking(make_letter(1))
        assert recorder.count_dead_letters("up") == 1
        assert len(recorder.dead_letters_table_name.encode()) <= 63
    assert recorders[0].dead_letters_table_name != recorders[1].dead_letters_table_name


def test_a_name_with_a_percent_sign_and_quotes(datastore: PostgresDatastore) -> None:
    """Issue 5.3: names are quoted."""
    recorder = create_recorder(datastore, "50%s \"of\" 'it'")
    recorder.prepare_dead_letters()
    letter = make_letter(1)
    recorder.insert_tracking(letter)
    assert list(recorder.select_dead_letters("up", 10)) == [letter]
    assert dict(recorder.select_blocked("up", 10)) == {ID: 1}
    assert recorder.update_dead_letter(letter)
    recorder.insert_tracking(RetriedTracking("up", 1))
    assert recorder.drop_dead_letters("up", ID) == 0


def test_following_waits_for_who_is_retrying(datastore: PostgresDatastore) -> None:
    """Issue 5.3: an event that follows what is just being processed must be processed, too."""
    recorder = create_recorder(datastore)
    recorder.prepare_dead_letters()
    recorder.insert_tracking(make_letter(1))
    with datastore.transaction(commit=True) as curs:
        recorder._insert_tracking(curs, RetriedTracking("up", 1))
        following = spawn(recorder.insert_tracking, make_letter(2, follows=1))
        assert not following.join(0.3)
    following.join()
    assert isinstance(following.error, NotBlockedError)
    assert recorder.max_tracking_id("up") == 1


def test_retrying_waits_for_who_follows(datastore: PostgresDatastore) -> None:
    """Issue 5.3: who has retried an event then finds the one that has followed it."""
    recorder = create_recorder(datastore)
    recorder.prepare_dead_letters()
    recorder.insert_tracking(make_letter(1))
    with datastore.transaction(commit=True) as curs:
        recorder._insert_tracking(curs, make_letter(2, follows=1))
        retrying = spawn(recorder.insert_tracking, RetriedTracking("up", 1))
        assert not retrying.join(0.3)
    retrying.join()
    assert retrying.error is None
    found = recorder.select_dead_letters("up", 10)
    assert [letter.notification_id for letter in found] == [2]


def test_dropping_all_waits_for_who_follows(datastore: PostgresDatastore) -> None:
    """Issue 5.3: what was just being put aside is dropped as well."""
    recorder = create_recorder(datastore)
    recorder.prepare_dead_letters()
    recorder.insert_tracking(make_letter(1))
    dropped: list[int] = []

    def drop() -> None:
        dropped.append(recorder.drop_dead_letters("up", ID))

    with datastore.transaction(commit=True) as curs:
        recorder._insert_tracking(curs, make_letter(2, follows=1))
        dropping = spawn(drop)
        assert not dropping.join(0.3)
    dropping.join()
    assert dropped == [2]
    assert recorder.count_dead_letters("up") == 0


def test_what_is_known_of_a_lost_commit(datastore: PostgresDatastore) -> None:
    """G28: evidence that a retried event was taken back."""
    recorder = create_recorder(datastore)
    recorder.prepare_dead_letters()
    recorder.insert_tracking(make_letter(1))
    retried = RetriedTracking("up", 1)
    with datastore.cursor() as curs:
        assert not recorder._is_tracked(curs, retried)
    recorder.insert_tracking(retried)
    with datastore.cursor() as curs:
        assert recorder._is_tracked(curs, retried)
