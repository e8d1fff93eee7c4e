# Generated from test_leading_async.py by tools/async_to_sync.py: do not edit.
"""Several runners of one projection, of which one leads: issue 5.6, J27."""

from __future__ import annotations

import pytest

from eventsourcing.persistence import ProgrammingError
from eventsourcing.projection import (
    EventSourcedProjection,
    LeadingEventSourcedProjectionRunner,
    PartitionedTracking,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.samples_sync import (
    PATIENCE,
    BatchListing,
    Listing,
    Upstream,
    eventually,
)
from tests.integration.projection.sharing_sync import (
    BoldLease,
    check_ledger,
    make_leading,
    save_histories,
)


@pytest.mark.parametrize("projection_class", [Listing, BatchListing])
def test_one_of_two_leads_and_both_know_what_was_processed(durable_env, projection_class) -> None:
    """Issue 5.6: the other stands by, and can be asked."""
    with (
        make_leading(durable_env, projection_class) as one,
        make_leading(durable_env, projection_class) as other,
    ):
        last = save_histories(one.app)
        for runner in (one, other):
            runner.wait(last, PATIENCE)
        assert one.is_leading != other.is_leading
        for runner in (one, other):
            status = runner.status()
            assert status.position == last
            assert status.is_running == runner.is_leading
        check_ledger(one.app, other.view.ids())


def test_a_runner_in_memory_leads(env) -> None:
    """Issue 5.6: on every engine."""
    with make_leading(env) as runner:
        last = save_histories(runner.app)
        runner.wait(last, PATIENCE)
        assert runner.is_leading
        check_ledger(runner.app, runner.view.ids())


def test_the_other_takes_over_when_the_leader_is_closed(durable_env) -> None:
    """Issue 5.6: each event is processed once."""
    with make_leading(durable_env) as standby:
        with make_leading(durable_env) as other:
            eventually(lambda: standby.is_leading or other.is_leading)
            leader = other if other.is_leading else standby
            save_histories(standby.app)
        last = save_histories(standby.app)
        standby.wait(last, PATIENCE)
        assert standby.is_leading
        assert not leader.is_leading or leader is standby
        check_ledger(standby.app, standby.view.ids())


def test_a_stopped_leader_makes_room(durable_env) -> None:
    """Issue 5.6: also before it is closed."""
    with make_leading(durable_env) as one:
        eventually(lambda: one.is_leading)
        with make_leading(durable_env) as other:
            one.stop()
            last = save_histories(other.app)
            other.wait(last, PATIENCE)
            assert (one.is_leading, other.is_leading) == (False, True)
            check_ledger(other.app, other.view.ids())


def test_an_error_is_raised_and_the_next_one_meets_it(durable_env) -> None:
    """J20, J21: leading changes nothing about errors; one who stands by has none."""
    with make_leading(durable_env) as first:
        eventually(lambda: first.is_leading)
        with make_leading(durable_env) as second:
            ids = first.app.create(2)
            ids += first.app.trigger(SpannerThrown)[:1]
            for runner in (first, second):
                with pytest.raises(SpannerThrownError):
                    runner.run_forever(PATIENCE)
                assert runner.status().last_error is not None
            assert second.view.ids() == ids


@pytest.mark.parametrize("projection_class", [Listing, BatchListing])
def test_two_who_believe_that_they_lead_do_no_harm(
    durable_env, projection_class, monkeypatch
) -> None:
    """Issue 5.6, J27: tracking decides; who loses a race steps back, and does not fail."""
    one = make_leading(durable_env, projection_class)
    other = make_leading(durable_env, projection_class)
    for runner in (one, other):
        monkeypatch.setattr(runner._factory, "lease", BoldLease)
    with one, other:
        for _ in range(3):
            last = save_histories(one.app, aggregates=6, events=4)
        for runner in (one, other):
            runner.wait(last, PATIENCE)
            runner.run_forever(0)
        check_ledger(one.app, other.view.ids())


def test_losing_the_lease_stops_processing_until_it_is_acquired_again(
    tmp_path, monkeypatch
) -> None:
    """Issue 5.6: the lock file is removed under the leader; another one leads."""
    monkeypatch.setattr("eventsourcing.projection.leadership_sync._CHECK_SECONDS", 0.01)
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(tmp_path / "events.db"),
    }
    with make_leading(env) as one, make_leading(env) as other:
        eventually(lambda: one.is_leading or other.is_leading)
        for _ in range(3):
            for path in tmp_path.glob("*.lease"):
                path.unlink()
            last = save_histories(one.app)
            one.wait(last, PATIENCE)
        eventually(lambda: one.is_leading != other.is_leading)
        check_ledger(one.app, one.view.ids())


def test_an_event_sourced_projection_is_led_too(durable_env) -> None:
    """Issue 5.6: the lease is one on the projection's database."""

    class Nothing(EventSourcedProjection):
        name = "Nothing"

    def make() -> LeadingEventSourcedProjectionRunner[Upstream, Nothing]:
        return LeadingEventSourcedProjectionRunner(
            application_class=Upstream, projection_class=Nothing, env=durable_env
        )

    with make() as one, make() as other:
        (first,) = one.app.create()
        other.wait(first, PATIENCE)
        (one if one.is_leading else other).stop()
        (second,) = one.app.create()
        PartitionedTracking(other.projection.recorder).wait("Upstream", second, PATIENCE)


def test_entering_twice(durable_env) -> None:
    """J25: as for other runners."""
    runner = make_leading(durable_env)
    runner.__enter__()
    with pytest.raises(ProgrammingError, match="Already entered"):
        runner.__enter__()
    runner.__exit__(None, None, None)
