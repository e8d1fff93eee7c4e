"""Issue 4.4: writers that are killed (-9) at random moments lose nothing and leave nothing half."""

import json
import random
import subprocess
import sys

import pytest

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteProcessRecorder
from tests.integration.sqlite.kill_writer import UPSTREAM, open_recorder

ROUNDS = 60


def kill_writers(path, rounds, module="tests.integration.sqlite.kill_writer"):
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    done = subprocess.run(
        [sys.executable, "-m", module, str(path), str(rounds), str(seed)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_acknowledged_events_are_there_and_others_whole_or_absent(open_datastore, path):
    """S16, issue 4.4: after each of many kills; and a follower sees each event exactly once."""
    recorder = SQLiteApplicationRecorder(open_datastore())
    recorder.create_table()
    with recorder.subscribe() as subscription:
        found = kill_writers(path, ROUNDS)
        assert found["acknowledged"] > 0
        seen = [next(subscription).id for _ in range(found["events"])]
    assert seen == list(range(1, found["events"] + 1))


@pytest.mark.parametrize("attempt", range(5))
def test_killed_while_the_database_is_being_made(path, attempt):
    """S5, S6, Y7: kills during the first creation, or migration, of tables are survived."""
    kill_writers(path, 3)


@pytest.mark.parametrize("attempt", range(3))
def test_killed_while_the_tracking_table_is_being_migrated(open_datastore, path, attempt):
    """Y7: the migration is done wholly or not at all."""
    old = SQLiteProcessRecorder(open_datastore(single_row_tracking=False))
    old.create_table()
    with old.datastore.transaction(commit=True) as c:
        c.executemany(
            "INSERT INTO tracking VALUES (?, ?)",
            [(f"other{n % 100}", n) for n in range(20_000)],
        )
    old.datastore.close()
    kill_writers(path, 3)
    recorder = open_recorder(str(path))
    assert [recorder.max_tracking_id(f"other{n}") for n in range(100)] == list(range(19900, 20000))
    assert recorder.datastore.query("SELECT COUNT(*) FROM old1_tracking") == [(20_000,)]
    recorder.insert_tracking(Tracking(UPSTREAM, 10**9))
    recorder.datastore.close()
