"""Issue 5.2, 5.3: runners that put aside and retry, killed (-9), neither lose nor repeat."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from time import sleep

from eventsourcing.domain import Aggregate
from eventsourcing.projection import PutAside
from tests.integration.projection.samples_sync import (
    PATIENCE,
    Listing,
    Upstream,
    make_runner,
)

ROUNDS = 40


def test_killed_runners_process_each_event_once_and_in_order(
    durable_env: dict[str, str], tmp_path: Path
) -> None:
    """Issue 5.3: each event once, those of an aggregate in order, while others are recorded."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    module = "tests.integration.projection.kill_putting_aside"
    aggregates = [Aggregate() for _ in range(12)]
    recorded: list[tuple[int, Aggregate]] = []
    with Upstream(durable_env) as app:
        arguments = [sys.executable, "-m", module, json.dumps(durable_env), str(ROUNDS), str(seed)]
        errors = tmp_path / "errors.txt"
        with errors.open("w") as file, subprocess.Popen(arguments, stderr=file) as killer:
            while killer.poll() is None:
                aggregate = random.choice(aggregates)
                aggregate.trigger_event(Aggregate.Event)
                recorded += [(each.notification.id, aggregate) for each in app.save(aggregate)]
                sleep(0.005)  # else it would take long to catch up
            assert killer.returncode == 0, errors.read_text()[-5000:]
    assert "was put aside" in errors.read_text()
    with make_runner(durable_env, PatientListing) as runner:
        processed_meanwhile = runner.view.ids()
        runner.wait(recorded[-1][0], 3 * PATIENCE)
        assert runner.dead_letters.retry().failures == ()
        assert runner.dead_letters.count() == 0
        processed = runner.view.ids()
    assert sorted(processed) == [notification_id for notification_id, _ in recorded]
    assert len(processed_meanwhile) > ROUNDS
    for aggregate in aggregates:
        expected = [notification_id for notification_id, each in recorded if each is aggregate]
        assert [each for each in processed if each in expected] == expected


class PatientListing(Listing):
    """Fails for nothing, and leaves what follows a dead letter to be retried after it."""

    name = "Listing"
    on_error = PutAside()
