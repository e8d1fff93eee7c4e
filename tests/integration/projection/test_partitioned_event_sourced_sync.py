# Generated from test_partitioned_event_sourced_async.py by tools/async_to_sync.py: do not edit.
"""Event-sourced projections that are split into partitions: issue 5.6."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import ProcessingEvent
from eventsourcing.persistence import IntegrityError, ProgrammingError
from eventsourcing.projection import (
    EventSourcedProjectionRunner,
    PartitionedTracking,
    Partitions,
    ProjectionStatus,
    PutAside,
    Retry,
    partition_of,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.journals_sync import (
    BatchJournal,
    Journal,
    Totals,
    check_journal,
    make_journal,
)
from tests.integration.projection.samples_sync import PATIENCE, Upstream, eventually
from tests.integration.projection.sharing_sync import BoldLease, save_histories, start_and_run

JOURNALS = [Journal, BatchJournal]


def with_journal(env: dict[str, str], folder: Path) -> dict[str, str]:
    """Give the projection a database of its own where two applications cannot share one."""
    return {**env, "JOURNAL_SQLITE_DBNAME": str(folder / "journal.db")}


@pytest.fixture
def journal_env(env: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return with_journal(env, tmp_path)


@pytest.fixture
def durable_journal_env(durable_env: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return with_journal(durable_env, tmp_path)


@pytest.mark.parametrize("projection_class", JOURNALS)
def test_all_events_once_and_those_of_an_aggregate_in_order(journal_env, projection_class) -> None:
    """Issue 5.6: although all partitions change one aggregate at the same time."""
    with make_journal(journal_env, 3, projection_class) as runner:
        for _ in range(3):
            last = save_histories(runner.app)
            runner.wait(last, PATIENCE)
        assert runner.partitions == {0, 1, 2}
        assert runner.status().position == last
        check_journal(runner.app, runner.projection)


@pytest.mark.parametrize("projection_class", JOURNALS)
def test_a_runner_goes_on_where_the_last_one_ended(durable_journal_env, projection_class) -> None:
    """J20, issue 5.6: for each partition."""
    for _ in range(3):
        with make_journal(durable_journal_env, 3, projection_class) as runner:
            last = save_histories(runner.app, aggregates=10)
    with make_journal(durable_journal_env, 3, projection_class) as runner:
        runner.wait(last, PATIENCE)
        check_journal(runner.app, runner.projection)


def test_processes_share_the_partitions(durable_journal_env) -> None:
    """Issue 5.6: and who is left takes them all."""
    with make_journal(durable_journal_env, Partitions(4, at_most=2)) as one:
        eventually(lambda: len(one.partitions) == 2)
        with make_journal(durable_journal_env, 4) as other:
            eventually(lambda: one.partitions | other.partitions == {0, 1, 2, 3})
            save_histories(one.app)
            one.stop()
            last = save_histories(one.app)
            other.wait(last, PATIENCE)
            assert other.partitions == {0, 1, 2, 3}
            check_journal(other.app, other.projection)


@pytest.mark.parametrize("projection_class", JOURNALS)
def test_two_who_believe_to_have_a_partition_do_no_harm(
    durable_journal_env, projection_class, monkeypatch
) -> None:
    """Issue 5.6, J27: tracking decides; who loses a race steps back, and does not fail."""
    one = make_journal(durable_journal_env, 3, projection_class)
    other = make_journal(durable_journal_env, Partitions(3), projection_class)
    monkeypatch.setattr(type(one), "_make_lease", lambda _, name: BoldLease(name))
    with one, other:
        # Few: all six decide on one aggregate, and of those who do at the same time one gets on.
        for _ in range(2):
            last = save_histories(one.app, aggregates=6, events=3)
        for runner in (one, other):
            runner.wait(last, PATIENCE)
            runner.run_forever(0)
        check_journal(one.app, other.projection)


def test_progress_is_told(journal_env) -> None:
    """Issue 5.3: as by other runners."""
    told: list[ProjectionStatus] = []
    with make_journal(journal_env, 2, on_progress=told.append) as runner:
        last = save_histories(runner.app)
        runner.wait(last, PATIENCE)
        eventually(lambda: told)


def test_an_error_in_one_partition_stops_the_runner(journal_env) -> None:
    """J21: and is raised."""
    with make_journal(journal_env) as runner:
        runner.app.trigger(SpannerThrown)
        with pytest.raises(SpannerThrownError):
            runner.run_forever(PATIENCE)
        eventually(lambda: not runner.is_leading)


class Colliding(Journal):
    """Creates the same aggregate for each event."""

    name = "Journal"
    num_calls = 0

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        type(self).num_calls += 1
        processing_event.collect_events(Totals())


def test_a_conflict_that_stays_is_an_error(journal_env, monkeypatch) -> None:
    """Issue 5.6, Y18: after a limited number of attempts; nothing is tracked."""
    monkeypatch.setattr("eventsourcing.projection.conflicts_sync._MOST_RETRIES", 3)
    monkeypatch.setattr(Colliding, "num_calls", 0)
    with make_journal(journal_env, 1, Colliding) as runner:
        (first,) = runner.app.create()
        runner.wait(first, PATIENCE)
        runner.app.create()
        with pytest.raises(IntegrityError):
            runner.run_forever(PATIENCE)
        assert Colliding.num_calls == 1 + 4
        assert runner.projection.recorder.max_tracking_id("Upstream:0/1") == first


class Forgiving(Journal):
    """Tries again, and then puts aside what fails."""

    name = "Journal"
    on_error = Retry(attempts=2, wait=0, then=PutAside())


def test_each_partition_puts_aside_what_fails(journal_env) -> None:
    """Issue 5.3, 5.6: and goes on; it can be retried and dropped."""
    with make_journal(journal_env, 2, Forgiving) as runner:
        ids = runner.app.trigger(SpannerThrown)
        last = save_histories(runner.app)
        runner.wait(last, PATIENCE)
        (thrown,) = runner.app.recorder.select_notifications(ids[-1], 1)
        letters = runner.dead_letters_of(partition_of(thrown.originator_id, 2))
        assert [each.notification_id for each in letters.list()] == [thrown.id]
        assert letters.retry().num_processed == 0
        assert letters.drop(thrown.id) == 1
        assert runner.projection.total() == last - 1
        with pytest.raises(ProgrammingError, match="dead_letters_of"):
            _ = runner.dead_letters


def test_a_projection_is_split_that_was_not_split_before(durable_journal_env) -> None:
    """Issue 5.6: each event counts once."""
    with EventSourcedProjectionRunner(
        application_class=Upstream, projection_class=Journal, env=durable_journal_env
    ) as runner:
        last = save_histories(runner.app)
        runner.wait(last, PATIENCE)
        with pytest.raises(ProgrammingError, match=r"without partitions, up to .*change_number"):
            start_and_run(make_journal, durable_journal_env, 2)
        positions = PartitionedTracking(runner.projection.recorder)
        positions.change_number("Upstream", 2)
        last = save_histories(runner.app)
        with pytest.raises(ProgrammingError, match="PartitionedEventSourcedProjectionRunner"):
            runner.run_forever(PATIENCE)
    with make_journal(durable_journal_env, 2) as partitioned:
        partitioned.wait(last, PATIENCE)
        check_journal(partitioned.app, partitioned.projection)
    with pytest.raises(ProgrammingError, match=r"into 2 partitions for 'Upstream', not 3"):
        start_and_run(make_journal, durable_journal_env, 3)
