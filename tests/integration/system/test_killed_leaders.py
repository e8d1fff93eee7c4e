"""Processes that lead a system, and are killed: issue 5.6."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from tests.integration.system.engines import postgres, sqlite_file
from tests.integration.system.killed_system import Archive
from tests.integration.system.test_killed_systems import read_all, read_entries
from tests.support.forking import Workers
from tests.unit.system.apps_sync import Shop

PATIENCE = 180.0
KILLS = 30  # for each engine
RUN = "tests.integration.system.led_system:run"
RUNNERS = [
    "MultiThreadedRunner",
    "AsyncMultiThreadedRunner",
    "NewMultiThreadedRunner",
    "AsyncNewMultiThreadedRunner",
]
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=[sqlite_file, postgres])
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    settings: dict[str, str] = request.param(request)
    return settings


def sell(shop: Shop) -> int:
    return shop.sell()[-1].notification.id


def wait_for_saves(shop: Shop, number: int) -> None:
    """Return when the processes have saved that many events from now on."""
    deadline = time.monotonic() + PATIENCE
    position = shop.recorder.max_notification_id() or 0
    while (shop.recorder.max_notification_id() or 0) < position + number:
        assert time.monotonic() < deadline, "nobody saves"
        time.sleep(0.005)


def check_entries(shop: Shop, archive: Archive, workers: Workers) -> None:
    """Raise `AssertionError` unless each event takes effect once, the last ones included."""
    workers.start(RUNNERS[0], False)
    recorder: Any = archive.recorder
    recorder.wait("Shop", sell(shop), PATIENCE)
    assert read_entries(archive) == read_all(shop)


@pytest.mark.parametrize("runner_name", RUNNERS)
def test_another_process_takes_over_when_the_leader_is_killed(
    env: dict[str, str], runner_name: str
) -> None:
    """Issue 5.6: within seconds; what a process saves that only stands by is processed, too."""
    with Shop(env) as shop, Archive(env) as archive, Workers(RUN, env) as workers:
        recorder: Any = archive.recorder
        leader = workers.start(runner_name, False)
        recorder.wait("Shop", sell(shop), PATIENCE)
        for _ in range(2):
            standby = workers.start(runner_name, True)
            first = sell(shop)
            recorder.wait("Shop", first + 10, PATIENCE)  # which the process itself has saved
            workers.kill(leader)
            killed = time.monotonic()
            recorder.wait("Shop", sell(shop), PATIENCE)
            print(f"taken over after {time.monotonic() - killed:.2f} s")
            leader = standby
        workers.kill(leader)
        check_entries(shop, archive, workers)


def test_processes_that_are_killed_at_random_moments_skip_and_repeat_nothing(
    env: dict[str, str],
) -> None:
    """Issue 5.2, 5.6, Y4: whichever is killed, and whichever leads next."""
    moments = random.Random(5)
    with Shop(env) as shop, Archive(env) as archive, Workers(RUN, env) as workers:
        for number in range(KILLS):
            while len(workers.pids) < 2:
                workers.start(RUNNERS[number % len(RUNNERS)], True)
            wait_for_saves(shop, moments.randrange(20))
            time.sleep(moments.uniform(0, 0.02))
            workers.kill(moments.choice(workers.pids))
        for pid in tuple(workers.pids):
            workers.kill(pid)
        check_entries(shop, archive, workers)
