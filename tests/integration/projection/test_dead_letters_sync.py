# Generated from test_dead_letters_async.py by tools/async_to_sync.py: do not edit.
"""Runners, projections and followers that put events aside, on each engine: issue 5.3."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import Application, ProcessingEvent
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import ProgrammingError, Tracking
from eventsourcing.projection import (
    BatchProjection,
    ErrorPolicy,
    EventSourcedProjection,
    EventSourcedProjectionRunner,
    Projection,
    PutAside,
    Retry,
    RetryResult,
)
from eventsourcing.system import Follower
from tests.integration.projection.samples_sync import (
    PATIENCE,
    Upstream,
    eventually,
    make_runner,
)
from tests.integration.projection.sharing_sync import make_leading, make_partitioned


class Faults:
    """The versions of events that are broken."""

    broken: set[int]

    @classmethod
    def check(cls, domain_event: Any) -> None:
        if domain_event.originator_version in cls.broken:
            raise ValueError(f"version {domain_event.originator_version} is broken")


@pytest.fixture(autouse=True)
def _second_versions_are_broken() -> None:
    Faults.broken = {2}


class AsideListing(Projection[Any]):
    name = "Listing"
    on_error: ErrorPolicy = PutAside()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        Faults.check(domain_event)
        self.view.append([tracking.notification_id], tracking)


class AsideBatchListing(BatchProjection[Any]):
    name = "Listing"
    on_error = PutAside()

    def process_events(self, batch: Sequence[tuple[Any, Tracking]]) -> None:
        for domain_event, _ in batch:
            Faults.check(domain_event)
        self.view.append([each.notification_id for _, each in batch], batch[-1][1])


class PatientListing(AsideListing):
    name = "Listing"
    on_error = Retry(attempts=3, wait=0.001, then=PutAside())


def save(app: Application[UUID], *aggregates: Aggregate) -> int:
    """Record an event of each aggregate, in this order, and return the last position."""
    position = 0
    for aggregate in aggregates:
        if not aggregate.pending_events:
            aggregate.trigger_event(Aggregate.Event)
        position = app.save(aggregate)[-1].notification.id
    return position


@pytest.mark.parametrize("projection_class", [AsideListing, AsideBatchListing, PatientListing])
def test_a_runner_goes_on_and_retries_later(
    env: dict[str, str], projection_class: type[Projection[Any]]
) -> None:
    """Issue 5.3: the broken events and those after them wait, each is processed once, in order."""
    one, other, third = Aggregate(), Aggregate(), Aggregate()
    with make_runner(env, projection_class) as runner:
        last = save(runner.app, one, other, one, third, other, one, one)
        runner.wait(last, PATIENCE)
        ids = list(range(last - 6, last + 1))
        assert runner.view.ids() == [ids[0], ids[1], ids[3]]
        letters = runner.dead_letters.list()
        assert [each.notification_id for each in letters] == [ids[2], *ids[4:]]
        assert [each.follows for each in letters] == [None, None, ids[2], ids[2]]
        status = runner.status()
        assert status.is_running
        assert status.lag_events == 0
        assert str(status.last_error) == "version 2 is broken"

        Faults.broken = set()
        assert runner.dead_letters.retry() == RetryResult(4, ())
        assert runner.view.ids() == [ids[n] for n in (0, 1, 3, 2, 5, 6, 4)]
        last = save(runner.app, one)
        runner.wait(last, PATIENCE)
        assert runner.view.ids()[-1] == last
        assert runner.dead_letters.count() == 0


def test_retrying_again_and_dropping(env: dict[str, str]) -> None:
    """Issue 5.3: what fails again stays, with its error; what is dropped is never processed."""
    one, other = Aggregate(), Aggregate()
    with make_runner(env, AsideListing) as runner:
        last = save(runner.app, one, other, one, other, one, other)
        runner.wait(last, PATIENCE)
        queue = runner.dead_letters
        result = queue.retry()
        assert result.num_processed == 0
        assert [each.attempts for each in result.failures] == [2, 2]
        assert queue.list(originator_id=one.id)[0] == result.failures[0]
        assert queue.drop(result.failures[0].notification_id) == 1
        assert queue.drop(originator_id=other.id) == 2
        assert queue.retry().num_processed == 1
        last = save(runner.app, one, other)
        runner.wait(last, PATIENCE)
        expected = [last - 7, last - 6, last - 3, last - 1, last]
        assert runner.view.ids() == expected


def test_a_leader(env: dict[str, str]) -> None:
    """Issue 5.3, 5.6: also a runner that leads puts aside, and shows the last error."""
    one = Aggregate()
    with make_leading(env, AsideListing) as runner:
        runner.wait(save(runner.app, one, one), PATIENCE)
        assert str(runner.status().last_error) == "version 2 is broken"
        Faults.broken = set()
        assert runner.dead_letters.retry() == RetryResult(1, ())


def test_a_new_runner_knows_what_was_put_aside(durable_env: dict[str, str]) -> None:
    """Issue 5.3, J20: in another process, so to say."""
    one = Aggregate()
    with make_runner(durable_env, AsideListing) as runner:
        runner.wait(save(runner.app, one, one), PATIENCE)
    Faults.broken = set()
    with make_runner(durable_env, AsideListing) as runner:
        last = save(runner.app, one)
        runner.wait(last, PATIENCE)
        assert runner.view.ids() == [last - 2]
        assert runner.dead_letters.retry() == RetryResult(2, ())
        assert runner.view.ids() == [last - 2, last - 1, last]


def test_stopping_during_a_pause(env: dict[str, str]) -> None:
    """Issue 5.3, J25: the block ends at once and without an error; the event comes again."""

    class VeryPatient(AsideListing):
        name = "Listing"
        on_error = Retry(wait=1000, longest_wait=1000, then=PutAside())

    started = monotonic()
    with make_runner(env, VeryPatient) as runner:
        save(runner.app, Aggregate(), *[Aggregate()] * 2)
        aggregate = Aggregate()
        last = save(runner.app, aggregate, aggregate)
        processing: Any = runner._processing
        eventually(lambda: processing.last_error is not None)
        position = runner.view.max_tracking_id("Upstream")
    assert monotonic() - started < PATIENCE
    assert position is not None
    assert position < last


def test_nothing_is_created_without_need(durable_env: dict[str, str]) -> None:
    """Issue 5.3: the schema is that of the contract until something may be put aside."""
    with make_runner(durable_env) as runner:
        runner.wait(runner.app.create()[-1], PATIENCE)
        assert runner.dead_letters.count() == 0
        assert runner.dead_letters.list() == []
        assert not has_table(runner.view)
    with make_runner(durable_env, AsideListing) as runner:
        runner.wait(runner.app.create()[-1], PATIENCE)
        assert has_table(runner.view)


def has_table(view: Any) -> bool:
    """Say whether the database of the view has the table."""
    recorder = getattr(view, "_recorder", view)  # what is behind a bridge
    recorder._has_dead_letter_table = False
    view.count_dead_letters("Upstream")  # which looks for the table
    has_table: bool = recorder._has_dead_letter_table
    return has_table


def test_tables_may_not_be_created(durable_env: dict[str, str]) -> None:
    """Issue 5.3: with CREATE_TABLE=no, the table must be there."""
    with make_runner(durable_env) as runner:
        runner.wait(runner.app.create()[-1], PATIENCE)
    settings = {**durable_env, "CREATE_TABLE": "no"}
    with make_runner(settings, AsideListing) as runner:
        save(runner.app, Aggregate())
        with pytest.raises(ProgrammingError, match="CREATE_TABLE forbids"):
            runner.run_forever(PATIENCE)
    with make_runner(durable_env, AsideListing) as runner:
        runner.wait(save(runner.app, Aggregate()), PATIENCE)
    with make_runner(settings, AsideListing) as runner:
        runner.wait(save(runner.app, Aggregate()), PATIENCE)


def on_its_own(env: dict[str, str], name: str) -> dict[str, str]:
    """Return the settings with another database file, if it is a file, for that application."""
    key = "SQLITE_DBNAME"
    return {**env, f"{name}_{key}": f"{env[key]}.{name}"} if key in env else env


class Totals(EventSourcedProjection[UUID]):
    """Has an aggregate for each event."""

    name = "Totals"
    on_error = PutAside()

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        processing_event.collect_events(Aggregate())
        Faults.check(domain_event)


def test_event_sourced_projections(env: dict[str, str]) -> None:
    """Issue 5.3: their events and the end of the dead letter are recorded together."""
    with EventSourcedProjectionRunner(
        application_class=Upstream, projection_class=Totals, env=on_its_own(env, "TOTALS")
    ) as runner:
        one = Aggregate()
        runner.wait(save(runner.app, one, one, Aggregate(), one), PATIENCE)
        projection: Any = runner.projection
        start = projection.recorder.max_notification_id() or 0
        assert runner.dead_letters.count() == 2
        assert runner.dead_letters.retry().num_processed == 0
        assert projection.recorder.max_notification_id() == start
        Faults.broken = set()
        assert runner.dead_letters.retry() == RetryResult(2, ())
        found = projection.recorder.select_notifications(start + 1, 10)
        assert len(found) == 2
        assert runner.dead_letters.count() == 0


def test_partitions(env: dict[str, str]) -> None:
    """Issue 5.3, 5.6: each has its own, in order per aggregate."""
    with make_partitioned(env, 2, AsideListing) as runner:
        aggregates = [Aggregate() for _ in range(8)]
        last = save(runner.app, *aggregates, *aggregates, *aggregates)
        runner.wait(last, PATIENCE)
        queues = [runner.dead_letters_of(partition) for partition in (0, 1)]
        put_aside = [each for queue in queues for each in queue.list()]
        assert len(put_aside) == 16
        assert len(runner.view.ids()) == 8
        Faults.broken = set()
        results = [queue.retry() for queue in queues]
        assert sum(result.num_processed for result in results) == 16
        assert sorted(runner.view.ids()) == list(range(last - 23, last + 1))
        with pytest.raises(ProgrammingError, match="dead_letters_of"):
            runner.dead_letters.list()


class Following(Follower[UUID]):
    """Follows Upstream."""

    name = "Following"
    on_error = PutAside()

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        processing_event.collect_events(Aggregate())
        Faults.check(domain_event)


def test_followers(env: dict[str, str]) -> None:
    """Issue 5.3: what is pulled from a log, and read from it again."""
    env = on_its_own(env, "FOLLOWING")
    with Upstream(env) as app, Following(env) as follower:
        follower.follow(app.name, app.notification_log)
        one = Aggregate()
        last = save(app, one, one, Aggregate(), one)
        follower.pull_and_process(app.name)
        assert follower.recorder.max_tracking_id(app.name) == last
        queue = follower.dead_letters_of(app.name)
        assert [each.notification_id for each in queue.list()] == [last - 2, last]
        Faults.broken = set()
        assert queue.retry() == RetryResult(2, ())
        assert queue.count() == 0
