"""Issue 5.2, 5.3: runners that put aside and retry, killed (-9), neither lose nor repeat."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from eventsourcing.domain import Aggregate
from eventsourcing.projection import PutAside
from tests.integration.projection.kinds import DURABLE, Followed, make_followed
from tests.integration.projection.samples_sync import PATIENCE, Listing

ROUNDS = 25
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=DURABLE, ids="-".join)
def followed(request: pytest.FixtureRequest) -> Followed:
    return make_followed(request)


Recorded = list[tuple[int, list[int]]]
"""IDs, each with the numbers of that which the event is about."""


def record_aggregates(app: Any) -> Callable[[], Recorded]:
    """Return what records events of one of twelve aggregates."""
    aggregates = [Aggregate() for _ in range(12)]

    def record() -> Recorded:
        number = random.randrange(12)
        aggregates[number].trigger_event(Aggregate.Event)
        return [(each.notification.id, [number]) for each in app.save(aggregates[number])]

    return record


def record_decisions(app: Any) -> Callable[[], Recorded]:
    """Return what records a decision with one or two of forty tags."""

    def record() -> Recorded:
        numbers = random.sample(range(40), random.choice([1, 1, 2]))
        return [(app.note(*map(str, numbers)), numbers)]

    return record


RECORDING = {"aggregates": record_aggregates, "decisions": record_decisions}


def test_killed_runners_process_each_event_once_and_in_order(
    followed: Followed, tmp_path: Path
) -> None:
    """Issue 5.3: once, in order per aggregate or tag, while others are recorded."""
    kind, env = followed.kind, followed.env
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    module = "tests.integration.projection.kill_putting_aside"
    recorded: Recorded = []
    with kind.application_class(env) as app:
        record = RECORDING[followed.kind_name](app)
        arguments = [sys.executable, "-m", module, followed.kind_name, json.dumps(env)]
        arguments += [str(ROUNDS), str(seed)]
        errors = tmp_path / "errors.txt"
        with errors.open("w") as file, subprocess.Popen(arguments, stderr=file) as killer:
            while killer.poll() is None:
                recorded += record()
                sleep(0.005)  # else it would take long to catch up
            assert killer.returncode == 0, errors.read_text()[-5000:]
    assert "was put aside" in errors.read_text()
    with kind.make_runner(env, PatientListing) as runner:
        processed_meanwhile = runner.view.ids()
        runner.wait(recorded[-1][0], 3 * PATIENCE)
        assert runner.dead_letters.retry().failures == ()
        assert runner.dead_letters.count() == 0
        processed = runner.view.ids()
    assert sorted(processed) == [notification_id for notification_id, _ in recorded]
    assert processed_meanwhile
    for number in {number for _, numbers in recorded for number in numbers}:
        expected = [notification_id for notification_id, numbers in recorded if number in numbers]
        assert [each for each in processed if each in expected] == expected


class PatientListing(Listing):
    """Fails for nothing, and leaves what follows a dead letter to be retried after it."""

    name = "Listing"
    on_error = PutAside()
