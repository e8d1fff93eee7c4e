# Generated from test_following_decisions_async.py by tools/async_to_sync.py: do not edit.
"""Projections follow DCB applications, whatever the engines of both are: J18, J19, J21."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.persistence import Tracking
from eventsourcing.projection import LeadingProjectionRunner, PutAside
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


def test_decisions_are_put_aside_in_order_per_tag(dcb_env) -> None:
    """Issue 5.3: and processed when they are retried."""

    class Forgiving(Listing):
        name = "Listing"
        on_error = PutAside()
        broken = {2}

        def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            if tracking.notification_id in self.broken:
                raise ValueError("wrong")
            super().process_event(domain_event, tracking)

    with make_decisions_runner(dcb_env, Forgiving) as runner:
        for tags in ("x", "a", "a b", "y", "b"):
            last = runner.app.note(*tags.split())
        runner.wait(last, PATIENCE)
        assert runner.view.ids() == [1, 4]
        letters = runner.dead_letters.list()
        assert [(each.notification_id, each.follows) for each in letters] == [
            (2, None),
            (3, 2),
            (5, 3),
        ]
        assert [each.notification_id for each in runner.dead_letters.list(tag="b")] == [3, 5]
        Forgiving.broken.clear()
        result = runner.dead_letters.retry()
        assert (result.num_processed, result.failures) == (3, ())
        last = runner.app.note("b")
        runner.wait(last, PATIENCE)
        assert runner.view.ids() == [1, 4, 2, 3, 5, 6]
        assert runner.dead_letters.count() == 0


def test_one_runner_leads(dcb_env) -> None:
    """J18, issue 5.6: it processes under a lease on the view's database."""
    with make_decisions_runner(
        dcb_env, BatchListing, runner_class=LeadingProjectionRunner
    ) as runner:
        expected = runner.app.create(130)
        runner.wait(expected[-1], PATIENCE)
        assert runner.view.ids() == expected
