"""Processes with threads that append at the same time, some of which are killed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

from eventsourcing.dcb.api import DCBQuery, DCBQueryItem, query_matches
from tests.integration.postgres.dcb_support_sync import create_recorder
from tests.integration.postgres.support_sync import make_datastore

ROOT = Path(__file__).parents[3]
PROCESSES = 4
THREADS = 4
DECISIONS = 20


def start_writer(environ, name, decisions):
    env = {"PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt", "CREATE_TABLE": "no", **environ}
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.integration.postgres.dcb_writer"),
            *(json.dumps(env), name, str(THREADS), str(decisions)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_writers(environ):
    """Run writers, and kill some of them; return what was acknowledged."""
    # Those who are to be killed do not end before, however late that is.
    writers = [
        start_writer(environ, f"writer {n}", DECISIONS if n >= 2 else 10**9)
        for n in range(PROCESSES)
    ]
    acknowledged: list[str] = []

    def listen(number):
        lines = []
        for line in writers[number].stdout:
            lines.append(line.strip())
            if number < 2 and len(lines) == THREADS * DECISIONS // 2:
                writers[number].kill()
        acknowledged.extend(line for line in lines if line.endswith("]"))

    listeners = [threading.Thread(target=listen, args=[n]) for n in range(PROCESSES)]
    for each in listeners:
        each.start()
    for each in listeners:
        each.join()
    assert [writer.wait(60) for writer in writers] == [-9, -9, 0, 0]
    for writer in writers:
        writer.stdout.close()
    return acknowledged


class Follower:
    """Follows what is appended, with a subscription."""

    def __init__(self, recorder, query=None):
        self.followed = []
        self._subscription = recorder.subscribe(query)
        self._thread = threading.Thread(target=lambda: self.followed.extend(self._subscription))
        self._thread.start()

    def stop_after(self, count):
        """Wait until so many events were delivered."""
        while len(self.followed) < count:
            time.sleep(0.01)
        self._subscription.stop()
        self._thread.join()


class Reader:
    """Reads what is new, from head to head, all the time."""

    def __init__(self, recorder):
        self.events = []
        self.head = None
        self._recorder = recorder
        self._is_done = False
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self):
        while not self._is_done:
            response = self._recorder.read(after=self.head)
            self.events += response
            self.head = response.head

    def stop(self):
        self._is_done = True
        self._thread.join()


def query_of(items):
    return DCBQuery([DCBQueryItem(types, tags) for types, tags in items])


def check_knowledge(log):
    """Each decision was made on full knowledge of what it asked for; two events stay together."""
    for first, second in zip(log[::2], log[1::2], strict=True):
        assert first.event == second.event
        _, _, knowledge = json.loads(first.event.data)
        if knowledge is not None:
            head, items = knowledge
            query = query_of(items)
            between = [each for each in log if head < each.position < first.position]
            assert not any(query_matches(query, each.event) for each in between)


def test_decisions_are_made_on_full_knowledge_and_followed_in_order(postgres_database):
    """C5, C10, C12, C13: by many threads of several processes, two of which are killed."""
    selective = query_of([[["x"], ["a"]]])
    with make_datastore(postgres_database, max_overflow=9) as datastore:
        recorder = create_recorder(datastore)
        follower, selecting = Follower(recorder), Follower(recorder, selective)
        reader = Reader(recorder)

        acknowledged = run_writers(postgres_database.patient_environ())

        reader.stop()
        log = list(recorder.read())
        wanted = [each for each in log if query_matches(selective, each.event)]
        follower.stop_after(len(log))
        selecting.stop_after(len(wanted))
    check_knowledge(log)
    assert follower.followed == log
    assert selecting.followed == wanted
    assert reader.events == [each for each in log if each.position <= reader.head]
    stored = [each.event.data.decode() for each in log[::2]]
    assert set(acknowledged) <= set(stored)
    names = [tuple(json.loads(each)[:2]) for each in stored]
    assert len(set(names)) == len(names)  # nothing is stored twice
    survivors = [name for name, _ in names if name.startswith(("writer 2", "writer 3"))]
    assert len(survivors) == 2 * THREADS * DECISIONS
