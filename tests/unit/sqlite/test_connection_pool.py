"""Switching the journal mode, with a scripted driver where SQLite does as it likes."""

import sqlite3
from unittest.mock import Mock

import pytest

from eventsourcing.sqlite import SQLiteConnectionPool, connection_pool


def make_error(code):
    error = sqlite3.OperationalError("no")
    error.sqlite_errorcode = code
    return error


class ScriptedConnection:
    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.statements = []

    def execute(self, statement):
        self.statements.append(statement)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return Mock(**{"fetchone.return_value": (outcome,)})


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(connection_pool, "sleep", lambda _: None)
    return SQLiteConnectionPool("test.db")


def flags(pool):
    return pool.is_journal_mode_wal, pool.journal_mode_was_changed_to_wal


def test_switching_is_tried_again_when_the_database_is_busy(pool):
    """S5: two processes that open a new file at the same time do not hurt each other."""
    connection = ScriptedConnection(
        "delete", make_error(sqlite3.SQLITE_BUSY), "delete", make_error(261), "delete", "wal"
    )
    pool._switch_to_wal(connection)
    assert flags(pool) == (True, True)
    assert connection.outcomes == []


def test_switching_is_left_to_who_was_faster(pool):
    """S5: when another process has switched meanwhile, nothing was changed by this one."""
    pool._switch_to_wal(ScriptedConnection("delete", make_error(sqlite3.SQLITE_BUSY), "wal"))
    assert flags(pool) == (True, False)


def test_switching_is_not_tried_for_ever(pool, monkeypatch):
    """S17: no retry is done beyond the busy timeout."""
    monkeypatch.setattr(connection_pool, "monotonic", iter([0.0, 4.9, 5.0]).__next__)
    busy = make_error(sqlite3.SQLITE_BUSY)
    with pytest.raises(sqlite3.OperationalError):
        pool._switch_to_wal(ScriptedConnection("delete", busy, "delete", busy))
    assert flags(pool) == (False, False)


def test_other_errors_are_raised_at_once(pool):
    """X7: what waiting cannot help is an error."""
    with pytest.raises(sqlite3.OperationalError):
        pool._switch_to_wal(ScriptedConnection("delete", make_error(sqlite3.SQLITE_IOERR)))


def test_a_read_only_database_stays_as_it_is(pool):
    """S5: what cannot be written can still be read."""
    pool._switch_to_wal(ScriptedConnection("delete", make_error(sqlite3.SQLITE_READONLY)))
    assert flags(pool) == (False, False)


def test_a_file_system_without_shared_memory_keeps_the_mode(pool):
    """S5: SQLite does not switch where processes cannot share memory; it works all the same."""
    pool._switch_to_wal(ScriptedConnection("delete", "delete"))
    assert flags(pool) == (False, False)
