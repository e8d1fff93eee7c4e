"""Forks projection runners, and kills them at random moments.

    python -m tests.integration.projection.kill_projections KIND SETTINGS ROUNDS SEED

The kind is that of the application; the settings are those of the databases, as JSON. Some of the
runners process single events, some batches, into the same view.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.integration.projection.kinds import KINDS
from tests.integration.projection.samples_sync import BatchListing, Listing

LONGEST_LIFE_SECONDS = 0.12


def wait_until_it_works(runner: Any, number: int = 1) -> None:
    """Return when the runner has processed that many more events, which are being recorded."""
    status = runner.status()
    runner.wait((status.position or 0) + number, timeout=600)


def run_and_kill(
    make_runner: Callable[..., Any], process_in_batches: bool, is_started_first: bool, delay: float
) -> None:
    ready, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with make_runner(BatchListing if process_in_batches else Listing) as runner:
                wait_until_it_works(runner)
                os.close(writer)
                runner.run_forever()
        finally:
            os._exit(1)  # nothing but a kill ends it
    os.close(writer)
    if is_started_first:
        os.read(ready, 1)  # returns when the runner works, however slow the machine is
    os.close(ready)
    time.sleep(delay)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise SystemExit("a runner ended by itself")


def main(kind: str, settings: str, rounds: str, seed: str) -> None:
    chance = random.Random(seed)
    make_runner = partial(KINDS[kind].make_runner, json.loads(settings))
    for _ in range(int(rounds)):
        life = chance.uniform(0, LONGEST_LIFE_SECONDS)
        # Most are killed while they process events, some while they start.
        is_started_first = chance.random() < 0.8
        run_and_kill(make_runner, chance.random() < 0.5, is_started_first, life)


if __name__ == "__main__":
    main(*sys.argv[1:])
