# Generated from test_following_decisions_async.py by tools/async_to_sync.py: do not edit.
"""Projections follow DCB applications, whatever the engines of both are: J18-J21, J27."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.persistence import Tracking
from eventsourcing.projection import (
    LeadingProjectionRunner,
    PutAside,
    Rebuild,
    ViewVersions,
)
from tests.integration.projection.decisions_sync import Decisions, make_decisions_runner
from tests.integration.projection.ledgers_sync import LEDGER_CLASSES
from tests.integration.projection.samples_sync import (
    PATIENCE,
    BatchListing,
    Listing,
    eventually,
)

PROJECTIONS = [Listing, BatchListing]


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


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_a_new_runner_goes_on_where_the_last_one_ended(durable_dcb_env, projection_class) -> None:
    """J20: nothing twice, nothing missed that was recorded meanwhile."""
    with make_decisions_runner(durable_dcb_env, projection_class) as runner:
        expected = runner.app.create(3)
        runner.wait(expected[-1], PATIENCE)
    with Decisions(durable_dcb_env) as app:
        expected += app.create(120)
    with make_decisions_runner(durable_dcb_env, projection_class) as runner:
        runner.wait(expected[-1], PATIENCE)
        expected += runner.app.create(1)
        runner.wait(expected[-1], PATIENCE)
        assert runner.view.ids() == expected


def test_runners_of_one_projection_do_not_stop_each_other(durable_dcb_env) -> None:
    """J27, issue 5.2: each decision is processed once, by whichever is first."""
    with (
        make_decisions_runner(durable_dcb_env, Listing) as one,
        make_decisions_runner(durable_dcb_env, BatchListing) as other,
    ):
        expected: list[int] = []
        for _ in range(30):
            expected += one.app.create(5)
        for runner in (one, other):
            runner.wait(expected[-1], PATIENCE)
            assert not runner.is_interrupted.is_set()
        assert other.view.ids() == expected


def test_another_runner_takes_over(durable_dcb_env) -> None:
    """J18, issue 5.6: when the one that leads has ended."""

    def make() -> Any:
        return make_decisions_runner(durable_dcb_env, runner_class=LeadingProjectionRunner)

    with make() as other:
        eventually(lambda: other.is_leading)
        with make() as runner:
            expected = runner.app.create(3)
            runner.wait(expected[-1], PATIENCE)
            assert not runner.is_leading
            other.stop()
            expected += runner.app.create(3)
            runner.wait(expected[-1], PATIENCE)
            assert runner.view.ids() == expected


def test_a_view_is_rebuilt(durable_dcb_env) -> None:
    """J18, issue 5.5: a version of it takes its place with all that is in the sequence."""
    view_class = LEDGER_CLASSES[durable_dcb_env["PERSISTENCE_MODULE"]]
    with (
        Decisions(durable_dcb_env) as app,
        ViewVersions("Listing", view_class, durable_dcb_env) as versions,
    ):
        expected = app.create(300)
        with Rebuild(versions, 2, app=app, projection_class=BatchListing) as rebuild:
            rebuild.wait_until_live(PATIENCE)
            expected += app.create(3)
            rebuild.wait(expected[-1], PATIENCE)
        view: Any = versions.live_view()
        assert view.ids() == expected


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
