"""Several processes that append to one file, some of which are killed (C10, C12, C13)."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from eventsourcing.dcb.sqlite import SQLiteDCBRecorder
from eventsourcing.persistence import IntegrityError
from eventsourcing.sqlite import SQLiteDatastore
from eventsourcing.testing.dcb_samples import make_query
from tests.integration.sqlite.test_killed_writers import kill_writers

PROCESSES = 3
SEATS = 40
KILLS = 40


@pytest.fixture
def recorder(open_datastore: Callable[..., SQLiteDatastore]) -> SQLiteDCBRecorder:
    recorder = SQLiteDCBRecorder(open_datastore())
    recorder.create_table()
    return recorder


def take_seats(path: str, guest: int, barrier: Any, results: Any) -> None:
    """Try to take every seat, and say which ones were got."""
    recorder = SQLiteDCBRecorder(SQLiteDatastore(path, lock_timeout=60))
    barrier.wait(60)
    taken = []
    for seat in range(SEATS):
        query = make_query((["SeatTaken"], [f"seat {seat}"]))
        response = recorder.read(query)
        if not list(response):
            event = DCBEvent("SeatTaken", str(guest).encode(), [f"seat {seat}", f"guest {guest}"])
            try:
                recorder.append([event], DCBAppendCondition(query, response.head))
            except IntegrityError:
                continue
            taken.append(seat)
    recorder.datastore.close()
    results.put((guest, taken))


def test_each_seat_is_taken_once(recorder: SQLiteDCBRecorder, path: Path) -> None:
    """C10: of several processes that decide on the same knowledge, one wins."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=take_seats, args=(str(path), guest, barrier, results))
        for guest in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    taken = dict(results.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(60)
    assert sorted(seat for seats in taken.values() for seat in seats) == list(range(SEATS))
    log = list(recorder.read())
    assert [each.position for each in log] == list(range(1, SEATS + 1))
    for guest, seats in taken.items():
        found = recorder.read(make_query(((), [f"guest {guest}"])))
        assert [each.event.tags[0] for each in found] == [f"seat {seat}" for seat in seats]


def test_writers_that_are_killed(recorder: SQLiteDCBRecorder, path: Path) -> None:
    """C10, C12, C13: what was acknowledged is there, and nothing by half; followers see it all."""
    with recorder.subscribe() as subscription:
        found = kill_writers(path, KILLS, "tests.integration.sqlite.kill_dcb_writer")
        assert found["acknowledged"] > 0
        seen = [next(subscription).position for _ in range(found["events"])]
    assert seen == list(range(1, found["events"] + 1))


def test_killed_while_the_database_is_being_made(path: Path) -> None:
    """C21: kills during the first creation of tables are survived."""
    kill_writers(path, 3, "tests.integration.sqlite.kill_dcb_writer")
