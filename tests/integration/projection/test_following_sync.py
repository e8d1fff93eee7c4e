# Generated from test_following_async.py by tools/async_to_sync.py: do not edit.
"""Projections follow applications on every engine: J19, J20, J21, J27, J29."""

from __future__ import annotations

import pytest

from eventsourcing.domain import Aggregate
from eventsourcing.persistence import BatchTracking, IntegrityError, Tracking
from eventsourcing.projection import ApplicationSubscription
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from eventsourcing.utils import get_topic
from tests.integration.projection.samples_sync import (
    PATIENCE,
    BatchListing,
    Listing,
    Upstream,
    make_runner,
)

PROJECTIONS = [Listing, BatchListing]


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_what_is_recorded_is_processed_in_order(env, projection_class) -> None:
    """J19: strictly one after the other, what was there and what comes."""
    with make_runner(env, projection_class) as runner:
        expected: list[int] = []
        for number in (130, 1, 7):
            expected += runner.app.create(number)
            runner.wait(expected[-1], PATIENCE)
        assert runner.view.ids() == expected


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_a_new_runner_goes_on_where_the_last_one_ended(durable_env, projection_class) -> None:
    """J20: nothing twice, nothing missed that was recorded meanwhile."""
    with make_runner(durable_env, projection_class) as runner:
        expected = runner.app.create(3)
        runner.wait(expected[-1], PATIENCE)
    with Upstream(durable_env) as app:
        expected += app.create(120)
    with make_runner(durable_env, projection_class) as runner:
        runner.wait(expected[-1], PATIENCE)
        expected += runner.app.create(1)
        runner.wait(expected[-1], PATIENCE)
        assert runner.view.ids() == expected


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_an_event_that_fails_is_delivered_again(durable_env, projection_class) -> None:
    """J20, J21: and fails again, until the code changes."""
    with make_runner(durable_env, projection_class) as runner:
        expected = runner.app.create(2)
        runner.wait(expected[-1], PATIENCE)
        expected += runner.app.trigger(SpannerThrown)
        expected += runner.app.create()
        with pytest.raises(SpannerThrownError):
            runner.run_forever(PATIENCE)
    with make_runner(durable_env, projection_class) as runner:
        with pytest.raises(SpannerThrownError):
            runner.run_forever(PATIENCE)
        assert runner.view.ids()[:2] == expected[:2]

    class Mended(Listing):
        name = "Listing"

        def process_event(self, domain_event: object, tracking: Tracking) -> None:
            self.view.append([tracking.notification_id], tracking)

    with make_runner(durable_env, Mended) as runner:
        runner.wait(expected[-1], PATIENCE)
        assert runner.view.ids() == expected


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_runners_of_one_projection_do_not_stop_each_other(durable_env, projection_class) -> None:
    """J27, issue 5.2: each event is processed once, by whichever is first."""
    with (
        make_runner(durable_env, projection_class) as one,
        make_runner(durable_env, projection_class) as other,
        make_runner(durable_env, Listing) as third,
    ):
        expected: list[int] = []
        for _ in range(30):
            expected += one.app.create(5)
        for runner in (one, other, third):
            runner.wait(expected[-1], PATIENCE)
            assert not runner.is_interrupted.is_set()
        assert other.view.ids() == expected


def test_only_the_topics_are_followed(env) -> None:
    """J2, J19: the others are filtered out by the database."""

    class Few(Listing):
        name = "Listing"
        topics = (get_topic(Aggregate.Event),)

    with make_runner(env, Few) as runner:
        runner.app.create(3)
        ids = runner.app.trigger(Aggregate.Event)
        runner.wait(ids[1], PATIENCE)
        assert runner.view.ids() == [ids[1]]
        status = runner.status()
        assert (status.lag_events, status.position) == (0, ids[1])
        ids = runner.app.create(3)
        status = runner.status()
        assert (status.lag_events, status.lag_seconds, status.end) == (0, 0.0, ids[-1])


def test_a_batch_is_refused_if_any_of_its_events_was_processed(env) -> None:
    """J9, issue 5.4: a position says that all events up to it have been processed."""
    with make_runner(env) as runner:
        view = runner.view
        view.append([1, 2, 3], BatchTracking("other", 3, 1))
        for first, last in ((1, 3), (2, 4), (3, 5)):
            with pytest.raises(IntegrityError):
                view.append([first, last], BatchTracking("other", last, first))
        view.append([4], BatchTracking("other", 4, 4))
        view.append([5, 6], BatchTracking("other", 6, 5))
        with pytest.raises(IntegrityError):
            view.insert_tracking(Tracking("other", 6))
        assert view.ids() == [1, 2, 3, 4, 5, 6]
        assert view.max_tracking_id("other") == 6


def test_a_subscription_gives_batches(env) -> None:
    """Issue 5.4: what has been read already, at most so many, waiting for the first only."""
    with Upstream(env) as app:
        expected = app.create(7)
        with ApplicationSubscription(app) as subscription:
            batches = [subscription.next_batch(limit) for limit in (3, 3, 3)]
            assert [len(batch) for batch in batches] == [3, 3, 1]
            positions = [tracking for batch in batches for _, tracking in batch]
            assert positions == [Tracking("Upstream", each) for each in expected]
            expected = app.create(2)
            _, tracking = next(subscription)
            assert tracking.notification_id == expected[0]


def test_the_view_and_the_application_may_be_on_different_engines(durable_env) -> None:
    """J17: each reads the variables that begin with its name."""
    env = {"PERSISTENCE_MODULE": "eventsourcing.popo"}
    env |= {f"UPSTREAM_{key}": value for key, value in durable_env.items()}
    with make_runner(env) as runner:
        ids = runner.app.create(2)
        runner.wait(ids[-1], PATIENCE)
        assert runner.view.ids() == ids
    with Upstream(durable_env) as app:
        assert app.recorder.max_notification_id() == ids[-1]
