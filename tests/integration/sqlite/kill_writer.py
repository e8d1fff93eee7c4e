"""Forks writers, kills them at random moments, and checks what they left; prints what it found.

    python -m tests.integration.sqlite.kill_writer PATH ROUNDS SEED

Each batch is one aggregate with events of versions 1 to its size, and one tracking record with the
number of the batch. Writers acknowledge a batch, through a pipe, when it has been saved.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.sqlite import SQLiteDatastore, SQLiteProcessRecorder

UPSTREAM = "upstream"


def open_recorder(path: str) -> SQLiteProcessRecorder:
    recorder = SQLiteProcessRecorder(SQLiteDatastore(path))
    recorder.create_table()
    return recorder


def make_batch(number: int) -> list[StoredEvent]:
    size = number * 7 % 23 + 1
    state = bytes(number * 131 % 3000)
    return [StoredEvent(UUID(int=number), v, f"size{size}", state) for v in range(1, size + 1)]


def write_until_killed(path: str, pipe: int) -> None:
    recorder = open_recorder(path)
    for number in count((recorder.max_tracking_id(UPSTREAM) or 0) + 1):
        ids = recorder.insert_events(make_batch(number), tracking=Tracking(UPSTREAM, number))
        os.write(pipe, json.dumps([number, ids]).encode() + b"\n")


def run_and_kill(
    path: str,
    delay: float,
    is_awaited: bool,
    write: Callable[[str, int], None] = write_until_killed,
) -> dict[int, Any]:
    """Return the batches that a writer acknowledged before it was killed.

    It is killed some time after it was started or, if that is awaited, has acknowledged a batch.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            write(path, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        lines = [pipe.readline()] if is_awaited else []
        time.sleep(delay)
        os.kill(pid, signal.SIGKILL)
        lines += pipe.readlines()
    _, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, status
    return dict(json.loads(line) for line in lines)


def is_awaited(number: int) -> bool:
    """Say whether a writer may begin to write before it is killed; the first three may not."""
    return number >= 3 and number % 4 != 0


def check(path: str, acknowledged: dict[int, list[int]]) -> int:
    """Return how many events there are, after checking that they are whole batches in order."""
    recorder = open_recorder(path)
    notifications = recorder.select_notifications(None, 10**9)
    found: dict[int, list[int]] = defaultdict(list)
    for notification in notifications:
        found[notification.originator_id.int].append(notification.id)
    assert [n.id for n in notifications] == list(range(1, len(notifications) + 1)), "gaps in IDs"
    for number, ids in found.items():
        assert len(ids) == len(make_batch(number)), f"batch {number} is stored in part"
        assert recorder.select_events(UUID(int=number)) == make_batch(number)
    for number, ids in acknowledged.items():
        assert found.get(number) == ids, f"batch {number} was acknowledged, but is not stored so"
    assert recorder.max_tracking_id(UPSTREAM) == max(found, default=None)
    assert recorder.datastore.query("PRAGMA integrity_check") == [("ok",)]
    recorder.datastore.close()
    return len(notifications)


def main() -> None:
    path, rounds, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    acknowledged: dict[int, list[int]] = {}
    total = 0
    for number in range(rounds):
        acknowledged.update(run_and_kill(path, rng.uniform(0, 0.03), is_awaited(number)))
        total = check(path, acknowledged)
    print(json.dumps({"acknowledged": len(acknowledged), "events": total}))


if __name__ == "__main__":
    main()
