"""Tracking on SQLite in particular; the rest is in the conformance suites."""

import sqlite3
from contextlib import closing

import pytest

from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    Tracking,
)
from eventsourcing.sqlite import SQLiteProcessRecorder, SQLiteTrackingRecorder
from tests.integration.sqlite.samples import make_events

MULTI_ROW_TABLE = (
    "CREATE TABLE tracking (application_name TEXT, notification_id INTEGER, "
    "PRIMARY KEY (application_name, notification_id)) WITHOUT ROWID"
)


@pytest.fixture
def recorder(datastore):
    recorder = SQLiteProcessRecorder(datastore)
    recorder.create_table()
    return recorder


@pytest.fixture
def multi_row_recorder(open_datastore):
    recorder = SQLiteProcessRecorder(open_datastore(single_row_tracking=False))
    recorder.create_table()
    return recorder


def read_rows(path, table="tracking"):
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.execute(f"SELECT * FROM {table}"))


def describe_migration(recorder):
    return (
        recorder.tracking_table_exists,
        recorder.tracking_migration_previous,
        recorder.tracking_migration_current,
    )


def test_constructor_takes_other_keywords(datastore):
    """S10: `SQLiteTrackingRecorder(datastore, **kwargs)`; nothing is known before creation."""
    recorder = SQLiteTrackingRecorder(datastore=datastore)
    assert describe_migration(recorder) == (False, None, None)
    assert recorder.table_migration_identifier == "__migration__"


def test_one_row_is_kept_for_each_name(recorder, path):
    """Y2, Y6: in single-row mode the greatest ID per name is kept, beside the marker."""
    for tracking in (Tracking("a", 1), Tracking("a", 5), Tracking("b", 2)):
        recorder.insert_tracking(tracking)
    assert read_rows(path) == [("__migration__", 1), ("a", 5), ("b", 2)]


@pytest.mark.parametrize("notification_id", [5, 4, 0, -1])
def test_ids_must_grow(recorder, notification_id):
    """Y2, Y3: an ID that is not greater raises IntegrityError and stores nothing."""
    recorder.insert_tracking(Tracking("a", 5))
    with pytest.raises(IntegrityError) as caught:
        recorder.insert_tracking(Tracking("a", notification_id))
    assert str(caught.value) == f"Failed to record tracking for a {notification_id}"
    assert recorder.max_tracking_id("a") == 5


def test_a_tracking_conflict_stores_no_events(recorder):
    """S13, Y1, D2: events and tracking are one transaction, and no ID is consumed."""
    tracking = Tracking("a", 1)
    assert recorder.insert_events(make_events(2), tracking=tracking) == [1, 2]
    with pytest.raises(IntegrityError):
        recorder.insert_events(make_events(1), tracking=tracking)
    assert recorder.max_notification_id() == 2
    assert recorder.insert_events(make_events(1)) == [3]


def test_an_event_conflict_stores_no_tracking(recorder):
    """S13, Y1: a conflict of events takes the tracking back, too."""
    events = make_events(1)
    recorder.insert_events(events)
    with pytest.raises(IntegrityError):
        recorder.insert_events(events, tracking=Tracking("a", 1))
    assert recorder.max_tracking_id("a") is None


def test_tracking_without_events(recorder):
    """Y1: tracking may be recorded with an empty list of events."""
    assert recorder.insert_events([], tracking=Tracking("a", 7)) == []
    assert recorder.max_tracking_id("a") == 7


def test_missing_table(datastore):
    """X3: a missing table is an OperationalError."""
    recorder = SQLiteTrackingRecorder(datastore)
    with pytest.raises(OperationalError, match="no such table"):
        recorder.max_tracking_id("a")
    with pytest.raises(OperationalError, match="no such table"):
        recorder.insert_tracking(Tracking("a", 1))


def test_hooks_can_be_used_in_a_transaction(recorder):
    """S11: `_insert_tracking(c, tracking)` and `_max_tracking_id(name, c)`."""
    with recorder.datastore.transaction(commit=True) as c:
        recorder._insert_tracking(c, Tracking("a", 3))
        assert recorder._max_tracking_id("a", c) == 3


def test_a_view_keeps_state_and_tracking_together(datastore):
    """S11: a view creates its tables, and changes them in the transaction of the tracking."""

    class View(SQLiteTrackingRecorder):
        def construct_create_table_statements(self):
            statements = super().construct_create_table_statements()
            statements.append("CREATE TABLE IF NOT EXISTS counters (n INTEGER)")
            return statements

        def count(self, n, tracking):
            with self.datastore.transaction(commit=True) as c:
                c.execute("INSERT INTO counters VALUES (?)", (n,))
                self._insert_tracking(c, tracking)

    view = View(datastore)
    view.create_table()
    view.count(1, Tracking("a", 1))
    with pytest.raises(IntegrityError):
        view.count(2, Tracking("a", 1))
    assert datastore.query("SELECT n FROM counters") == [(1,)]


def test_fresh_single_row_table(recorder, path):
    """Y6, Y9: a fresh single-row table has the marker."""
    assert describe_migration(recorder) == (False, None, 1)
    assert read_rows(path) == [("__migration__", 1)]


def test_single_row_table_that_exists(recorder, datastore):
    """Y7, Y9: nothing is done to a table with the marker."""
    recorder.insert_tracking(Tracking("a", 5))
    again = SQLiteTrackingRecorder(datastore)
    again.create_table()
    assert describe_migration(again) == (True, 1, 1)
    assert again.max_tracking_id("a") == 5


def test_fresh_multi_row_table(multi_row_recorder, path):
    """Y6, Y9: a multi-row table has no marker."""
    assert describe_migration(multi_row_recorder) == (False, None, None)
    assert read_rows(path) == []


def test_multi_row_table_that_exists(multi_row_recorder):
    """Y7, Y9: in multi-row mode a multi-row table is left alone."""
    multi_row_recorder.create_table()
    assert describe_migration(multi_row_recorder) == (True, None, None)


def test_multi_row_tracking_keeps_all_ids(multi_row_recorder, path):
    """Y4: there is a row per processed ID; lower IDs may be recorded later."""
    for notification_id in (5, 3):
        multi_row_recorder.insert_tracking(Tracking("a", notification_id))
    assert multi_row_recorder.max_tracking_id("a") == 5
    assert read_rows(path) == [("a", 3), ("a", 5)]
    with pytest.raises(IntegrityError):
        multi_row_recorder.insert_tracking(Tracking("a", 3))


def test_a_multi_row_table_is_migrated(multi_row_recorder, open_datastore, path):
    """Y7, Y9: the greatest IDs are taken over, and the old table is kept."""
    for tracking in (Tracking("a", 1), Tracking("a", 4), Tracking("b", 2)):
        multi_row_recorder.insert_tracking(tracking)
    recorder = SQLiteProcessRecorder(open_datastore())
    recorder.create_table()
    assert describe_migration(recorder) == (True, None, 1)
    assert read_rows(path) == [("__migration__", 1), ("a", 4), ("b", 2)]
    assert read_rows(path, "old1_tracking") == [("a", 1), ("a", 4), ("b", 2)]
    recorder.insert_tracking(Tracking("a", 5))
    with pytest.raises(IntegrityError):
        recorder.insert_tracking(Tracking("b", 2))


def test_a_failed_migration_changes_nothing(open_datastore, path):
    """Y7: the migration is one transaction."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(MULTI_ROW_TABLE)
        connection.execute("INSERT INTO tracking VALUES ('a', 1)")
        connection.execute("CREATE TABLE old1_tracking (a)")
    recorder = SQLiteProcessRecorder(open_datastore())
    with pytest.raises(OperationalError, match="old1_tracking"):
        recorder.create_table()
    assert read_rows(path) == [("a", 1)]


def test_a_single_row_table_is_refused_in_multi_row_mode(recorder, open_datastore):
    """Y8: a table with the marker cannot be used for multi-row tracking."""
    multi_row_recorder = SQLiteProcessRecorder(open_datastore(single_row_tracking=False))
    text = r"^Can't do multi-row tracking with single-row tracking table$"
    with pytest.raises(OperationalError, match=text):
        multi_row_recorder.create_table()
    for _ in range(2):
        with pytest.raises(OperationalError, match=text):
            multi_row_recorder.insert_tracking(Tracking("a", 1))
    assert recorder.max_tracking_id("a") is None


def test_a_multi_row_table_is_refused_in_single_row_mode(multi_row_recorder, open_datastore):
    """Y7: a multi-row table has to be migrated before; the error says how."""
    recorder = SQLiteProcessRecorder(open_datastore())
    with pytest.raises(OperationalError, match=r"multi-row.*create_table\(\)"):
        recorder.insert_tracking(Tracking("a", 1))
    multi_row_recorder.insert_tracking(Tracking("a", 1))


@pytest.mark.parametrize("is_single_row", [True, False])
def test_the_name_of_the_marker_is_reserved(open_datastore, is_single_row):
    """Y6: an application that has the marker's name cannot damage it."""
    recorder = SQLiteTrackingRecorder(open_datastore(single_row_tracking=is_single_row))
    recorder.create_table()
    with pytest.raises(ProgrammingError, match="'__migration__' is reserved"):
        recorder.insert_tracking(Tracking("__migration__", 2))
    recorder.create_table()


def test_ids_beyond_64_bits_are_refused(recorder):
    """Issue 4.6: what cannot be stored exactly is refused."""
    with pytest.raises(DataError):
        recorder.insert_tracking(Tracking("a", 2**63))
    recorder.insert_tracking(Tracking("a", 2**63 - 1))
    assert recorder.max_tracking_id("a") == 2**63 - 1
