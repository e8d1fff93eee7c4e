"""Issue 5.2: projections that are killed (-9) at random moments neither skip nor repeat."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from time import sleep

from tests.integration.projection.samples_sync import (
    PATIENCE,
    BatchListing,
    Upstream,
    make_runner,
)

ROUNDS = 50


def test_killed_projections_process_each_event_once(durable_env):
    """J9, J20, issue 5.2: while events are being recorded by another process."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    module = "tests.integration.projection.kill_projections"
    expected = []
    with Upstream(durable_env) as app:
        arguments = [sys.executable, "-m", module, json.dumps(durable_env), str(ROUNDS), str(seed)]
        with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as killer:
            while killer.poll() is None:
                expected += app.create(random.randint(1, 20))
                sleep(0.01)  # else it would take long to catch up
            assert killer.stderr is not None
            assert killer.returncode == 0, killer.stderr.read()
    with make_runner(durable_env, BatchListing) as runner:
        processed_meanwhile = runner.view.ids()
        runner.wait(expected[-1], 3 * PATIENCE)
        assert runner.view.ids() == expected
    assert processed_meanwhile == expected[: len(processed_meanwhile)]
    assert len(processed_meanwhile) > ROUNDS
