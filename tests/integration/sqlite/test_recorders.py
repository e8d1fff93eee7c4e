"""What recorders for events do on SQLite in particular; the rest is in the conformance suites."""

import sqlite3
from contextlib import closing
from uuid import UUID, uuid4

import pytest

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    DataError,
    IntegrityError,
    InternalError,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    TrackingRecorder,
)
from eventsourcing.sqlite import (
    SQLiteAggregateRecorder,
    SQLiteApplicationRecorder,
    SQLiteProcessRecorder,
    SQLiteRecorder,
)
from tests.integration.sqlite.samples import make_events

ALL_CLASSES = [SQLiteAggregateRecorder, SQLiteApplicationRecorder, SQLiteProcessRecorder]


@pytest.fixture
def recorder(datastore):
    recorder = SQLiteApplicationRecorder(datastore)
    recorder.create_table()
    return recorder


@pytest.fixture
def aggregate_recorder(datastore):
    recorder = SQLiteAggregateRecorder(datastore, "stored_snapshots")
    recorder.create_table()
    return recorder


def test_classes_implement_the_interfaces():
    """7: which recorder is what."""
    assert issubclass(SQLiteAggregateRecorder, SQLiteRecorder)
    assert issubclass(SQLiteAggregateRecorder, AggregateRecorder)
    assert issubclass(SQLiteApplicationRecorder, ApplicationRecorder)
    assert issubclass(SQLiteProcessRecorder, ProcessRecorder)
    assert issubclass(SQLiteProcessRecorder, TrackingRecorder)


@pytest.mark.parametrize("recorder_class", ALL_CLASSES)
def test_the_datastore_must_be_one(recorder_class):
    """S10: anything else than a `SQLiteDatastore` is an AssertionError."""
    with pytest.raises(AssertionError, match=r"Not a SQLiteDatastore: 'test\.db'"):
        recorder_class("test.db")


@pytest.mark.parametrize("recorder_class", ALL_CLASSES)
def test_the_table_name_may_be_positional(datastore, recorder_class):
    """J2, S10: recorder constructors accept positional arguments."""
    assert recorder_class(datastore).events_table_name == "stored_events"
    assert recorder_class(datastore, "my_events").events_table_name == "my_events"
    assert recorder_class(datastore, events_table_name="x").events_table_name == "x"


def test_aggregate_recorder_returns_none(aggregate_recorder):
    """B2: aggregate recorders return `None`, also for an empty list."""
    assert aggregate_recorder.insert_events(make_events(2)) is None
    assert aggregate_recorder.insert_events([]) is None


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_application_recorder_returns_ids(recorder, count):
    """B2, D3: notification IDs are returned in order, and are consecutive."""
    assert recorder.insert_events(make_events(4)) == [1, 2, 3, 4]
    assert recorder.insert_events(make_events(count)) == list(range(5, 5 + count))
    assert recorder.insert_events([]) == []


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_conflict_stores_nothing_and_consumes_no_id(recorder, count):
    """B1, D2: on a conflict nothing is stored, and no ID is lost."""
    originator_id = uuid4()
    recorder.insert_events(make_events(1, originator_id, first=count))
    with pytest.raises(IntegrityError):
        recorder.insert_events(make_events(count, originator_id))
    assert recorder.max_notification_id() == 1
    assert recorder.insert_events(make_events(1)) == [2]


def test_duplicates_within_a_call_conflict(recorder):
    """B1: two events with one ID and version in the call are an IntegrityError."""
    event = make_events(1)[0]
    with pytest.raises(IntegrityError) as caught:
        recorder.insert_events([event, event])
    assert isinstance(caught.value.args[0], sqlite3.IntegrityError)
    assert caught.value.__cause__ is caught.value.args[0]
    assert recorder.max_notification_id() is None


@pytest.mark.parametrize("class_", [SQLiteAggregateRecorder, SQLiteApplicationRecorder])
def test_missing_table(datastore, class_):
    """X3, S12: a missing table is an OperationalError, on every operation."""
    recorder = class_(datastore)
    with pytest.raises(OperationalError, match="no such table: stored_events"):
        recorder.insert_events(make_events(1))
    with pytest.raises(OperationalError, match="no such table"):
        recorder.insert_events([])
    with pytest.raises(OperationalError, match="no such table"):
        recorder.select_events(uuid4())
    if class_ is SQLiteApplicationRecorder:
        with pytest.raises(OperationalError, match="no such table"):
            recorder.select_notifications(1, 10)
        with pytest.raises(OperationalError, match="no such table"):
            recorder.max_notification_id()


def test_uuids_are_stored_as_hex(recorder, path):
    """S8: UUID originator IDs are stored as 32 lower-case hex digits."""
    originator_id = UUID("ABCDEF00-0000-4000-8000-000000000001")
    recorder.insert_events(make_events(1, originator_id))
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT rowid, * FROM stored_events").fetchone()
    assert row == (1, "abcdef00000040008000000000000001", 1, "topic1", b"state1")


def test_text_ids_are_stored_as_they_are(open_datastore, path):
    """S8: string IDs are stored as they are and returned as text."""
    recorder = SQLiteApplicationRecorder(open_datastore(originator_id_type="TEXT"))
    recorder.create_table()
    recorder.insert_events(make_events(1, "customer-1"))
    uuid = uuid4()
    recorder.insert_events(make_events(1, uuid))
    assert recorder.select_events("customer-1")[0].originator_id == "customer-1"
    assert recorder.select_events(uuid)[0].originator_id == uuid.hex
    assert [n.originator_id for n in recorder.select_notifications(1, 10)] == [
        "customer-1",
        uuid.hex,
    ]


def test_text_that_is_no_uuid_cannot_be_read_as_one(recorder):
    """S8: in uuid mode a non-UUID text raises ValueError."""
    recorder.insert_events(make_events(1, "customer-1"))
    with pytest.raises(ValueError, match="badly formed"):
        recorder.select_events("customer-1")
    with pytest.raises(ValueError, match="badly formed"):
        recorder.select_notifications(1, 10)


def test_selected_events_are_equal_to_stored_ones(recorder):
    """P1, B4: what was stored is returned, with state as bytes."""
    events = make_events(3)
    recorder.insert_events(events)
    found = recorder.select_events(events[0].originator_id)
    assert found == events
    assert hash(found[0]) == hash(events[0])
    assert type(found[0]) is StoredEvent
    assert type(found[0].state) is bytes


def test_ranges_may_be_positional(recorder):
    """B4: [9.2] the range parameters of `select_events` may be passed positionally."""
    events = make_events(5)
    recorder.insert_events(events)
    assert recorder.select_events(events[0].originator_id, 1, 4, True, 2) == [events[3], events[2]]


def test_versions_may_be_any_integers_of_64_bits(recorder):
    """B1: any integer versions are accepted, in any order."""
    originator_id = uuid4()
    versions = [5, 0, -3, 2**63 - 1, -(2**63)]
    recorder.insert_events([StoredEvent(originator_id, v, "t", b"") for v in versions])
    found = recorder.select_events(originator_id)
    assert [event.originator_version for event in found] == sorted(versions)
    assert len(recorder.select_events(originator_id, lte=2**100)) == 5
    assert recorder.select_events(originator_id, gt=2**100) == []


def test_versions_beyond_64_bits_are_refused(recorder):
    """Issue 4.6: what cannot be stored exactly is refused, and nothing of the call is stored."""
    with pytest.raises(DataError):
        recorder.insert_events([*make_events(1), StoredEvent(uuid4(), 2**63, "t", b"")])
    assert recorder.max_notification_id() is None


def test_worked_cases_of_notifications(recorder):
    """B6: the table of the contract."""
    recorder.insert_events(make_events(3))

    def ids(*args, **kwargs):
        return [n.id for n in recorder.select_notifications(*args, **kwargs)]

    assert ids(1, 10) == [1, 2, 3]
    assert ids(None, 10, stop=2) == [1, 2]
    assert ids(None, 10, inclusive_of_start=False) == [1, 2, 3]
    assert ids(1, 10, inclusive_of_start=False) == [2, 3]
    assert ids(2, 10, stop=2) == [2]
    assert ids(1, 10, stop=2, inclusive_of_start=False) == [2]
    assert ids(3, 1, inclusive_of_start=False) == []
    assert ids(1, 3, topics=["topic1", "topic3"]) == [1, 3]
    assert ids(None, 1) == [1]
    assert ids(-1, 10) == ids(0, 10) == [1, 2, 3]
    assert ids(1, 0) == ids(1, -1) == []
    assert ids(1, 10, topics={"topic2"}) == [2]
    assert ids(2**70, 10) == []
    assert ids(1, 2**70, stop=2**70) == [1, 2, 3]
    assert ids(1, 10, None, ["topic2"]) == [2]


def test_many_topics(recorder):
    """B5: `topics` may be any sequence, also one longer than SQLite allows parameters."""
    recorder.insert_events(make_events(3))
    topics = [f"other{n}" for n in range(40_000)] + ["topic2"]
    assert [n.id for n in recorder.select_notifications(1, 10, topics=topics)] == [2]


def test_other_keywords_are_ignored(recorder, aggregate_recorder):
    """B3: unknown keyword arguments are ignored, and `tracking=` by who does not track."""
    assert recorder.insert_events(make_events(1), tracking=object(), session=None) == [1]
    assert aggregate_recorder.insert_events(make_events(1), tracking=object()) is None


def test_extenders_append_create_statements(datastore):
    """S11: statements of a subclass are executed by `create_table()` in the same transaction."""

    class Recorder(SQLiteApplicationRecorder):
        def construct_create_table_statements(self) -> list[str]:
            statements = super().construct_create_table_statements()
            statements.append(f"CREATE TABLE IF NOT EXISTS extra_{self.events_table_name} (a)")
            return statements

    recorder = Recorder(datastore, "my_events")
    assert len(recorder.create_table_statements) == 2
    recorder.create_table()
    assert datastore.query("SELECT * FROM extra_my_events") == []


def test_broken_create_statements(datastore):
    """S11: replacing the statements by broken SQL makes `create_table()` fail as a whole."""
    recorder = SQLiteApplicationRecorder(datastore)
    recorder.create_table_statements = [*recorder.create_table_statements, "CREATE TABLE OOPS"]
    with pytest.raises(OperationalError):
        recorder.create_table()
    with pytest.raises(OperationalError, match="no such table"):
        recorder.max_notification_id()


def test_broken_statements(recorder):
    """S11: replacing a statement by broken SQL makes the operation fail."""
    recorder.insert_events_statement = "INSERT OOPS"
    recorder.select_events_statement = "SELECT OOPS"
    with pytest.raises(OperationalError):
        recorder.insert_events(make_events(1))
    with pytest.raises(OperationalError):
        recorder.select_events(uuid4())


def test_hooks_run_in_the_transaction_of_the_events(datastore):
    """S11: `_insert_events(c, stored_events, **kwargs)` may be extended, atomically."""

    class Recorder(SQLiteApplicationRecorder):
        def construct_create_table_statements(self):
            return [*super().construct_create_table_statements(), "CREATE TABLE notes (note TEXT)"]

        def _insert_events(self, c, stored_events, *, note=None, **kwargs):
            c.execute("INSERT INTO notes VALUES (?)", (note,))
            return super()._insert_events(c, stored_events, **kwargs)

    recorder = Recorder(datastore)
    recorder.create_table()
    events = make_events(1)
    assert recorder.insert_events(events, note="kept") == [1]
    with pytest.raises(IntegrityError):
        recorder.insert_events(events, note="lost")
    assert datastore.query("SELECT * FROM notes") == [("kept",)]


def test_the_greatest_id_can_be_read_in_a_transaction(recorder, datastore):
    """S11: `_max_notification_id(c)`."""
    with datastore.transaction(commit=True) as c:
        recorder._insert_events(c, make_events(2))
        assert recorder._max_notification_id(c) == 2


def test_conversion_of_ids_can_be_overridden(datastore):
    """S11: `convert_originator_id(text)`."""

    class Recorder(SQLiteApplicationRecorder):
        def convert_originator_id(self, originator_id):
            return f"<{originator_id}>"

    recorder = Recorder(datastore)
    recorder.create_table()
    recorder.insert_events(make_events(1, "x"))
    assert recorder.select_events("x")[0].originator_id == "<x>"
    assert recorder.select_notifications(1, 1)[0].originator_id == "<x>"


def test_recorders_of_9_2_work_unchanged(datastore):
    """J1: a subclass written for 9.2 overrides `_insert_events(c, …)` and runs SQL on `c`."""

    class ProcessRecorder92(SQLiteProcessRecorder):
        def __init__(self, datastore, events_table_name="stored_events"):
            super().__init__(datastore, events_table_name)
            self.insert_counter_statement = "INSERT INTO counters VALUES (?)"

        def construct_create_table_statements(self):
            statements = super().construct_create_table_statements()
            statements.append("CREATE TABLE IF NOT EXISTS counters (n INTEGER)")
            return statements

        def _insert_events(self, c, stored_events, **kwargs):
            notification_ids = super()._insert_events(c, stored_events, **kwargs)
            c.execute(self.insert_counter_statement, (len(stored_events),))
            return notification_ids

    recorder = ProcessRecorder92(datastore)
    recorder.create_table()
    assert recorder.insert_events(make_events(3)) == [1, 2, 3]
    assert datastore.query("SELECT n FROM counters") == [(3,)]


def test_a_table_without_row_ids_is_refused(datastore):
    """S7: an aggregate recorder and an application recorder must not share a table."""
    SQLiteAggregateRecorder(datastore).create_table()
    recorder = SQLiteApplicationRecorder(datastore)
    recorder.create_table()
    with pytest.raises(OperationalError, match="no such column: rowid"):
        recorder.insert_events(make_events(1))
    assert SQLiteAggregateRecorder(datastore).select_events(uuid4()) == []
    assert datastore.query("SELECT COUNT(*) FROM stored_events") == [(0,)]


def test_ids_are_never_guessed(recorder, datastore):
    """D3: if a trigger takes row IDs for itself, nothing is stored, and no wrong ID returned."""
    with datastore.transaction(commit=True) as c:
        c.execute(
            "CREATE TRIGGER copy AFTER INSERT ON stored_events WHEN NEW.topic != 'copy' BEGIN "
            "INSERT INTO stored_events VALUES (NEW.originator_id, -NEW.originator_version, "
            "'copy', NULL); END"
        )
    with pytest.raises(InternalError, match="not consecutive"):
        recorder.insert_events(make_events(2))
    assert recorder.max_notification_id() is None


def test_reading_and_writing_continue_after_reopening(open_datastore, recorder):
    """D5: IDs are stable for ever."""
    recorder.insert_events(make_events(3))
    recorder.datastore.close()
    reopened = SQLiteApplicationRecorder(open_datastore())
    reopened.create_table()
    assert reopened.max_notification_id() == 3
    assert reopened.insert_events(make_events(1)) == [4]
