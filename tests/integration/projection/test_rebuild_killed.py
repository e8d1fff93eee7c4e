"""Processes that rebuild a view, and are killed, while they build and while they switch: 5.5."""

from __future__ import annotations

import random
import time

import pytest

from eventsourcing.persistence import Tracking
from tests.integration.projection.rebuilds_sync import opened
from tests.integration.projection.samples_sync import Upstream
from tests.support.forking import Workers

PATIENCE = 180.0
KILLS = 10  # for each engine and flavour
RUN = "tests.integration.projection.rebuild_worker:run"
FLAVOURS = ["sync", "async"]
pytestmark = pytest.mark.timeout(600)


def create(app: Upstream, number: int) -> list[int]:
    ids: list[int] = []
    for first in range(0, number, 500):
        ids += app.create(min(500, number - first))
    return ids


def wait_until_live(versions, version: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while versions.live_version() != version:
        assert time.monotonic() < deadline, f"version {version} did not become live"
        time.sleep(0.005)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_that_is_killed_at_random_moments_resumes(durable_env, flavour) -> None:
    """Issue 5.5: nothing is skipped or repeated, and nobody sees what is not ready."""
    moments = random.Random(flavour)
    with opened(durable_env) as (app, versions), Workers(RUN, durable_env, flavour) as builders:
        ids = create(app, 4000)
        # The old one is where only a complete new one is.
        versions.view(1).insert_tracking(Tracking("Upstream", ids[-1]))
        positions = []
        for _ in range(KILLS):
            pid = builders.start(2)
            time.sleep(moments.uniform(0.02, 0.25))
            is_live = versions.live_version() == 2
            builders.kill(pid)
            if 2 in [each.number for each in versions.known()]:
                positions.append(versions.view(2).max_tracking_id("Upstream") or 0)
                assert not is_live or positions[-1] == ids[-1]
        builders.start(2)
        wait_until_live(versions, 2)
        assert positions == sorted(positions)
        assert versions.live_view().ids() == ids
        print(f"positions when killed: {positions}")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_switch_that_is_interrupted_has_happened_or_will(durable_env, flavour) -> None:
    """Issue 5.5: one version is live at any time, and it is complete."""
    moments = random.Random(flavour)
    with opened(durable_env) as (app, versions), Workers(RUN, durable_env, flavour) as builders:
        ids = create(app, 20)
        versions.view(1).insert_tracking(Tracking("Upstream", ids[-1]))
        outcomes = []
        for version in range(2, 2 + KILLS):
            versions.add(version)
            view = versions.view(version)
            pid = builders.start(version)
            view.wait("Upstream", ids[-1], PATIENCE)
            # Now it is about to switch.
            time.sleep(moments.uniform(0, 0.25))
            builders.kill(pid)
            outcomes.append(versions.live_version())
            assert outcomes[-1] in (version - 1, version)
            assert [each.state for each in versions.known()].count("live") == 1
            builders.start(version)
            wait_until_live(versions, version)
            assert versions.live_view().ids() == ids
            builders.kill(builders.pids[-1])
        is_switched = [live == 2 + number for number, live in enumerate(outcomes)]
        print(f"switched before the kill: {is_switched.count(True)} of {KILLS}")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_who_is_killed_while_others_wait_for_the_switch_holds_nobody_up(
    durable_env, flavour
) -> None:
    """Issue 5.5: the old version is as it was, and is processed into."""
    moments = random.Random(flavour)
    with opened(durable_env) as (app, versions), Workers(RUN, durable_env, flavour) as builders:
        create(app, 20)
        old = versions.view(1)
        ahead = 1_000  # so the new version cannot arrive there
        old.insert_tracking(Tracking("Upstream", ahead))
        for _ in range(5):
            pid = builders.start(2)
            time.sleep(moments.uniform(0.3, 1.0))
            builders.kill(pid)
            ahead += 1
            old.insert_tracking(Tracking("Upstream", ahead))
            assert versions.live_version() == 1
        ids = list(range(1, create(app, 1_000)[-1] + 1))
        builders.start(2)
        wait_until_live(versions, 2)
        assert versions.live_view().ids() == ids
