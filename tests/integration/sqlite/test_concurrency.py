"""Several threads and processes at one database."""

import json
import multiprocessing
import subprocess
import sys
import threading
from uuid import uuid4

import pytest

from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.sqlite import SQLiteDatastore, SQLiteProcessRecorder
from tests.integration.sqlite.samples import make_events

DB_NAMES = [None, ":memory:", "file:test_concurrency?mode=memory&cache=shared"]


def run_in_threads(*functions):
    """Run the functions at the same time; raise the first error."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(functions))

    def run(function):
        try:
            barrier.wait(60)
            function()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.parametrize("db_name", DB_NAMES)
def test_writers_and_readers_at_the_same_time(open_datastore, db_name):
    """B7, D3, D4: writers get disjoint blocks of IDs, and readers see IDs appear in order."""
    recorder = SQLiteProcessRecorder(open_datastore(db_name, pool_timeout=60, lock_timeout=60))
    recorder.create_table()
    blocks: list[list[int]] = []
    has_finished = threading.Event()

    def write():
        for _ in range(10):
            blocks.append(list(recorder.insert_events(make_events(100))))

    def read():
        seen: list[int] = []
        while not has_finished.is_set():
            last = seen[-1] if seen else 0
            seen.extend(n.id for n in recorder.select_notifications(last + 1, 500))
            assert seen == list(range(1, len(seen) + 1))

    def write_all():
        try:
            run_in_threads(*[write] * 8)
        finally:
            has_finished.set()

    run_in_threads(write_all, read, read)
    assert all(block == list(range(block[0], block[0] + 100)) for block in blocks)
    assert sorted(block[0] for block in blocks) == list(range(1, 8001, 100))


def test_one_of_several_writers_of_one_version_wins(open_datastore):
    """X2, D2: all others get an IntegrityError, and no ID is lost."""
    recorder = SQLiteProcessRecorder(open_datastore(lock_timeout=60, pool_timeout=60))
    recorder.create_table()
    originator_id = uuid4()
    outcomes: list[object] = []

    def write():
        for version in range(1, 21):
            try:
                outcomes.append(recorder.insert_events(make_events(1, originator_id, version)))
            except IntegrityError:
                outcomes.append(None)

    run_in_threads(*[write] * 4)
    assert sum(outcome is not None for outcome in outcomes) == 20
    assert recorder.max_notification_id() == 20


@pytest.mark.parametrize("is_single_row", [True, False])
def test_tables_are_created_by_several_threads(open_datastore, is_single_row):
    """Y10: concurrent first `create_table()` calls all succeed."""
    recorders = [
        SQLiteProcessRecorder(open_datastore(single_row_tracking=is_single_row, lock_timeout=60))
        for _ in range(6)
    ]
    run_in_threads(*[recorder.create_table for recorder in recorders])
    assert recorders[0].tracking_migration_current == (1 if is_single_row else None)


def start_application(path, barrier, results):
    try:
        barrier.wait(60)
        datastore = SQLiteDatastore(path, lock_timeout=60)
        recorder = SQLiteProcessRecorder(datastore)
        recorder.create_table()
        ids = [recorder.insert_events(make_events(5)) for _ in range(20)]
        datastore.close()
        results.put(ids)
    except BaseException as error:
        results.put(repr(error))


@pytest.mark.parametrize("needs_migration", [False, True])
def test_processes_start_at_the_same_time(open_datastore, path, needs_migration):
    """Y10, S5, D3: several processes create, switch to WAL, migrate and write one file."""
    if needs_migration:
        old = SQLiteProcessRecorder(open_datastore(single_row_tracking=False))
        old.create_table()
        for notification_id in (3, 7):
            old.insert_tracking(Tracking("upstream", notification_id))
        old.datastore.close()
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(3), context.Queue()
    processes = [
        context.Process(target=start_application, args=(str(path), barrier, results))
        for _ in range(3)
    ]
    for process in processes:
        process.start()
    found = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    assert sorted(id_ for blocks in found for ids in blocks for id_ in ids) == list(range(1, 301))
    recorder = SQLiteProcessRecorder(open_datastore())
    recorder.create_table()
    assert recorder.tracking_migration_previous == 1
    assert recorder.max_tracking_id("upstream") == (7 if needs_migration else None)


def run_forking_process(path, when):
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.sqlite.fork", str(path), when],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_database_that_was_open_is_refused_in_a_forked_process(path):
    """S16: SQLite cannot be used across `fork()`; that could damage the file."""
    by_child, by_parent = run_forking_process(path, "before")
    assert "was open when this process was forked" in by_child
    assert by_parent == [1]


def test_a_database_that_was_not_open_is_used_in_a_forked_process(path):
    """S16: a datastore without connections can be taken into a forked process."""
    assert run_forking_process(path, "after") == [[1], [2]]
