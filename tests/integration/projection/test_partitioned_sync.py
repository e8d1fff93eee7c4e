# Generated from test_partitioned_async.py by tools/async_to_sync.py: do not edit.
"""Projections that are split into partitions: issue 5.6."""

from __future__ import annotations

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import ProgrammingError
from eventsourcing.projection import (
    PartitionedTracking,
    Partitions,
    ProjectionStatus,
    PutAside,
    partition_of,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from eventsourcing.utils import get_topic
from tests.integration.projection.samples_sync import (
    PATIENCE,
    BatchListing,
    Listing,
    eventually,
    make_runner,
)
from tests.integration.projection.sharing_sync import (
    BoldLease,
    check_ledger,
    make_leading,
    make_partitioned,
    open_view,
    save_histories,
    start_and_run,
)

PROJECTIONS = [Listing, BatchListing]


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_all_events_once_and_those_of_an_aggregate_in_order(env, projection_class) -> None:
    """Issue 5.6: what is recorded before, and meanwhile."""
    with make_partitioned(env, 3, projection_class) as runner:
        for _ in range(3):
            last = save_histories(runner.app)
            runner.wait(last, PATIENCE)
        assert runner.partitions == {0, 1, 2}
        assert runner.status().position == last
        check_ledger(runner.app, runner.view.ids())


def test_an_idle_partition_moves_on(env) -> None:
    """Issue 5.6: all positions reach the end, although one partition has all the events."""
    with make_partitioned(env, 4) as runner:
        (last,) = runner.app.create()
        runner.wait(last, PATIENCE)
        positions = [runner.view.max_tracking_id(f"Upstream:{i}/4") for i in range(4)]
        assert positions == [last] * 4


@pytest.mark.parametrize("number", [99, 100, 101, 200, 500, 501])
def test_positions_reach_the_end_whatever_is_read_at_once(number) -> None:
    """Issue 5.6: also if what was read ends with the log, or the last event is of another one."""
    with make_partitioned({"PERSISTENCE_MODULE": "eventsourcing.popo"}, 2) as runner:
        ids = runner.app.create(number)
        runner.wait(ids[-1], PATIENCE)
        assert sorted(runner.view.ids()) == ids


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_a_runner_goes_on_where_the_last_one_ended(durable_env, projection_class) -> None:
    """J20, issue 5.6: for each partition."""
    for _ in range(3):
        with make_partitioned(durable_env, 3, projection_class) as runner:
            last = save_histories(runner.app, aggregates=30)
    with make_partitioned(durable_env, 3, projection_class) as runner:
        runner.wait(last, PATIENCE)
        check_ledger(runner.app, runner.view.ids())


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_processes_share_the_partitions(durable_env, projection_class) -> None:
    """Issue 5.6: each has some, and who is left takes them all."""
    share = Partitions(4, at_most=2)
    with make_partitioned(durable_env, 4, projection_class) as one:
        eventually(lambda: one.partitions == {0, 1, 2, 3})
        with make_partitioned(durable_env, share, projection_class) as other:
            assert other.partitions == set()
            save_histories(one.app)
            one.stop()
            eventually(lambda: len(other.partitions) == 2)
            with make_partitioned(durable_env, 4, projection_class) as third:
                last = save_histories(one.app)
                third.wait(last, PATIENCE)
                assert third.partitions | other.partitions == {0, 1, 2, 3}
                assert len(other.partitions) == 2
                check_ledger(third.app, third.view.ids())


def test_each_partition_in_a_runner_of_its_own(durable_env) -> None:
    """Issue 5.6: one partition per process; the wait is for all."""
    with (
        make_partitioned(durable_env, Partitions(2, only=[0])) as one,
        make_partitioned(durable_env, Partitions(2, only=[1])) as other,
    ):
        last = save_histories(one.app)
        for runner in (one, other):
            runner.wait(last, PATIENCE)
        assert (one.partitions, other.partitions) == ({0}, {1})
        other.stop()
        last = save_histories(one.app)
        with pytest.raises(TimeoutError):
            one.wait(last, 0.5)
        with make_partitioned(durable_env, Partitions(2, only=[1])):
            one.wait(last, PATIENCE)
            check_ledger(one.app, one.view.ids())


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_two_who_believe_to_have_a_partition_do_no_harm(
    durable_env, projection_class, monkeypatch
) -> None:
    """Issue 5.6, J27: tracking decides; who loses a race steps back, and does not fail."""
    monkeypatch.setattr(
        "eventsourcing.projection.partitioned_sync.PartitionedProjectionRunner._make_lease",
        lambda _, partition: BoldLease(f"{partition}"),
    )
    with (
        make_partitioned(durable_env, 3, projection_class) as one,
        make_partitioned(durable_env, 3, projection_class) as other,
    ):
        # Few: on SQLite, who waits for the lock is not served in turn, and may wait for long.
        for _ in range(3):
            last = save_histories(one.app, aggregates=6, events=4)
        for runner in (one, other):
            runner.wait(last, PATIENCE)
            runner.run_forever(0)
        check_ledger(one.app, other.view.ids())


def test_an_error_in_one_partition_stops_the_runner(env) -> None:
    """J21: and is raised."""
    with make_partitioned(env, 3) as runner:
        runner.app.trigger(SpannerThrown)
        with pytest.raises(SpannerThrownError):
            runner.run_forever(PATIENCE)
        eventually(lambda: not runner.is_leading)


def test_topics_are_filtered(env) -> None:
    """J2: only events of these topics are processed."""

    class Spanners(Listing):
        topics = (get_topic(SpannerThrown),)

        def process_event(self, domain_event, tracking) -> None:
            self.view.append([tracking.notification_id], tracking)

    with make_partitioned(env, 2, Spanners) as runner:
        runner.app.create(3)
        ids = runner.app.trigger(SpannerThrown)
        runner.wait(ids[-1], PATIENCE)
        assert runner.view.ids() == ids[-1:]


def test_readers_wait_for_all_partitions(durable_env) -> None:
    """Issue 5.6: those who have only the view ask it through `PartitionedTracking`."""
    with make_partitioned(durable_env, 3) as runner:
        last = save_histories(runner.app)
        positions = PartitionedTracking(runner.view)
        positions.wait("Upstream", last, PATIENCE)
        assert positions.max_tracking_id("Upstream") == last
        assert positions.number_of_partitions("Upstream") == 3
        assert not positions.has_tracking_id("Upstream", last + 1)
        assert not runner.view.has_tracking_id("Upstream", last)
        assert positions.max_tracking_id("Elsewhere") is None
        assert positions.number_of_partitions("Elsewhere") is None


# Changing the number of partitions


def test_another_number_is_refused(durable_env) -> None:
    """Issue 5.6: the message says what to do."""
    with make_partitioned(durable_env, 3):
        pass
    with pytest.raises(ProgrammingError, match=r"3 partitions for 'Upstream', not 2.*change_num"):
        start_and_run(make_partitioned, durable_env, 2)


def test_a_view_that_was_not_split_is_not_split_by_itself(durable_env) -> None:
    """Issue 5.6: nor is one that is split continued without partitions."""
    with make_runner(durable_env) as runner:
        ids = runner.app.create()
        runner.wait(ids[-1], PATIENCE)
        with pytest.raises(ProgrammingError, match=r"without partitions, up to 1: .*change_num"):
            start_and_run(make_partitioned, durable_env, 2)
        PartitionedTracking(runner.view).change_number("Upstream", 2)
        runner.app.create()
        with pytest.raises(ProgrammingError, match="has ended at 1: "):
            runner.run_forever(PATIENCE)
    for make in (make_runner, make_leading):
        with pytest.raises(ProgrammingError, match="has ended at 1: "):
            start_and_run(make, durable_env)
    with make_partitioned(durable_env, 2) as partitioned:
        last = save_histories(partitioned.app)
        partitioned.wait(last, PATIENCE)
        check_ledger(partitioned.app, partitioned.view.ids())


@pytest.mark.parametrize("projection_class", PROJECTIONS)
def test_changing_the_number_while_partitions_are_processed(durable_env, projection_class) -> None:
    """Issue 5.6: each event counts once, in order, wherever the partitions are just then."""
    for number, next_number in ((None, 3), (3, 2), (2, 5), (5, 3)):
        old = (
            make_runner(durable_env, projection_class)
            if number is None
            else make_partitioned(durable_env, number, projection_class)
        )
        with old:
            for _ in range(3):
                save_histories(old.app, aggregates=5, events=3)
            # The old runner is in the midst of it.
            PartitionedTracking(old.view).change_number("Upstream", next_number)
            last = save_histories(old.app, aggregates=5, events=3)
            with pytest.raises(ProgrammingError):
                old.run_forever(PATIENCE)
            with pytest.raises(TimeoutError):
                PartitionedTracking(old.view).wait("Upstream", last, 0.01)
    with make_partitioned(durable_env, 3, projection_class) as runner:
        runner.wait(last, PATIENCE)
        check_ledger(runner.app, runner.view.ids())


def test_of_those_who_change_the_number_at_once_each_finishes(durable_env) -> None:
    """Issue 5.6: the last one wins, and each event counts once."""
    with make_partitioned(durable_env, 3) as runner:
        last = save_histories(runner.app)
        runner.wait(last, PATIENCE)
    with open_view(durable_env) as view:
        changers = [
            spawn(PartitionedTracking(view).change_number, "Upstream", number)
            for number in (2, 5, 2, 5)
        ]
        for changer in changers:
            changer.join()
            assert changer.error is None
        number = PartitionedTracking(view).number_of_partitions("Upstream")
    assert number in {2, 5}
    with make_partitioned(durable_env, number) as runner:
        last = save_histories(runner.app)
        runner.wait(last, PATIENCE)
        check_ledger(runner.app, runner.view.ids())


def test_a_change_that_was_interrupted_is_finished_later(durable_env) -> None:
    """Issue 5.6: until then nothing is processed, and how far it is can be told."""
    with make_partitioned(durable_env, 3) as runner:
        last = save_histories(runner.app)
        runner.wait(last, PATIENCE)
    with open_view(durable_env) as view:
        positions = PartitionedTracking(view)
        layout, _ = positions.open_layout("Upstream", 3)
        positions._close(layout)
        with pytest.raises(ProgrammingError, match="is being changed: "):
            start_and_run(make_partitioned, durable_env, 3)
        assert positions.max_tracking_id("Upstream") == last
        for _ in range(2):
            positions.change_number("Upstream", 3)
    with make_partitioned(durable_env, 3) as runner:
        last = save_histories(runner.app)
        runner.wait(last, PATIENCE)
        check_ledger(runner.app, runner.view.ids())


def test_the_number_stays_while_there_are_dead_letters(durable_env) -> None:
    """Issue 5.3, 5.6: or later events of an aggregate would overtake those put aside."""

    class PuttingAside(Listing):
        name = "Listing"
        on_error = PutAside()

    with make_partitioned(durable_env, 2, PuttingAside) as runner:
        last = runner.app.trigger(SpannerThrown)
        runner.wait(last[-1], PATIENCE)
        positions = PartitionedTracking(runner.view)
        with pytest.raises(ProgrammingError, match=r"1 dead letters of 'Upstream:\d/2': retry"):
            positions.change_number("Upstream", 3)
        notifications = runner.app.recorder.select_notifications(last[-1], 1)
        name = f"Upstream:{partition_of(notifications[0].originator_id, 2)}/2"
        assert runner.view.drop_dead_letter(name, last[-1])
        positions.change_number("Upstream", 3)
        assert positions.number_of_partitions("Upstream") == 3
        with pytest.raises(ProgrammingError):
            runner.app.create()
            runner.run_forever(PATIENCE)


def test_many_rows_for_a_name_are_refused(durable_env) -> None:
    """Issue 5.6, Y4: where lower IDs may be tracked later, nothing keeps partitions apart."""
    env = {**durable_env, "SINGLE_ROW_TRACKING": "no"}
    with pytest.raises(ProgrammingError, match="SINGLE_ROW_TRACKING"):
        start_and_run(make_partitioned, env, 2)


def test_progress_is_told_once_while_others_are_behind(env) -> None:
    """Issue 5.4, 5.6: this runner has done its part, and the other partition has nobody."""
    told: list[ProjectionStatus] = []

    def tell(status: ProjectionStatus) -> None:
        told.append(status)
        if len(told) > 100:
            raise ValueError("this would go on for ever")

    with make_partitioned(env, Partitions(2, only=[0]), on_progress=tell) as runner:
        last = save_histories(runner.app)
        runner.view.wait("Upstream:0/2", last, PATIENCE)
    assert 0 < len(told) < 100
