"""The tables as they are in the file, which releases 9.2-9.5 must be able to use."""

import sqlite3
from contextlib import closing

import pytest

from eventsourcing.sqlite import (
    SQLiteAggregateRecorder,
    SQLiteApplicationRecorder,
    SQLiteProcessRecorder,
    SQLiteTrackingRecorder,
)

EVENT_COLUMNS = [
    ("originator_id", "TEXT", 1),
    ("originator_version", "INTEGER", 2),
    ("topic", "TEXT", 0),
    ("state", "BLOB", 0),
]


def describe(path, table):
    """Return columns with their types and places in the key, and whether there are row IDs."""
    with closing(sqlite3.connect(path)) as connection:
        columns = [
            (name, type_, key)
            for _, name, type_, _, _, key in connection.execute(f'PRAGMA table_info("{table}")')
        ]
        (sql,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
        return columns, "WITHOUT ROWID" not in sql


def list_objects(path):
    with closing(sqlite3.connect(path)) as connection:
        return {
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_autoindex%'"
            )
        }


def test_table_of_an_application_recorder(datastore, path):
    """S6: events of applications are in an ordinary table with row IDs."""
    SQLiteApplicationRecorder(datastore).create_table()
    assert describe(path, "stored_events") == (EVENT_COLUMNS, True)
    assert list_objects(path) == {"stored_events"}


def test_table_of_an_aggregate_recorder(datastore, path):
    """S6: events of aggregates, and snapshots, are in a table without row IDs."""
    SQLiteAggregateRecorder(datastore, "stored_snapshots").create_table()
    assert describe(path, "stored_snapshots") == (EVENT_COLUMNS, False)
    assert list_objects(path) == {"stored_snapshots"}


@pytest.mark.parametrize(("is_single_row", "key"), [(True, 0), (False, 2)])
def test_table_of_a_tracking_recorder(open_datastore, path, is_single_row, key):
    """S6: the tracking table, in single-row and multi-row mode."""
    datastore = open_datastore(single_row_tracking=is_single_row)
    SQLiteTrackingRecorder(datastore).create_table()
    columns = [("application_name", "TEXT", 1), ("notification_id", "INTEGER", key)]
    assert describe(path, "tracking") == (columns, False)
    assert list_objects(path) == {"tracking"}


def test_tables_of_a_process_recorder(datastore, path):
    """S6: process recorders have events with row IDs, and tracking."""
    SQLiteProcessRecorder(datastore).create_table()
    assert describe(path, "stored_events") == (EVENT_COLUMNS, True)
    assert list_objects(path) == {"stored_events", "tracking"}


def test_no_marks_are_left_in_the_file(datastore, path):
    """S5: no `user_version` or `application_id` is used."""
    SQLiteProcessRecorder(datastore).create_table()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
        assert connection.execute("PRAGMA application_id").fetchone() == (0,)


def test_tables_are_created_once(datastore):
    """S7: tables are created if they do not exist."""
    recorder = SQLiteProcessRecorder(datastore)
    recorder.create_table()
    recorder.create_table()
