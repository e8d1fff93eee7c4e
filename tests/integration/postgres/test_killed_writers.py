"""Processes that are killed while they write: nothing is lost, or half stored."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest

from eventsourcing.postgres import PostgresProcessRecorder
from tests.integration.postgres.support_sync import make_datastore
from tests.integration.postgres.writer import Writers
from tests.integration.postgres.writing_sync import EVENTS_PER_SAVE

KILLS = 60


def kill_writers(environ, flavour, seed):
    """Kill writers at random moments; return the originator IDs that each acknowledged."""
    moments = random.Random(seed)
    acknowledged: dict[str, list[str]] = {}
    with Writers(environ, flavour) as writers:
        for number in range(KILLS):
            name = f"writer-{number}"
            pid = writers.start(name)
            # Some are killed while they connect, most while they write.
            acknowledged[name] = [writers.read()] if number % 10 else []
            time.sleep(moments.uniform(0, 0.04))
            os.kill(pid, signal.SIGKILL)
            acknowledged[name] += iter(writers.read, "gone")
    return acknowledged


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_what_was_acknowledged_is_there_and_everything_else_wholly_or_not_at_all(
    postgres_database, flavour
):
    """Issue 4, item 4; D4, Y1: a follower sees each event once, in order."""
    with make_datastore(postgres_database, max_overflow=9) as datastore:
        recorder = PostgresProcessRecorder(datastore)
        recorder.create_table()
        followed = []
        with recorder.subscribe() as subscription:

            def follow():
                with suppress(StopIteration):
                    while True:
                        followed.append(next(subscription))

            follower = threading.Thread(target=follow)
            follower.start()

            acknowledged = kill_writers(postgres_database.patient_environ(), flavour, seed=flavour)

            stored = recorder.select_notifications(None, 1_000_000)
            while len(followed) < len(stored):
                time.sleep(0.01)
            subscription.stop()
            follower.join()

        saves = Counter(event.originator_id.hex for event in stored)
        assert sum(map(len, acknowledged.values())) > KILLS // 2
        assert {id_ for ids in acknowledged.values() for id_ in ids} <= set(saves)
        assert set(saves.values()) == {EVENTS_PER_SAVE}
        assert followed == stored
        ids = [event.id for event in stored]
        assert ids == sorted(set(ids))
        for name, ids in acknowledged.items():
            its_saves = sum(event.topic == name for event in stored) // EVENTS_PER_SAVE
            # At most the one save that was under way was stored without being acknowledged.
            assert len(ids) <= its_saves <= len(ids) + 1
            assert (recorder.max_tracking_id(name) or 0) == its_saves
