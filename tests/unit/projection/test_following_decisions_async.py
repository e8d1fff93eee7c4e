"""Runners and rebuilds that follow DCB applications: J18-J21, and what they report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eventsourcing.dcb.application import AsyncDCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import (
    AsyncBatchProjection,
    AsyncEventSourcedProjection,
    AsyncEventSourcedProjectionRunner,
    AsyncLeadingEventSourcedProjectionRunner,
    AsyncLeadingProjectionRunner,
    AsyncPartitionedEventSourcedProjectionRunner,
    AsyncPartitionedProjectionRunner,
    AsyncProjectionRunner,
    AsyncRebuild,
    AsyncViewVersions,
    ProjectionStatus,
    Retry,
)
from eventsourcing.utils import get_topic
from tests.unit.projection.dcb_samples_async import (
    AsyncCinema,
    SeatLeft,
    SeatTaken,
    make_cinema_runner,
)
from tests.unit.projection.gates_async import (
    PATIENCE,
    AsyncFailing,
    AsyncGated,
    AsyncSeeing,
    eventually,
)


class AsyncTagging(AsyncSeeing):
    """Remembers the decisions, too."""

    def __init__(self, view: Any) -> None:
        super().__init__(view)
        self.decisions: list[Any] = []

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.decisions.append(domain_event)
        await super().process_event(domain_event, tracking)


async def test_decisions_are_processed_with_their_tags() -> None:
    """J18, J19: in the order of their positions."""
    async with make_cinema_runner(AsyncTagging) as runner:
        await runner.app.decide(SeatTaken("A1"), SeatTaken("B2"), tags=("row:front",))
        await runner.wait(2, PATIENCE)
        assert runner.app_name == "Cinema"
        assert runner.projection.seen == [1, 2]
        assert runner.projection.decisions == [
            Tagged(["row:front"], SeatTaken("A1")),
            Tagged(["row:front"], SeatTaken("B2")),
        ]


async def test_topics_are_those_of_decisions() -> None:
    """J19: nothing else is delivered, and what is left out does not count as lag."""

    class Few(AsyncSeeing):
        topics = (get_topic(SeatLeft),)

    async with make_cinema_runner(Few) as runner:
        position = await runner.app.decide(SeatTaken(), SeatLeft(datetime.now(UTC)))
        await runner.app.create(3)
        await runner.wait(position, PATIENCE)
        status = await runner.status()
    assert runner.projection.seen == [2]
    assert (status.position, status.end, status.lag_events) == (2, 5, 0)


async def test_a_failure_stops_the_runner() -> None:
    """J21: with the original error."""
    async with make_cinema_runner(AsyncFailing) as runner:
        await runner.app.create(2)
        with pytest.raises(ValueError, match="the second event") as caught:
            await runner.run_forever(PATIENCE)
    assert caught.value is AsyncFailing.error


async def test_an_application_without_a_mapper_is_refused() -> None:
    """J8, C52: and closed."""
    apps: list[AsyncDCBApplication] = []

    class Bare(AsyncDCBApplication):
        def __init__(self, env: Any = None) -> None:
            super().__init__(env)
            apps.append(self)

    with pytest.raises(AttributeError, match="it has no mapper; set MAPPER_TOPIC"):
        await AsyncProjectionRunner(
            application_class=Bare, projection_class=AsyncSeeing, view_class=POPOTrackingRecorder
        ).start()
    assert apps[0].closing.is_set()


# What runners report


async def test_the_status_says_what_is_left_to_do() -> None:
    """Issue 5.3: the oldest decision that is left has a timestamp, or it has none."""
    async with make_cinema_runner(AsyncGated) as runner:
        empty = await runner.status()
        await runner.app.create()
        await runner.app.decide(SeatLeft(datetime.now(UTC) - timedelta(seconds=60)))
        without = await runner.status()
        await runner.view.insert_tracking(Tracking("Cinema", 1))
        behind = await runner.status()
        runner.projection.gate.set()
        await runner.wait(2, PATIENCE)
        done = await runner.status()
    assert (empty.position, empty.end, empty.lag_events, empty.lag_seconds) == (None, None, 0, 0.0)
    assert (without.position, without.end, without.lag_events) == (None, 2, 2)
    assert without.lag_seconds is None
    assert (behind.position, behind.lag_events) == (1, 1)
    assert behind.lag_seconds is not None
    assert behind.lag_seconds >= 60
    assert (done.position, done.end, done.lag_events, done.lag_seconds) == (2, 2, 0, 0.0)


async def test_progress_is_told() -> None:
    """Issue 5.3, 5.4: in the background, with the status, the end included."""
    told: list[ProjectionStatus] = []
    async with make_cinema_runner(on_progress=told.append) as runner:
        await runner.app.create(300)
        await runner.wait(300, PATIENCE)
        await eventually(lambda: told and told[-1].position == 300)
    assert told[-1].lag_events == 0


# What projections declare


async def test_decisions_are_tried_again() -> None:
    """Issue 5.3: until it succeeds."""

    class Stubborn(AsyncSeeing):
        on_error = Retry(attempts=3, wait=0)

        async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            if len(self.seen) < 2:
                self.seen.append(0)
                raise ValueError("not yet")
            await super().process_event(domain_event, tracking)

    async with make_cinema_runner(Stubborn) as runner:
        await runner.app.create()
        await runner.wait(1, PATIENCE)
        assert runner.projection.seen == [0, 0, 1]


async def test_decisions_are_processed_in_batches() -> None:
    """Issue 5.4: with one position."""

    class Batches(AsyncBatchProjection[Any]):
        sizes: list[int] = []

        async def process_events(self, batch: Any) -> None:
            self.sizes.append(len(batch))
            await self.view.insert_tracking(batch[-1][1])

    Batches.sizes.clear()
    async with make_cinema_runner(Batches) as runner:
        await runner.app.create(300)
        await runner.wait(300, PATIENCE)
    assert sum(Batches.sizes) == 300
    assert len(Batches.sizes) < 300


# Other ways of following


async def test_one_of_several_runners_leads() -> None:
    """Issue 5.6: the others stand by."""

    def make() -> AsyncLeadingProjectionRunner[AsyncCinema, POPOTrackingRecorder]:
        return AsyncLeadingProjectionRunner(
            application_class=AsyncCinema,
            projection_class=AsyncSeeing,
            view_class=POPOTrackingRecorder,
        )

    async with make() as runner, make() as other:
        await eventually(lambda: runner.is_leading or other.is_leading)
        leader = runner if runner.is_leading else other
        await leader.app.create(3)
        await leader.wait(3, PATIENCE)
        status = await leader.status()
        assert (status.position, status.lag_events) == (3, 0)
        assert not (runner.is_leading and other.is_leading)


@pytest.mark.parametrize("topics", [(), (get_topic(SeatTaken),)])
async def test_a_view_is_rebuilt(topics: tuple[str, ...]) -> None:
    """Issue 5.5: also if the last decisions do not concern the new version."""

    class Rebuilt(AsyncSeeing):
        pass

    Rebuilt.topics = topics
    async with AsyncCinema() as app, AsyncViewVersions("Rebuilt", POPOTrackingRecorder) as versions:
        await app.create(5)
        end = await app.decide(SeatLeft(datetime.now(UTC)))
        async with AsyncRebuild(versions, 2, app=app, projection_class=Rebuilt) as rebuild:
            await rebuild.wait_until_live(PATIENCE)
            await app.create()
            await rebuild.wait(end + 1, PATIENCE)
            status = await rebuild.status()
        assert (status.position, status.end) == (end + 1, end + 1)
        assert await versions.live_version() == 2


# What cannot be done


@pytest.mark.parametrize(
    "runner_class", [AsyncEventSourcedProjectionRunner, AsyncLeadingEventSourcedProjectionRunner]
)
async def test_event_sourced_projections_of_decisions_are_refused(runner_class: Any) -> None:
    """J18: they are not supported."""
    with pytest.raises(TypeError) as caught:
        runner_class(application_class=AsyncCinema, projection_class=AsyncEventSourcedProjection)
    assert str(caught.value) == f"Unsupported application type: {AsyncCinema}"


async def test_event_sourced_partitions_of_decisions_are_refused() -> None:
    """J18: for the same reason."""
    runner_class: Any = AsyncPartitionedEventSourcedProjectionRunner
    with pytest.raises(TypeError) as caught:
        runner_class(
            application_class=AsyncCinema,
            projection_class=AsyncEventSourcedProjection,
            partitions=2,
        )
    assert str(caught.value) == f"Unsupported application type: {AsyncCinema}"


async def test_partitions_of_decisions_are_refused() -> None:
    """J18, issue 5.6: with the reason, and with what to use instead."""
    with pytest.raises(TypeError, match="any number of tags") as caught:
        AsyncPartitionedProjectionRunner(
            application_class=AsyncCinema,
            projection_class=AsyncSeeing,
            view_class=POPOTrackingRecorder,
            partitions=2,
        )
    assert str(caught.value).startswith(f"Unsupported application type: {AsyncCinema}. ")
    assert AsyncLeadingProjectionRunner.__name__ in str(caught.value)
