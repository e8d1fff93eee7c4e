"""Issue 5.2: projections that are killed (-9) at random moments neither skip nor repeat."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from time import sleep

import pytest

from tests.integration.projection.kinds import DURABLE, Followed, make_followed
from tests.integration.projection.samples_sync import PATIENCE, BatchListing

ROUNDS = {"aggregates": 50, "decisions": 25}
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=DURABLE, ids="-".join)
def followed(request: pytest.FixtureRequest) -> Followed:
    return make_followed(request)


def test_killed_projections_process_each_event_once(followed: Followed) -> None:
    """J9, J20, issue 5.2: while events are being recorded by another process."""
    kind, env = followed.kind, followed.env
    rounds = ROUNDS[followed.kind_name]
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    module = "tests.integration.projection.kill_projections"
    expected: list[int] = []
    with kind.application_class(env) as app:
        settings = json.dumps(env)
        arguments = [sys.executable, "-m", module, followed.kind_name, settings, str(rounds)]
        arguments.append(str(seed))
        with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as killer:
            while killer.poll() is None:
                expected += app.create(random.randint(1, 20))
                sleep(0.01)  # else it would take long to catch up
            assert killer.stderr is not None
            assert killer.returncode == 0, killer.stderr.read()
    with kind.make_runner(env, BatchListing) as runner:
        processed_meanwhile = runner.view.ids()
        runner.wait(expected[-1], 3 * PATIENCE)
        assert runner.view.ids() == expected
    assert processed_meanwhile == expected[: len(processed_meanwhile)]
    assert processed_meanwhile
