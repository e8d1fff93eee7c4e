"""Events with tags in SQLite in particular; the rest is in the conformance suites."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from eventsourcing.dcb.api import (
    MAX_POSITION,
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
)
from eventsourcing.dcb.sqlite import SQLiteDCBRecorder, SQLiteDCBSubscription
from eventsourcing.dcb.sqlite.search import PAGE_SIZE
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import ConnectionPoolClosedError, DataError, IntegrityError
from eventsourcing.sqlite import SQLiteDatastore
from eventsourcing.testing.dcb_samples import EVENTS, make_query
from tests.integration.sqlite.test_concurrency import run_in_threads

NAMES = [None, ":memory:", "file:test_dcb_recorder?mode=memory&cache=shared"]

MakeRecorder = Callable[..., SQLiteDCBRecorder]


@pytest.fixture
def make_recorder(open_datastore: Callable[..., SQLiteDatastore]) -> MakeRecorder:
    def make(db_name: str | None = None, **kwargs: Any) -> SQLiteDCBRecorder:
        recorder = SQLiteDCBRecorder(open_datastore(db_name), **kwargs)
        recorder.create_table()
        return recorder

    return make


def query_file(path: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def test_tables(make_recorder: MakeRecorder, path: Path) -> None:
    """C20: two tables and an index, with names that are made from one."""
    recorder = make_recorder(events_table_name="school_events")
    assert recorder.events_table_name == "school_events_main"
    assert recorder.tags_table_name == "school_events_tag"
    objects = query_file(path, "SELECT type, name FROM sqlite_master ORDER BY name")
    assert objects == [
        ("table", "school_events_main"),
        ("index", "school_events_main_idx_type"),
        ("table", "school_events_tag"),
    ]
    recorder.append([DCBEvent("t", b"data", ["b", "a", "b"])])
    assert query_file(path, "SELECT * FROM school_events_main") == [
        (1, "t", b"data", '["b","a","b"]')
    ]
    assert query_file(path, "SELECT * FROM school_events_tag") == [("a", 1), ("b", 1)]


def test_table_names_are_quoted(make_recorder: MakeRecorder) -> None:
    """C20: hostile names of tables are used exactly."""
    recorder = make_recorder(events_table_name='say "hi"; DROP TABLE x')
    recorder.append(EVENTS)
    query = make_query((["opened"], ["a", "b"]), (["closed"], ()))
    assert [each.position for each in recorder.read(query)] == [4, 5, 7, 9]
    with pytest.raises(IntegrityError):
        recorder.append(EVENTS, DCBAppendCondition(query))


def test_two_applications_share_a_file(make_recorder: MakeRecorder) -> None:
    """C20, C27: each has its own tables and positions."""
    one, other = (make_recorder(events_table_name=f"{name}_events") for name in ("one", "other"))
    assert one.append(EVENTS[:3], DCBAppendCondition()) == 3
    assert other.append(EVENTS[:1], DCBAppendCondition()) == 1
    assert (one.head(), other.head()) == (3, 1)


def test_tables_are_created_by_several_threads(
    open_datastore: Callable[..., SQLiteDatastore],
) -> None:
    """C21: creating tables that exist, or are being created, is no error."""
    recorders = [SQLiteDCBRecorder(open_datastore(lock_timeout=60)) for _ in range(6)]
    run_in_threads(*[recorder.create_table for recorder in recorders])
    assert recorders[0].head() is None


@pytest.mark.parametrize("db_name", NAMES)
def test_positions_have_no_gaps(make_recorder: MakeRecorder, db_name: str | None) -> None:
    """C5: an append that is refused or fails consumes no position."""
    recorder = make_recorder(db_name)
    assert recorder.append(EVENTS[:3]) == 3
    with pytest.raises(IntegrityError):
        recorder.append(EVENTS, DCBAppendCondition())
    with pytest.raises(DataError):
        recorder.append([*EVENTS, DCBEvent("t", b"", ["lone \ud800 surrogate"])])
    assert recorder.append(EVENTS[:1]) == 4
    assert [each.position for each in recorder.read()] == [1, 2, 3, 4]


@pytest.mark.parametrize("size", [PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE])
def test_many_events_are_read_in_pages(make_recorder: MakeRecorder, size: int) -> None:
    """C8: nothing is lost or repeated where one page ends and another begins."""
    recorder = make_recorder()
    recorder.append([DCBEvent("t", b"", ["even"][i % 2 :]) for i in range(2 * size)])
    assert [each.position for each in recorder.read()] == list(range(1, 2 * size + 1))
    query = make_query(((), ["even"]))
    assert [each.position for each in recorder.read(query)] == list(range(1, 2 * size + 1, 2))
    limited = recorder.read(query, limit=size - 1)
    assert limited.head == 2 * size - 3
    assert len(list(limited)) == size - 1


@pytest.mark.parametrize("db_name", NAMES)
def test_appending_while_many_events_are_read(
    make_recorder: MakeRecorder, db_name: str | None
) -> None:
    """C8: no connection and no lock is kept, and what was appended since is not seen."""
    recorder = make_recorder(db_name)
    recorder.append([DCBEvent("t", b"")] * (2 * PAGE_SIZE))
    response = recorder.read()
    assert len(list(islice(response, 10))) == 10
    assert recorder.datastore.pool.num_in_use == 0
    recorder.append([DCBEvent("t", b"")])
    assert [each.position for each in response] == list(range(11, 2 * PAGE_SIZE + 1))
    assert response.head == 2 * PAGE_SIZE


def test_closing_while_many_events_are_read(make_recorder: MakeRecorder) -> None:
    """C8: an error, not an end before the end."""
    recorder = make_recorder()
    recorder.append([DCBEvent("t", b"")] * (2 * PAGE_SIZE))
    response = recorder.read()
    recorder.datastore.close()
    assert len(list(islice(response, PAGE_SIZE))) == PAGE_SIZE
    with pytest.raises(ConnectionPoolClosedError):
        next(response)


@pytest.mark.parametrize("limit", [None, 10])
def test_a_selection_is_of_one_moment(
    make_recorder: MakeRecorder, monkeypatch: pytest.MonkeyPatch, limit: int | None
) -> None:
    """C8, C12: of what is appended between two statements of a read, nothing is selected.

    Otherwise an index that was asked early could miss an event before one that was asked later
    finds one behind it.
    """
    recorder, other = make_recorder(), make_recorder()
    recorder.append([DCBEvent("t", b"", ["a"])])
    select_head = recorder._select_head

    def append_meanwhile(query: Any) -> int:
        head = select_head(query)
        other.append([DCBEvent("t", b"", ["b", "c"]), DCBEvent("t", b"", ["a"])])
        return head

    monkeypatch.setattr(recorder, "_select_head", append_meanwhile)
    response = recorder.read(make_query(((), ["a"]), ((), ["b", "c"])), limit=limit)
    assert [each.position for each in response] == [1]
    assert response.head == 1


def test_large_queries(make_recorder: MakeRecorder) -> None:
    """C33: any number of items, types and tags, in reads and in conditions."""
    recorder = make_recorder()
    recorder.append(EVENTS)
    names = [f"name {number}" for number in range(3000)]
    recorder.append([DCBEvent("large", b"", names)])
    for query, expected in (
        (DCBQuery([DCBQueryItem(["opened", each], [each, "a"]) for each in names]), []),
        (make_query(*[((), [each]) for each in (*names, "c")]), [6, 7, 11]),
        (make_query(*[([each], ()) for each in (*names, "closed")]), [4, 7]),
        (make_query(([*names, "closed"], ())), [4, 7]),
        (make_query(([*names, "closed"], ["c"])), [7]),
        (make_query((["large", *names], names)), [11]),
        (make_query(((), [*names, "a"])), []),
    ):
        assert [each.position for each in recorder.read(query)] == expected
        condition = DCBAppendCondition(query)
        if expected:
            with pytest.raises(IntegrityError):
                recorder.append(EVENTS, condition)


def test_the_last_position(make_recorder: MakeRecorder) -> None:
    """C5: when there are no more positions, an append is refused with a clear error."""
    recorder = make_recorder()
    with recorder.datastore.transaction(commit=True) as c:
        c.execute("INSERT INTO dcb_events_main VALUES (?, 't', x'', '[]')", (MAX_POSITION - 1,))
    assert recorder.append(EVENTS[:1]) == MAX_POSITION
    with pytest.raises(DataError):
        recorder.append(EVENTS[:1])
    assert [each.position for each in recorder.read()] == [MAX_POSITION - 1, MAX_POSITION]


def test_several_threads_read_while_one_appends(make_recorder: MakeRecorder) -> None:
    """C8, C12: readers do not wait for the writer, and see whole appends."""
    recorder = make_recorder()
    has_finished = threading.Event()

    def append() -> None:
        for number in range(100):
            recorder.append([DCBEvent("t", b"", ["a", f"n{number}"])] * 10)
        has_finished.set()

    def read() -> None:
        query = make_query((["t"], ["a"]))
        while not has_finished.is_set():
            response = recorder.read(query)
            assert len(list(response)) == (response.head or 0)
            assert (response.head or 0) % 10 == 0

    run_in_threads(append, read, read)


def test_class_of_subscriptions(make_recorder: MakeRecorder) -> None:
    """C13: a subscription of this module, to this recorder."""
    recorder = make_recorder()
    recorder.append(EVENTS)
    with recorder.subscribe(make_query(((), ["c"]))) as subscription:
        assert isinstance(subscription, SQLiteDCBSubscription)
        assert [next(subscription).position for _ in range(2)] == [6, 7]


@pytest.mark.parametrize("count", [0, 7])
def test_shipped_test_case(make_recorder: MakeRecorder, count: int) -> None:
    """C61-C63: on an empty database, and on one that has events."""
    for check in (
        DCBRecorderTestCase()._test_append_read,
        DCBRecorderTestCase()._test_append_subscribe,
    ):
        recorder = make_recorder(events_table_name=check.__name__)
        for event in EVENTS[:count]:
            recorder.append([event])
        check(recorder, initial_position=count)
