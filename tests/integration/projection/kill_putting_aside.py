"""Forks runners that put events aside and retry them, and kills them at random moments.

    python -m tests.integration.projection.kill_putting_aside KIND SETTINGS ROUNDS SEED

The kind is that of the application; the settings are those of the databases, as JSON. Sometimes two
runners of the same projection are at work at the same time.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.projection import BatchProjection, ErrorPolicy, Projection, PutAside, Retry
from tests.integration.projection.kill_projections import wait_until_it_works
from tests.integration.projection.kinds import KINDS

LONGEST_LIFE_SECONDS = 0.2
chance = random.Random()


def fail_sometimes(probability: float) -> None:
    if chance.random() < probability:
        raise ValueError("not now")


class Moody(Projection[Any]):
    """Lists what it processes; fails now and then, before or after it has changed the view."""

    name = "Listing"
    on_error: ErrorPolicy = PutAside()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        fail_sometimes(0.2)
        self.view.append([tracking.notification_id], tracking)


class PatientMoody(Moody):
    name = "Listing"
    on_error = Retry(attempts=2, wait=0.001, then=PutAside())


class MoodyBatches(BatchProjection[Any]):
    name = "Listing"
    on_error: ErrorPolicy = PutAside()
    batch_size = 10

    def process_events(self, batch: Sequence[tuple[Any, Tracking]]) -> None:
        fail_sometimes(0.3)
        self.view.append([each.notification_id for _, each in batch], batch[-1][1])


def run(
    make_runner: Any, projection_class: type[Projection[Any]], seed: float, writer: int
) -> None:
    chance.seed(seed)
    with make_runner(projection_class) as runner:
        wait_until_it_works(runner, number=5)
        os.close(writer)
        while not runner.is_interrupted.is_set():
            runner.dead_letters.retry(limit=10)
        runner.run_forever()


def start(
    make_runner: Any, projection_class: type[Projection[Any]], seed: float, is_awaited: bool
) -> int:
    """Start a process; if that is awaited, return when its runner works, however slow all is."""
    ready, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            run(make_runner, projection_class, seed, writer)
        finally:
            os._exit(1)  # nothing but a kill ends it
    os.close(writer)
    if is_awaited:
        os.read(ready, 1)
    os.close(ready)
    return pid


def main(kind: str, settings: str, rounds: str, seed: str) -> None:
    fate = random.Random(seed)
    make_runner = partial(KINDS[kind].make_runner, json.loads(settings))
    for _ in range(int(rounds)):
        kinds: list[type[Moody | MoodyBatches]] = [Moody, PatientMoody, MoodyBatches]
        classes = fate.choices(kinds, k=fate.choice([1, 1, 2]))
        is_awaited = fate.random() < 0.8  # the others are killed while they start, perhaps
        pids = [start(make_runner, each, fate.random(), is_awaited) for each in classes]
        time.sleep(fate.uniform(0, LONGEST_LIFE_SECONDS))
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
                raise SystemExit("a runner ended by itself")


if __name__ == "__main__":
    main(*sys.argv[1:])
