"""Processes that share a projection, and are killed: issue 5.6."""

from __future__ import annotations

import random
import threading
import time

import pytest

from eventsourcing.persistence import Tracking
from eventsourcing.projection import PartitionedTracking
from tests.integration.projection.journals_sync import Journal, check_journal
from tests.integration.projection.samples_sync import Upstream
from tests.integration.projection.sharing_sync import check_ledger, open_view, save_histories
from tests.support.forking import Workers

PATIENCE = 180.0
KILLS = 15  # for each engine and flavour
RUN = "tests.integration.projection.sharing_worker:run"
FLAVOURS = ["sync", "async"]
pytestmark = pytest.mark.timeout(600)


class Writing:
    """Saves events all the time."""

    def __init__(self, app: Upstream, pause: float = 0.02) -> None:
        self.app = app
        self.pause = pause
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *args: object) -> None:
        self._is_stopped.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._is_stopped.wait(self.pause):
            save_histories(self.app, aggregates=5, events=3)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_another_process_takes_over_when_the_leader_is_killed(durable_env, flavour) -> None:
    """Issue 5.6: within seconds, and each event is processed once."""
    with (
        Upstream(durable_env) as app,
        open_view(durable_env) as view,
        Workers(RUN, durable_env, flavour) as workers,
    ):
        leader = workers.start()
        view.wait("Upstream", save_histories(app), PATIENCE)
        for _ in range(5):
            standby = workers.start()
            for _ in range(20):  # meanwhile the other one gets ready
                view.wait("Upstream", save_histories(app), PATIENCE)
            workers.kill(leader)
            killed = time.monotonic()
            view.wait("Upstream", save_histories(app), PATIENCE)
            print(f"taken over after {time.monotonic() - killed:.2f} s")
            leader = standby
        check_ledger(app, view.ids())


@pytest.mark.parametrize("partitions", [None, 4])
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_processes_that_are_killed_at_random_moments_skip_and_repeat_nothing(
    durable_env, flavour, partitions
) -> None:
    """Issue 5.2, 5.6: the events of each aggregate are processed in order, once."""
    moments = random.Random(f"{flavour} {partitions}")
    at_most = partitions and 3
    with (
        Upstream(durable_env) as app,
        open_view(durable_env) as view,
        Workers(RUN, durable_env, flavour) as workers,
    ):
        for _ in range(2):
            workers.start(partitions, at_most)
        with Writing(app):
            for _ in range(KILLS):
                time.sleep(moments.uniform(0, 0.5))
                workers.kill(moments.choice(workers.pids))
                workers.start(partitions, at_most)
        last = save_histories(app)
        PartitionedTracking(view).wait("Upstream", last, PATIENCE)
        check_ledger(app, view.ids())


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_event_sourced_partitions_that_are_killed_skip_and_repeat_nothing(
    durable_env, flavour, tmp_path
) -> None:
    """Issue 5.2, 5.6: although all change one aggregate, those of other processes too."""
    moments = random.Random(flavour)
    env = {**durable_env, "JOURNAL_SQLITE_DBNAME": str(tmp_path / "journal.db")}
    with (
        Upstream(env) as app,
        Journal(env) as journal,
        Workers(f"{RUN}_journal", env, flavour) as workers,
    ):
        for _ in range(2):
            workers.start(4, 3)
        with Writing(app, pause=0.15):
            for _ in range(KILLS):
                time.sleep(moments.uniform(0, 0.3))
                workers.kill(moments.choice(workers.pids))
                workers.start(4, 3)
        last = save_histories(app)
        PartitionedTracking(journal.recorder).wait("Upstream", last, PATIENCE)
        check_journal(app, journal)


def test_the_sum_of_partitions_is_what_one_runner_finds(durable_env) -> None:
    """Issue 5.6: the view says the same."""
    with Upstream(durable_env) as app, open_view(durable_env) as view:
        last = save_histories(app, aggregates=40)
        view.insert_tracking(Tracking("Another", 1))  # which is none of their business
        with Workers(RUN, durable_env, "sync") as workers:
            for _ in range(2):
                workers.start(4, 2)
            PartitionedTracking(view).wait("Upstream", last, PATIENCE)
        check_ledger(app, view.ids())
        assert view.max_tracking_id("Another") == 1
