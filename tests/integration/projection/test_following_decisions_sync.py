# Generated from test_following_decisions_async.py by tools/async_to_sync.py: do not edit.
"""Projections follow DCB applications, whatever the engines of both are: J18, J19, J21."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.persistence import Tracking
from tests.integration.projection.dcb_engines import DCB_ENGINES, join_settings
from tests.integration.projection.decisions_sync import make_decisions_runner
from tests.integration.projection.samples_sync import PATIENCE, BatchListing, Listing

PROJECTIONS = [Listing, BatchListing]


@pytest.fixture(params=list(DCB_ENGINES))
def dcb_env(request: pytest.FixtureRequest, env: dict[str, str]) -> dict[str, str]:
    """The settings of an application and of a view."""
    return join_settings("Upstream", DCB_ENGINES[request.param](request), env)


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_what_is_recorded_is_processed_in_order(dcb_env, projection_class) -> None:
    """J18, J19: strictly one after the other, what was there and what comes."""
    with make_decisions_runner(dcb_env, projection_class) as runner:
        expected: list[int] = []
        for number in (130, 1, 7):
            expected += runner.app.create(number)
            runner.wait(expected[-1], PATIENCE)
        assert runner.view.ids() == expected
        status = runner.status()
        assert (status.position, status.end, status.lag_events) == (138, 138, 0)


def test_a_decision_that_fails_stops_the_runner(dcb_env) -> None:
    """J21: and those before it count."""

    class Failing(Listing):
        name = "Listing"

        def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            if domain_event.decision.number == 2:
                raise ValueError("the third decision")
            super().process_event(domain_event, tracking)

    with make_decisions_runner(dcb_env, Failing) as runner:
        expected = runner.app.create(4)
        with pytest.raises(ValueError, match="the third decision"):
            runner.run_forever(PATIENCE)
        assert runner.view.ids() == expected[:2]
