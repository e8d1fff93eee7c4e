"""Aggregate, application and process recorders (contract sections 7, 8 and 16.3)."""

from __future__ import annotations

import random
import re
from uuid import UUID, uuid4

import pytest
from psycopg.sql import SQL

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    Notification,
    OperationalError,
    ProgrammingError,
    Tracking,
)
from eventsourcing.postgres import (
    AsyncPostgresAggregateRecorder,
    AsyncPostgresApplicationRecorder,
    AsyncPostgresProcessRecorder,
    PgStoredEvent,
)
from tests.integration.postgres.support_async import make_datastore, make_event, make_events

MODES = pytest.mark.parametrize("functions", [False, True], ids=["ordinary", "functions"])


@pytest.fixture
async def datastore(postgres_database):
    async with make_datastore(postgres_database) as datastore:
        yield datastore


async def create_recorder(datastore, functions=False):
    datastore.enable_db_functions = functions
    recorder = AsyncPostgresApplicationRecorder(datastore)
    await recorder.create_table()
    return recorder


async def create_process_recorder(datastore, functions=False):
    datastore.enable_db_functions = functions
    recorder = AsyncPostgresProcessRecorder(datastore)
    await recorder.create_table()
    return recorder


async def create_aggregate_recorder(datastore):
    recorder = AsyncPostgresAggregateRecorder(datastore)
    await recorder.create_table()
    return recorder


async def test_aggregate_recorder_stores_and_selects_events(datastore):
    """B2, B4"""
    recorder = await create_aggregate_recorder(datastore)
    events = make_events(4)

    assert await recorder.insert_events(events) is None
    assert await recorder.insert_events([]) is None

    id_ = events[0].originator_id
    assert await recorder.select_events(id_) == events
    assert await recorder.select_events(id_, gt=1, lte=3) == events[1:3]
    assert await recorder.select_events(id_, desc=True, limit=1) == events[-1:]
    assert await recorder.select_events(id_, desc=True, lte=2, limit=1) == events[1:2]
    assert await recorder.select_events(id_, limit=0) == []
    assert await recorder.select_events(uuid4()) == []


async def test_range_parameters_may_be_positional(datastore):
    """B4"""
    recorder = await create_aggregate_recorder(datastore)
    events = make_events(4)
    await recorder.insert_events(events)

    assert await recorder.select_events(events[0].originator_id, 1, 3, True, 1) == events[2:3]


@MODES
async def test_all_events_are_stored_or_none(datastore, functions):
    """B1, X2"""
    recorder = await create_recorder(datastore, functions)
    events = make_events(3)
    await recorder.insert_events(events[1:2])

    with pytest.raises(IntegrityError):
        await recorder.insert_events(events)
    with pytest.raises(IntegrityError):
        await recorder.insert_events([make_event(events[0].originator_id, 9)] * 2)

    assert await recorder.select_events(events[0].originator_id) == events[1:2]


@MODES
async def test_application_recorder_returns_consecutive_ids(datastore, functions):
    """B2, D1, D3"""
    recorder = await create_recorder(datastore, functions)

    assert await recorder.max_notification_id() is None
    assert await recorder.insert_events([]) is None
    assert await recorder.insert_events(make_events(2)) == [1, 2]
    assert await recorder.insert_events(make_events(3)) == [3, 4, 5]
    assert await recorder.max_notification_id() == 5


@MODES
async def test_ids_follow_the_order_of_the_given_events(datastore, functions):
    """D3"""
    recorder = await create_recorder(datastore, functions)
    events = [make_event(originator_version=n) for n in range(500, 0, -1)]

    ids = await recorder.insert_events(events)

    stored = await recorder.select_notifications(1, 1000)
    assert [n.id for n in stored] == ids == list(range(1, 501))
    assert [n.originator_version for n in stored] == [e.originator_version for e in events]


@MODES
async def test_a_conflict_costs_one_id_for_each_event_attempted(datastore, functions):
    """D2"""
    recorder = await create_recorder(datastore, functions)
    events = make_events(3)
    await recorder.insert_events(events[1:2])

    with pytest.raises(IntegrityError):
        await recorder.insert_events(events)

    assert await recorder.insert_events([make_event()]) == [4]


@MODES
async def test_select_notifications_as_the_worked_cases_say(datastore, functions):
    """B5, B6"""
    recorder = await create_recorder(datastore, functions)
    events = [make_event(topic=f"topic{n}") for n in (1, 2, 3)]
    await recorder.insert_events(events)

    async def ids(*args, **kwargs):
        return [n.id for n in await recorder.select_notifications(*args, **kwargs)]

    assert await ids(1, 10) == [1, 2, 3]
    assert await ids(None, 10, stop=2) == [1, 2]
    assert await ids(1, 10, inclusive_of_start=False) == [2, 3]
    assert await ids(2, 10, stop=2) == [2]
    assert await ids(1, 10, stop=2, inclusive_of_start=False) == [2]
    assert await ids(3, 1, inclusive_of_start=False) == []
    assert await ids(1, 3, topics=["topic1", "topic3"]) == [1, 3]
    assert await ids(None, 1) == [1]
    assert await ids(None, 10, inclusive_of_start=False) == [1, 2, 3]
    assert await ids(-5, 10) == [1, 2, 3]
    assert await ids(0, 0) == []
    assert await ids(1, 10, None, {"topic2"}) == [2]
    e = events[0]
    assert (await recorder.select_notifications(1, 1))[0] == Notification(
        e.originator_id, e.originator_version, e.topic, e.state, 1
    )


async def test_ids_are_uuids_in_uuid_mode(datastore):
    """G21"""
    recorder = await create_recorder(datastore)
    event = make_event()
    await recorder.insert_events([event, make_event(str(uuid4()))])

    found = await recorder.select_notifications(1, 10)

    assert all(type(n.originator_id) is UUID for n in found)
    assert await recorder.select_events(str(event.originator_id)) == [event]


async def test_ids_are_texts_in_text_mode(postgres_database):
    """G21: a UUID is stored as 32 hex digits, and found by itself."""
    async with make_datastore(postgres_database, originator_id_type="text") as datastore:
        recorder = await create_recorder(datastore)
        uuid = uuid4()
        await recorder.insert_events([make_event(uuid), make_event("dog/1 'x' 🐕")])

        assert [n.originator_id for n in await recorder.select_notifications(1, 10)] == [
            uuid.hex,
            "dog/1 'x' 🐕",
        ]
        assert len(await recorder.select_events(uuid)) == 1
        assert len(await recorder.select_events("dog/1 'x' 🐕")) == 1
        assert await recorder.select_events("dog/2") == []


@MODES
async def test_an_id_that_does_not_fit_is_a_data_error(datastore, functions):
    """G21"""
    recorder = await create_recorder(datastore, functions)

    with pytest.raises(DataError):
        await recorder.insert_events([make_event("not-a-uuid")])
    with pytest.raises(DataError):
        await recorder.insert_events([make_event(), make_event("not-a-uuid")])
    with pytest.raises(DataError):
        await recorder.select_events("not-a-uuid")


@pytest.mark.parametrize(
    "event",
    [
        make_event(topic="a\0b"),
        make_event(topic="lone \ud800 surrogate"),
        make_event(originator_version=2**63),
        make_event(originator_version=-(2**63) - 1),
    ],
)
async def test_values_that_do_not_fit_are_data_errors(datastore, event):
    """X1: nothing is cut."""
    recorder = await create_recorder(datastore)

    with pytest.raises(DataError):
        await recorder.insert_events([event])
    with pytest.raises(DataError):
        await recorder.insert_events([make_event(), event])
    assert await recorder.max_notification_id() is None


@MODES
async def test_hostile_values_are_stored_exactly(postgres_database, functions):
    async with make_datastore(postgres_database, originator_id_type="text") as datastore:
        recorder = await create_recorder(datastore, functions)
        # An index entry has at most 2704 bytes, and compresses well if it is monotonous.
        texts = ["", "'; DROP TABLE stored_events; --", "%s %b {}", "\\x00", "🐕", "x" * 10_000]
        events = [make_event(text, -1, text, bytes(range(256)) * 50) for text in texts]

        await recorder.insert_events(events)

        for event in events:
            assert await recorder.select_events(event.originator_id) == [event]
        assert [n.topic for n in await recorder.select_notifications(1, 10)] == texts
        for text in texts:
            assert len(await recorder.select_notifications(1, 10, topics=[text])) == 1


async def test_an_id_that_is_too_long_for_the_index_is_refused(postgres_database):
    """Issue 4, item 6: clearly, and nothing is stored."""
    async with make_datastore(postgres_database, originator_id_type="text") as datastore:
        recorder = await create_recorder(datastore)

        with pytest.raises(OperationalError, match="index row"):
            await recorder.insert_events([make_event(random.Random(1).randbytes(5000).hex())])
        for text in ("a\0b", "lone \ud800 surrogate"):
            with pytest.raises(DataError):
                await recorder.insert_events([make_event(text)])
            with pytest.raises(DataError):
                await recorder.select_events(text)

        assert await recorder.max_notification_id() is None


async def test_a_missing_table_is_a_programming_error(datastore):
    """X3, G25"""
    recorder = AsyncPostgresProcessRecorder(datastore)
    missing = re.escape('relation "public.stored_events" does not exist')

    with pytest.raises(ProgrammingError, match="Composite type 'stored_event_uuid' not found"):
        await recorder.insert_events([make_event()])
    with pytest.raises(ProgrammingError, match=missing):
        await recorder.select_events(uuid4())
    with pytest.raises(ProgrammingError, match=missing):
        await recorder.select_notifications(1, 1)
    with pytest.raises(ProgrammingError, match=missing):
        await recorder.max_notification_id()
    with pytest.raises(ProgrammingError, match="notification_tracking"):
        await recorder.max_tracking_id("up")
    with pytest.raises(ProgrammingError, match="notification_tracking"):
        await recorder.insert_tracking(Tracking("up", 1))


async def test_a_missing_table_is_named_when_the_type_exists(datastore):
    """G25"""
    await create_aggregate_recorder(datastore)
    recorder = AsyncPostgresApplicationRecorder(datastore, events_table_name="other")

    with pytest.raises(ProgrammingError, match=r'relation "public\.other" does not exist'):
        await recorder.insert_events([make_event()])


async def test_inserting_works_without_the_composite_type(postgres_database, datastore):
    """G18: the tables may be those of an older release."""
    recorder = await create_process_recorder(datastore)
    with postgres_database.connect() as connection:
        connection.execute("DROP TYPE stored_event_uuid")

    assert await recorder.insert_events([make_event()], tracking=Tracking("up", 1)) == [1]


async def test_replaced_statements_are_used(datastore):
    """G20"""
    recorder = await create_process_recorder(datastore)
    broken = SQL("BLAH").format()

    for name, call in {
        "insert_events_statement": lambda: recorder.insert_events([make_event()]),
        "select_events_statement": lambda: recorder.select_events(uuid4()),
        "insert_tracking_statement": lambda: recorder.insert_tracking(Tracking("up", 1)),
        "max_tracking_id_statement": lambda: recorder.max_tracking_id("up"),
    }.items():
        for statement in (broken, "BLAH", b"BLAH"):
            setattr(recorder, name, statement)
            with pytest.raises(ProgrammingError):
                await call()
    recorder.lock_table_statements.append(broken)
    with pytest.raises(ProgrammingError, match="syntax error"):
        await recorder.insert_events([make_event()])


async def test_recorders_have_the_attributes_that_subclasses_use(datastore):
    """G20"""
    recorder = AsyncPostgresProcessRecorder(
        datastore, events_table_name="My.events", tracking_table_name="my_tracking"
    )

    assert recorder.datastore is datastore
    assert recorder.events_table_name == "My.events"
    assert recorder.tracking_table_name == "my_tracking"
    assert recorder.channel_name == "My_events"
    assert recorder.notification_id_index_name == "My.events_notification_id_idx"
    assert recorder.stored_event_type_name == "stored_event_uuid"
    assert len(recorder.lock_table_statements) == 2


async def test_ids_that_cannot_be_obtained_are_a_programming_error(datastore):
    """G25: and nothing is stored."""
    recorder = await create_recorder(datastore)
    recorder.insert_events_statement = bytes(recorder.insert_events_statement).replace(
        b"RETURNING notification_id", b""
    )

    with pytest.raises(
        ProgrammingError,
        match=re.escape("Couldn't get all notification IDs (got 0, expected 2)"),
    ):
        await recorder.insert_events(make_events(2))
    assert await recorder.max_notification_id() is None


async def test_any_objects_with_the_attributes_of_stored_events_are_stored(datastore):
    """G24"""
    recorder = await create_recorder(datastore)

    assert await recorder.insert_events([PgStoredEvent(uuid4(), 1, "t", b"")]) == [1]


@MODES
async def test_hooks_are_called_inside_the_transaction(datastore, functions):
    """G23, G24, G31"""

    class Recorder(AsyncPostgresProcessRecorder):
        async def _insert_events(self, curs, stored_events, **kwargs):
            await super()._insert_events(curs, stored_events, **kwargs)
            await curs.execute("INSERT INTO said VALUES (%s)", [kwargs["word"]])

        async def _insert_stored_events(self, curs, stored_events, **kwargs):
            await super()._insert_stored_events(curs, stored_events, **kwargs)
            calls.append("insert")

        async def _lock_table(self, curs):
            await super()._lock_table(curs)
            calls.append("lock")

        async def _notify_channel(self, curs):
            await super()._notify_channel(curs)
            calls.append("notify")

        async def _fetch_ids_after_insert_events(self, curs, stored_events, **kwargs):
            ids = await super()._fetch_ids_after_insert_events(curs, stored_events, **kwargs)
            return [id_ * 10 for id_ in ids]

        def construct_pg_stored_event(self, originator_id, originator_version, topic, state):
            return super().construct_pg_stored_event(
                originator_id, originator_version, topic.upper(), state
            )

    calls: list[str] = []
    datastore.enable_db_functions = functions
    recorder = Recorder(datastore)
    recorder.sql_create_statements.append(SQL("CREATE TABLE IF NOT EXISTS said (w text)").format())
    await recorder.create_table()
    event = make_event(topic="loud")

    assert await recorder.insert_events([event], word="a") == [10]
    with pytest.raises(IntegrityError):
        await recorder.insert_events([event], word="b")
    assert await recorder.insert_events([], word="c") is None

    assert calls == ["lock", "notify", "insert", "lock", "notify"]
    assert (await recorder.select_notifications(1, 1))[0].topic == "LOUD"
    async with datastore.cursor() as cursor:
        await cursor.execute("SELECT w FROM said")
        assert [row["w"] for row in await cursor.fetchall()] == ["a", "c"]


@MODES
async def test_writers_wait_for_the_lock_at_most_the_given_time(postgres_database, functions):
    """G23, G27, X5; readers do not wait."""
    async with (
        make_datastore(postgres_database) as other,
        make_datastore(postgres_database, lock_timeout=1) as datastore,
    ):
        holder = await create_recorder(other, functions)
        recorder = await create_recorder(datastore, functions)
        recorder_retries = recorder._insert_in_transaction
        async with other.transaction(commit=False) as curs:
            await holder._insert_stored_events(curs, [make_event()])

            assert await recorder.select_notifications(1, 1) == []
            with pytest.raises(OperationalError, match="lock timeout"):
                await recorder_retries([make_event()], {})

        assert await recorder.insert_events([make_event()]) == [2]


async def test_aggregate_recorder_takes_no_lock(postgres_database, datastore):
    """G22"""
    recorder = await create_aggregate_recorder(datastore)
    async with datastore.transaction() as curs:
        await recorder._insert_stored_events(curs, [make_event()])

        await recorder.insert_events([make_event()])


@MODES
async def test_writers_never_interleave_and_ids_become_visible_in_order(
    postgres_database, functions
):
    """D3, D4, B7"""
    async with make_datastore(postgres_database, max_overflow=8) as datastore:
        recorder = await create_recorder(datastore, functions)
        blocks: list[list[int]] = []
        gaps: list[list[int]] = []
        done: list[bool] = []

        async def write():
            for _ in range(10):
                blocks.append(list(await recorder.insert_events(make_events(10))))

        async def read():
            seen = 0
            while not done:
                ids = [n.id for n in await recorder.select_notifications(seen + 1, 1000)]
                if ids:
                    if ids != list(range(seen + 1, seen + 1 + len(ids))):
                        gaps.append(ids)
                    seen = ids[-1]

        writers = [spawn(write) for _ in range(5)]
        reader = spawn(read)
        for writer in writers:
            await writer.join()
            assert writer.error is None
        done.append(True)
        await reader.join()

        assert reader.error is None
        assert gaps == []
        assert len(blocks) == 50
        assert all(block == list(range(block[0], block[0] + 10)) for block in blocks)


@MODES
async def test_process_recorder_stores_events_and_tracking_together(datastore, functions):
    """Y1, G26"""
    recorder = await create_process_recorder(datastore, functions)

    assert await recorder.insert_events(make_events(2), tracking=Tracking("up", 5)) == [1, 2]
    assert await recorder.insert_events([], tracking=Tracking("up", 6)) is None
    assert await recorder.max_tracking_id("up") == 6

    event = make_event()
    with pytest.raises(IntegrityError, match="Failed to record tracking for up 6"):
        await recorder.insert_events([event], tracking=Tracking("up", 6))
    assert await recorder.select_events(event.originator_id) == []
    assert await recorder.insert_events([event], tracking=Tracking("up", 7)) == [3]
    with pytest.raises(IntegrityError):
        await recorder.insert_events([event], tracking=Tracking("up", 8))
    assert await recorder.max_tracking_id("up") == 7


async def test_tracking_is_ignored_by_other_recorders(datastore):
    """B3: as are unknown keywords."""
    recorder = await create_recorder(datastore)

    assert await recorder.insert_events(
        [make_event()], tracking=Tracking("up", 1), unknown=object()
    ) == [1]


async def test_with_functions_each_table_has_its_own(postgres_database):
    """G31: and that of 9.5 is neither called nor replaced."""
    with postgres_database.connect() as connection:
        connection.execute(
            "CREATE FUNCTION es_insert_events_uuid() RETURNS int LANGUAGE sql AS 'SELECT 1'"
        )
    async with make_datastore(postgres_database, enable_db_functions=True) as datastore:
        one = AsyncPostgresApplicationRecorder(datastore, events_table_name="one_events")
        two = AsyncPostgresApplicationRecorder(datastore, events_table_name="two_events")
        for recorder in (one, two, one):
            await recorder.create_table()

        assert await one.insert_events(make_events(2)) == [1, 2]
        assert await two.insert_events(make_events(1)) == [1]
        assert await one.max_notification_id() == 2

    from tests.integration.postgres.support_async import list_functions

    assert list_functions(postgres_database) == {
        "es_insert_events_uuid",
        "one_events_es_insert",
        "two_events_es_insert",
    }


async def test_without_the_function_events_are_inserted_in_the_ordinary_way(datastore):
    """G31: the table may have been created when the setting was off."""
    await create_process_recorder(datastore)
    datastore.enable_db_functions = True
    recorder = AsyncPostgresProcessRecorder(datastore)

    assert await recorder.insert_events([make_event()], tracking=Tracking("up", 1)) == [1]
    assert await recorder.insert_events([make_event()], tracking=Tracking("up", 2)) == [2]


async def test_event_state_is_bytes(datastore):
    """B4"""
    recorder = await create_recorder(datastore)
    event = make_event(state=b"\0\xff")
    await recorder.insert_events([event])

    (found,) = await recorder.select_events(event.originator_id)

    assert type(found.state) is bytes
    assert found == event
