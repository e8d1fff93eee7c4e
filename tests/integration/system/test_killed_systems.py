"""Systems that are killed at random moments neither skip nor repeat an event (contract Y4)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest

from eventsourcing.application import Application
from eventsourcing.system import SingleThreadedRunner, System
from tests.integration.system.engines import postgres, sqlite_file
from tests.integration.system.killed_system import Archive
from tests.unit.system.apps_sync import Shop

ROOT = Path(__file__).parents[3]
RUNNERS = [
    "SingleThreadedRunner",
    "AsyncSingleThreadedRunner",
    "NewSingleThreadedRunner",
    "AsyncNewSingleThreadedRunner",
    "MultiThreadedRunner",
    "AsyncMultiThreadedRunner",
    "NewMultiThreadedRunner",
    "AsyncNewMultiThreadedRunner",
]


def start(runner_name: str, env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.integration.system.killed_system", runner_name],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        text=True,
    )


def run_and_kill(env: dict[str, str], kills: int, randomness: random.Random) -> None:
    for number in range(kills):
        with start(RUNNERS[number % len(RUNNERS)], env) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(randomness.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)


def read_all(app: Application[UUID]) -> list[int]:
    ids: list[int] = []
    while batch := app.recorder.select_notifications(
        ids[-1] if ids else None, 1000, inclusive_of_start=not ids
    ):
        ids += [each.id for each in batch]
    return ids


def read_entries(archive: Archive) -> list[int]:
    entries = [
        archive.mapper.to_domain_event(notification)
        for first in read_all(archive)
        for notification in archive.recorder.select_notifications(first, 1)
    ]
    return [int(entry.about) for entry in entries]


@pytest.mark.timeout(900)  # each process imports everything
@pytest.mark.parametrize(("engine", "kills"), [(sqlite_file, 40), (postgres, 32)])
def test_a_system_that_is_killed_neither_skips_nor_repeats(
    engine: object, kills: int, request: pytest.FixtureRequest
) -> None:
    """Y4, Y37a: whatever runner is killed, and whatever runner takes over."""
    env = engine(request)  # type: ignore[operator]
    seed = random.randrange(1_000_000)
    run_and_kill(env, kills, random.Random(seed))

    with SingleThreadedRunner[UUID](System([[Shop, Archive]]), env) as runner:
        sold = read_all(runner.get(Shop))
        assert read_entries(runner.get(Archive)) == sold, f"seed {seed}"
        assert len(sold) >= kills
