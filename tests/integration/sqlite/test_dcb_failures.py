"""What goes wrong ends in the contract's error, and a usable recorder afterwards (C32)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from eventsourcing.dcb.sqlite import SQLiteDCBRecorder
from eventsourcing.persistence import DatabaseError, OperationalError
from eventsourcing.sqlite import SQLiteDatastore
from eventsourcing.testing.dcb_samples import make_query
from tests.integration.sqlite.test_failures import run_until_full

OpenDatastore = Callable[..., SQLiteDatastore]

EVENTS = [DCBEvent("t", b"x" * 50, [f"a{number}", "b"]) for number in range(10)]
QUERY = make_query((["t"], ["b"]), ((), ["a1", "a2"]))


@pytest.fixture
def recorder(open_datastore: OpenDatastore) -> SQLiteDCBRecorder:
    recorder = SQLiteDCBRecorder(open_datastore(pool_size=1, max_overflow=0))
    recorder.create_table()
    return recorder


def test_a_full_database(recorder: SQLiteDCBRecorder) -> None:
    """C10, X1: when there is no room, nothing of the append is stored, and all before it is."""
    with recorder.datastore.get_connection(commit=True) as connection:
        connection.query("PRAGMA max_page_count=30", ())
    head = 0
    with pytest.raises(OperationalError, match=r"^database or disk is full$"):
        while True:
            head = recorder.append(EVENTS, DCBAppendCondition(QUERY, head))
    assert head > 0
    assert [each.position for each in recorder.read()] == list(range(1, head + 1))
    assert len(list(recorder.read(make_query(((), ["b"]))))) == head
    with recorder.datastore.get_connection(commit=True) as connection:
        connection.query("PRAGMA max_page_count=1000000", ())
    assert recorder.append(EVENTS, DCBAppendCondition(QUERY, head)) == head + 10


def test_a_file_that_cannot_grow(path: Path) -> None:
    """C10, X1: when the file system refuses to write, all that was acknowledged is there."""
    found = run_until_full(path, "dcb")
    assert found["saved"] > 0
    assert found["readable"] == found["saved"]
    assert found["after"] == found["saved"] + 10


def test_a_file_that_is_damaged(
    recorder: SQLiteDCBRecorder, path: Path, open_datastore: OpenDatastore
) -> None:
    """X1: damage is reported as a DatabaseError."""
    for _ in range(50):
        recorder.append(EVENTS)
    recorder.datastore.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    damaged = SQLiteDCBRecorder(open_datastore())
    for use in (
        lambda: list(damaged.read(QUERY)),
        lambda: damaged.append(EVENTS),
        lambda: damaged.append(EVENTS, DCBAppendCondition(QUERY)),
    ):
        with pytest.raises(DatabaseError):
            use()


def test_a_database_that_is_opened_for_reading(
    recorder: SQLiteDCBRecorder, path: Path, open_datastore: OpenDatastore
) -> None:
    """X1: it can be read and followed, and refuses to be written."""
    recorder.append(EVENTS)
    reader = SQLiteDCBRecorder(open_datastore(f"file:{path}?mode=ro"))
    for condition in (None, DCBAppendCondition(QUERY, 10)):
        with pytest.raises(OperationalError, match="readonly database"):
            reader.append(EVENTS, condition)
    assert len(list(reader.read(QUERY))) == 10
    with reader.subscribe(QUERY, after=10) as subscription:
        recorder.append(EVENTS)
        assert next(subscription).position == 11


def test_a_database_that_is_locked(
    recorder: SQLiteDCBRecorder, open_datastore: OpenDatastore
) -> None:
    """X5, C25: the lock timeout is an error, nothing is stored, and reading goes on."""
    recorder.append(EVENTS)
    waiting = SQLiteDCBRecorder(open_datastore(lock_timeout=1))
    with recorder.datastore.transaction(commit=True):
        with pytest.raises(OperationalError, match="database is locked"):
            waiting.append(EVENTS, DCBAppendCondition(QUERY, 10))
        assert len(list(waiting.read(QUERY))) == 10
    assert waiting.append(EVENTS, DCBAppendCondition(QUERY, 10)) == 20
