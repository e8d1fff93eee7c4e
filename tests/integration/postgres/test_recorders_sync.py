# Generated from test_recorders_async.py by tools/async_to_sync.py: do not edit.
"""Aggregate, application and process recorders (contract sections 7, 8 and 16.3)."""

from __future__ import annotations

import random
import re
from uuid import UUID, uuid4

import pytest
from psycopg.sql import SQL

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    Notification,
    OperationalError,
    ProgrammingError,
    Tracking,
)
from eventsourcing.postgres import (
    PgStoredEvent,
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresProcessRecorder,
)
from tests.integration.postgres.support_sync import make_datastore, make_event, make_events

MODES = pytest.mark.parametrize("functions", [False, True], ids=["ordinary", "functions"])


@pytest.fixture
def datastore(postgres_database):
    with make_datastore(postgres_database) as datastore:
        yield datastore


def create_recorder(datastore, functions=False):
    datastore.enable_db_functions = functions
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()
    return recorder


def create_process_recorder(datastore, functions=False):
    datastore.enable_db_functions = functions
    recorder = PostgresProcessRecorder(datastore)
    recorder.create_table()
    return recorder


def create_aggregate_recorder(datastore):
    recorder = PostgresAggregateRecorder(datastore)
    recorder.create_table()
    return recorder


def test_aggregate_recorder_stores_and_selects_events(datastore):
    """B2, B4"""
    recorder = create_aggregate_recorder(datastore)
    events = make_events(4)

    assert recorder.insert_events(events) is None
    assert recorder.insert_events([]) is None

    id_ = events[0].originator_id
    assert recorder.select_events(id_) == events
    assert recorder.select_events(id_, gt=1, lte=3) == events[1:3]
    assert recorder.select_events(id_, desc=True, limit=1) == events[-1:]
    assert recorder.select_events(id_, desc=True, lte=2, limit=1) == events[1:2]
    assert recorder.select_events(id_, limit=0) == []
    assert recorder.select_events(uuid4()) == []


def test_range_parameters_may_be_positional(datastore):
    """B4"""
    recorder = create_aggregate_recorder(datastore)
    events = make_events(4)
    recorder.insert_events(events)

    assert recorder.select_events(events[0].originator_id, 1, 3, True, 1) == events[2:3]


@MODES
def test_all_events_are_stored_or_none(datastore, functions):
    """B1, X2"""
    recorder = create_recorder(datastore, functions)
    events = make_events(3)
    recorder.insert_events(events[1:2])

    with pytest.raises(IntegrityError):
        recorder.insert_events(events)
    with pytest.raises(IntegrityError):
        recorder.insert_events([make_event(events[0].originator_id, 9)] * 2)

    assert recorder.select_events(events[0].originator_id) == events[1:2]


@MODES
def test_application_recorder_returns_consecutive_ids(datastore, functions):
    """B2, D1, D3"""
    recorder = create_recorder(datastore, functions)

    assert recorder.max_notification_id() is None
    assert recorder.insert_events([]) is None
    assert recorder.insert_events(make_events(2)) == [1, 2]
    assert recorder.insert_events(make_events(3)) == [3, 4, 5]
    assert recorder.max_notification_id() == 5


@MODES
def test_ids_follow_the_order_of_the_given_events(datastore, functions):
    """D3"""
    recorder = create_recorder(datastore, functions)
    events = [make_event(originator_version=n) for n in range(500, 0, -1)]

    ids = recorder.insert_events(events)

    stored = recorder.select_notifications(1, 1000)
    assert [n.id for n in stored] == ids == list(range(1, 501))
    assert [n.originator_version for n in stored] == [e.originator_version for e in events]


@MODES
def test_a_conflict_costs_one_id_for_each_event_attempted(datastore, functions):
    """D2"""
    recorder = create_recorder(datastore, functions)
    events = make_events(3)
    recorder.insert_events(events[1:2])

    with pytest.raises(IntegrityError):
        recorder.insert_events(events)

    assert recorder.insert_events([make_event()]) == [4]


@MODES
def test_select_notifications_as_the_worked_cases_say(datastore, functions):
    """B5, B6"""
    recorder = create_recorder(datastore, functions)
    events = [make_event(topic=f"topic{n}") for n in (1, 2, 3)]
    recorder.insert_events(events)

    def ids(*args, **kwargs):
        return [n.id for n in recorder.select_notifications(*args, **kwargs)]

    assert ids(1, 10) == [1, 2, 3]
    assert ids(None, 10, stop=2) == [1, 2]
    assert ids(1, 10, inclusive_of_start=False) == [2, 3]
    assert ids(2, 10, stop=2) == [2]
    assert ids(1, 10, stop=2, inclusive_of_start=False) == [2]
    assert ids(3, 1, inclusive_of_start=False) == []
    assert ids(1, 3, topics=["topic1", "topic3"]) == [1, 3]
    assert ids(None, 1) == [1]
    assert ids(None, 10, inclusive_of_start=False) == [1, 2, 3]
    assert ids(-5, 10) == [1, 2, 3]
    assert ids(0, 0) == []
    assert ids(1, 10, None, {"topic2"}) == [2]
    e = events[0]
    assert recorder.select_notifications(1, 1)[0] == Notification(
        e.originator_id, e.originator_version, e.topic, e.state, 1
    )


def test_ids_are_uuids_in_uuid_mode(datastore):
    """G21"""
    recorder = create_recorder(datastore)
    event = make_event()
    recorder.insert_events([event, make_event(str(uuid4()))])

    found = recorder.select_notifications(1, 10)

    assert all(type(n.originator_id) is UUID for n in found)
    assert recorder.select_events(str(event.originator_id)) == [event]


def test_ids_are_texts_in_text_mode(postgres_database):
    """G21: a UUID is stored as 32 hex digits, and found by itself."""
    with make_datastore(postgres_database, originator_id_type="text") as datastore:
        recorder = create_recorder(datastore)
        uuid = uuid4()
        recorder.insert_events([make_event(uuid), make_event("dog/1 'x' 🐕")])

        assert [n.originator_id for n in recorder.select_notifications(1, 10)] == [
            uuid.hex,
            "dog/1 'x' 🐕",
        ]
        assert len(recorder.select_events(uuid)) == 1
        assert len(recorder.select_events("dog/1 'x' 🐕")) == 1
        assert recorder.select_events("dog/2") == []


@MODES
def test_an_id_that_does_not_fit_is_a_data_error(datastore, functions):
    """G21"""
    recorder = create_recorder(datastore, functions)

    with pytest.raises(DataError):
        recorder.insert_events([make_event("not-a-uuid")])
    with pytest.raises(DataError):
        recorder.insert_events([make_event(), make_event("not-a-uuid")])
    with pytest.raises(DataError):
        recorder.select_events("not-a-uuid")


@pytest.mark.parametrize(
    "event",
    [
        make_event(topic="a\0b"),
        make_event(topic="lone \ud800 surrogate"),
        make_event(originator_version=2**63),
        make_event(originator_version=-(2**63) - 1),
    ],
)
def test_values_that_do_not_fit_are_data_errors(datastore, event):
    """X1: nothing is cut."""
    recorder = create_recorder(datastore)

    with pytest.raises(DataError):
        recorder.insert_events([event])
    with pytest.raises(DataError):
        recorder.insert_events([make_event(), event])
    assert recorder.max_notification_id() is None


@MODES
def test_hostile_values_are_stored_exactly(postgres_database, functions):
    with make_datastore(postgres_database, originator_id_type="text") as datastore:
        recorder = create_recorder(datastore, functions)
        # An index entry has at most 2704 bytes, and compresses well if it is monotonous.
        texts = ["", "'; DROP TABLE stored_events; --", "%s %b {}", "\\x00", "🐕", "x" * 10_000]
        events = [make_event(text, -1, text, bytes(range(256)) * 50) for text in texts]

        recorder.insert_events(events)

        for event in events:
            assert recorder.select_events(event.originator_id) == [event]
        assert [n.topic for n in recorder.select_notifications(1, 10)] == texts
        for text in texts:
            assert len(recorder.select_notifications(1, 10, topics=[text])) == 1


def test_an_id_that_is_too_long_for_the_index_is_refused(postgres_database):
    """Issue 4, item 6: clearly, and nothing is stored."""
    with make_datastore(postgres_database, originator_id_type="text") as datastore:
        recorder = create_recorder(datastore)

        with pytest.raises(OperationalError, match="index row"):
            recorder.insert_events([make_event(random.Random(1).randbytes(5000).hex())])
        for text in ("a\0b", "lone \ud800 surrogate"):
            with pytest.raises(DataError):
                recorder.insert_events([make_event(text)])
            with pytest.raises(DataError):
                recorder.select_events(text)

        assert recorder.max_notification_id() is None


def test_a_missing_table_is_a_programming_error(datastore):
    """X3, G25"""
    recorder = PostgresProcessRecorder(datastore)
    missing = re.escape('relation "public.stored_events" does not exist')

    with pytest.raises(ProgrammingError, match="Composite type 'stored_event_uuid' not found"):
        recorder.insert_events([make_event()])
    with pytest.raises(ProgrammingError, match=missing):
        recorder.select_events(uuid4())
    with pytest.raises(ProgrammingError, match=missing):
        recorder.select_notifications(1, 1)
    with pytest.raises(ProgrammingError, match=missing):
        recorder.max_notification_id()
    with pytest.raises(ProgrammingError, match="notification_tracking"):
        recorder.max_tracking_id("up")
    with pytest.raises(ProgrammingError, match="notification_tracking"):
        recorder.insert_tracking(Tracking("up", 1))


def test_a_missing_table_is_named_when_the_type_exists(datastore):
    """G25"""
    create_aggregate_recorder(datastore)
    recorder = PostgresApplicationRecorder(datastore, events_table_name="other")

    with pytest.raises(ProgrammingError, match=r'relation "public\.other" does not exist'):
        recorder.insert_events([make_event()])


def test_inserting_works_without_the_composite_type(postgres_database, datastore):
    """G18: the tables may be those of an older release."""
    recorder = create_process_recorder(datastore)
    with postgres_database.connect() as connection:
        connection.execute("DROP TYPE stored_event_uuid")

    assert recorder.insert_events([make_event()], tracking=Tracking("up", 1)) == [1]


def test_replaced_statements_are_used(datastore):
    """G20"""
    recorder = create_process_recorder(datastore)
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
                call()
    recorder.lock_table_statements.append(broken)
    with pytest.raises(ProgrammingError, match="syntax error"):
        recorder.insert_events([make_event()])


def test_recorders_have_the_attributes_that_subclasses_use(datastore):
    """G20"""
    recorder = PostgresProcessRecorder(
        datastore, events_table_name="My.events", tracking_table_name="my_tracking"
    )

    assert recorder.datastore is datastore
    assert recorder.events_table_name == "My.events"
    assert recorder.tracking_table_name == "my_tracking"
    assert recorder.channel_name == "My_events"
    assert recorder.notification_id_index_name == "My.events_notification_id_idx"
    assert recorder.stored_event_type_name == "stored_event_uuid"
    assert len(recorder.lock_table_statements) == 2


def test_ids_that_cannot_be_obtained_are_a_programming_error(datastore):
    """G25: and nothing is stored."""
    recorder = create_recorder(datastore)
    recorder.insert_events_statement = bytes(recorder.insert_events_statement).replace(
        b"RETURNING notification_id", b""
    )

    with pytest.raises(
        ProgrammingError,
        match=re.escape("Couldn't get all notification IDs (got 0, expected 2)"),
    ):
        recorder.insert_events(make_events(2))
    assert recorder.max_notification_id() is None


def test_any_objects_with_the_attributes_of_stored_events_are_stored(datastore):
    """G24"""
    recorder = create_recorder(datastore)

    assert recorder.insert_events([PgStoredEvent(uuid4(), 1, "t", b"")]) == [1]


@MODES
def test_hooks_are_called_inside_the_transaction(datastore, functions):
    """G23, G24, G31"""

    class Recorder(PostgresProcessRecorder):
        def _insert_events(self, curs, stored_events, **kwargs):
            super()._insert_events(curs, stored_events, **kwargs)
            curs.execute("INSERT INTO said VALUES (%s)", [kwargs["word"]])

        def _insert_stored_events(self, curs, stored_events, **kwargs):
            super()._insert_stored_events(curs, stored_events, **kwargs)
            calls.append("insert")

        def _lock_table(self, curs):
            super()._lock_table(curs)
            calls.append("lock")

        def _notify_channel(self, curs):
            super()._notify_channel(curs)
            calls.append("notify")

        def _fetch_ids_after_insert_events(self, curs, stored_events, **kwargs):
            ids = super()._fetch_ids_after_insert_events(curs, stored_events, **kwargs)
            return [id_ * 10 for id_ in ids]

        def construct_pg_stored_event(self, originator_id, originator_version, topic, state):
            return super().construct_pg_stored_event(
                originator_id, originator_version, topic.upper(), state
            )

    calls: list[str] = []
    datastore.enable_db_functions = functions
    recorder = Recorder(datastore)
    recorder.sql_create_statements.append(SQL("CREATE TABLE IF NOT EXISTS said (w text)").format())
    recorder.create_table()
    event = make_event(topic="loud")

    assert recorder.insert_events([event], word="a") == [10]
    with pytest.raises(IntegrityError):
        recorder.insert_events([event], word="b")
    assert recorder.insert_events([], word="c") is None

    assert calls == ["lock", "notify", "insert", "lock", "notify"]
    assert recorder.select_notifications(1, 1)[0].topic == "LOUD"
    with datastore.cursor() as cursor:
        cursor.execute("SELECT w FROM said")
        assert [row["w"] for row in cursor.fetchall()] == ["a", "c"]


@MODES
def test_writers_wait_for_the_lock_at_most_the_given_time(postgres_database, functions):
    """G23, G27, X5; readers do not wait."""
    with (
        make_datastore(postgres_database) as other,
        make_datastore(postgres_database, lock_timeout=1) as datastore,
    ):
        holder = create_recorder(other, functions)
        recorder = create_recorder(datastore, functions)
        recorder_retries = recorder._insert_in_transaction
        with other.transaction(commit=False) as curs:
            holder._insert_stored_events(curs, [make_event()])

            assert recorder.select_notifications(1, 1) == []
            with pytest.raises(OperationalError, match="lock timeout"):
                recorder_retries([make_event()], {})

        assert recorder.insert_events([make_event()]) == [2]


def test_aggregate_recorder_takes_no_lock(postgres_database, datastore):
    """G22"""
    recorder = create_aggregate_recorder(datastore)
    with datastore.transaction() as curs:
        recorder._insert_stored_events(curs, [make_event()])

        recorder.insert_events([make_event()])


@MODES
def test_writers_never_interleave_and_ids_become_visible_in_order(postgres_database, functions):
    """D3, D4, B7"""
    with make_datastore(postgres_database, max_overflow=8) as datastore:
        recorder = create_recorder(datastore, functions)
        blocks: list[list[int]] = []
        gaps: list[list[int]] = []
        done: list[bool] = []

        def write():
            for _ in range(10):
                blocks.append(list(recorder.insert_events(make_events(10))))

        def read():
            seen = 0
            while not done:
                ids = [n.id for n in recorder.select_notifications(seen + 1, 1000)]
                if ids:
                    if ids != list(range(seen + 1, seen + 1 + len(ids))):
                        gaps.append(ids)
                    seen = ids[-1]

        writers = [spawn(write) for _ in range(5)]
        reader = spawn(read)
        for writer in writers:
            writer.join()
            assert writer.error is None
        done.append(True)
        reader.join()

        assert reader.error is None
        assert gaps == []
        assert len(blocks) == 50
        assert all(block == list(range(block[0], block[0] + 10)) for block in blocks)


@MODES
def test_process_recorder_stores_events_and_tracking_together(datastore, functions):
    """Y1, G26"""
    recorder = create_process_recorder(datastore, functions)

    assert recorder.insert_events(make_events(2), tracking=Tracking("up", 5)) == [1, 2]
    assert recorder.insert_events([], tracking=Tracking("up", 6)) is None
    assert recorder.max_tracking_id("up") == 6

    event = make_event()
    with pytest.raises(IntegrityError, match="Failed to record tracking for up 6"):
        recorder.insert_events([event], tracking=Tracking("up", 6))
    assert recorder.select_events(event.originator_id) == []
    assert recorder.insert_events([event], tracking=Tracking("up", 7)) == [3]
    with pytest.raises(IntegrityError):
        recorder.insert_events([event], tracking=Tracking("up", 8))
    assert recorder.max_tracking_id("up") == 7


def test_tracking_is_ignored_by_other_recorders(datastore):
    """B3: as are unknown keywords."""
    recorder = create_recorder(datastore)

    assert recorder.insert_events([make_event()], tracking=Tracking("up", 1), unknown=object()) == [
        1
    ]


def test_with_functions_each_table_has_its_own(postgres_database):
    """G31: and that of 9.5 is neither called nor replaced."""
    with postgres_database.connect() as connection:
        connection.execute(
            "CREATE FUNCTION es_insert_events_uuid() RETURNS int LANGUAGE sql AS 'SELECT 1'"
        )
    with make_datastore(postgres_database, enable_db_functions=True) as datastore:
        one = PostgresApplicationRecorder(datastore, events_table_name="one_events")
        two = PostgresApplicationRecorder(datastore, events_table_name="two_events")
        for recorder in (one, two, one):
            recorder.create_table()

        assert one.insert_events(make_events(2)) == [1, 2]
        assert two.insert_events(make_events(1)) == [1]
        assert one.max_notification_id() == 2

    from tests.integration.postgres.support_sync import list_functions

    assert list_functions(postgres_database) == {
        "es_insert_events_uuid",
        "one_events_es_insert",
        "two_events_es_insert",
    }


def test_without_the_function_events_are_inserted_in_the_ordinary_way(datastore):
    """G31: the table may have been created when the setting was off."""
    create_process_recorder(datastore)
    datastore.enable_db_functions = True
    recorder = PostgresProcessRecorder(datastore)

    assert recorder.insert_events([make_event()], tracking=Tracking("up", 1)) == [1]
    assert recorder.insert_events([make_event()], tracking=Tracking("up", 2)) == [2]


def test_event_state_is_bytes(datastore):
    """B4"""
    recorder = create_recorder(datastore)
    event = make_event(state=b"\0\xff")
    recorder.insert_events([event])

    (found,) = recorder.select_events(event.originator_id)

    assert type(found.state) is bytes
    assert found == event
