"""Forks writers that append with conditions, kills them, and checks what they left.

    python -m tests.integration.sqlite.kill_dcb_writer PATH ROUNDS SEED

Prints what it found. Batch `n` requires that no batch was appended after the one before it. Writers
acknowledge a batch, through a pipe, when it has been appended.
"""

from __future__ import annotations

import json
import os
import random
import sys
from itertools import count

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBSequencedEvent
from eventsourcing.dcb.sqlite import SQLiteDCBRecorder
from eventsourcing.sqlite import SQLiteDatastore
from eventsourcing.testing.dcb_samples import make_query
from tests.integration.sqlite.kill_writer import is_awaited, run_and_kill

BATCHES = make_query((["batched"], ["batch"]))


def open_recorder(path: str) -> SQLiteDCBRecorder:
    recorder = SQLiteDCBRecorder(SQLiteDatastore(path))
    recorder.create_table()
    return recorder


def make_batch(number: int) -> list[DCBEvent]:
    data = bytes(number * 131 % 3000)
    tags = ["batch", f"batch {number}"]
    return [DCBEvent("batched", data, [*tags, f"event {i}"]) for i in range(number * 7 % 23 + 1)]


def write_until_killed(path: str, pipe: int) -> None:
    recorder = open_recorder(path)
    response = recorder.read(BATCHES)
    head = response.head
    last = [int(each.event.tags[1].removeprefix("batch ")) for each in response][-1:]
    for number in count(sum(last) + 1):
        head = recorder.append(make_batch(number), DCBAppendCondition(BATCHES, head))
        os.write(pipe, json.dumps([number, head]).encode() + b"\n")


def check(path: str, acknowledged: dict[int, int]) -> int:
    """Return how many events there are, after checking that they are whole batches in order."""
    recorder = open_recorder(path)
    log = list(recorder.read())
    assert [each.position for each in log] == list(range(1, len(log) + 1)), "gaps in positions"
    rest, found = log, {}
    for number in count(1):
        batch, rest = rest[: len(make_batch(number))], rest[len(make_batch(number)) :]
        if not batch:
            break
        check_batch(recorder, number, batch)
        found[number] = batch[-1].position
    for number, position in acknowledged.items():
        assert found.get(number) == position, f"batch {number} was acknowledged, but is not there"
    (row,) = recorder.datastore.query("SELECT COUNT(*) FROM dcb_events_tag")
    assert row == (3 * len(log),), "there are tags of events that are not there"
    assert recorder.datastore.query("PRAGMA integrity_check") == [("ok",)]
    recorder.datastore.close()
    return len(log)


def check_batch(recorder: SQLiteDCBRecorder, number: int, batch: list[DCBSequencedEvent]) -> None:
    assert [each.event for each in batch] == make_batch(number), f"batch {number} is there in part"
    found = list(recorder.read(make_query(((), [f"batch {number}"]))))
    assert found == batch, f"batch {number} is not found by its tag"


def main() -> None:
    path, rounds, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    acknowledged: dict[int, int] = {}
    total = 0
    for number in range(rounds):
        acknowledged.update(
            run_and_kill(path, rng.uniform(0, 0.03), is_awaited(number), write_until_killed)
        )
        total = check(path, acknowledged)
    print(json.dumps({"acknowledged": len(acknowledged), "events": total}))


if __name__ == "__main__":
    main()
