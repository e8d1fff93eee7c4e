"""Processing again what somebody else was faster to change: issue 5.6."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import IntegrityError, ProgrammingError, Tracking
from eventsourcing.persistence.closed_tracking import close_position
from eventsourcing.projection.conflicts_async import AsyncRetryingConflicts
from eventsourcing.projection.error_policy import RetryInterruptedError
from eventsourcing.projection.processors_async import AsyncOneByOne, AsyncSkippingTracked
from tests.unit.projection.mishaps_async import NAME, AsyncFragile, make_jobs, make_recorder

CONFLICT = IntegrityError("version 2 is there already")


class AsyncCase:
    """A projection that may fail, and a processor that deals with conflicts."""

    def __init__(self) -> None:
        self.recorder = make_recorder()
        self.projection = AsyncFragile(self.recorder)
        self.interruption = Interruption()
        self.processor = AsyncRetryingConflicts(
            AsyncOneByOne(self.projection), self.recorder, self.interruption
        )
        self.jobs: Any = make_jobs(Aggregate())


@pytest.fixture
def case() -> AsyncCase:
    return AsyncCase()


async def test_an_event_is_processed_again_until_there_is_no_conflict(case: AsyncCase) -> None:
    """Issue 5.6: each time by the whole policy."""
    case.projection.breaks(1, CONFLICT, times=9)
    await case.processor.process(case.jobs)
    assert case.projection.attempts == [1] * 10
    assert case.projection.done == [1]


async def test_there_is_a_limit(case: AsyncCase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 5.6: fifty more attempts; then the error is that of the last one."""
    monkeypatch.setattr("eventsourcing.projection.conflicts_async._LONGEST_PAUSE", 0.0)
    case.projection.breaks(1, CONFLICT)
    with pytest.raises(IntegrityError, match="version 2"):
        await case.processor.process(case.jobs)
    assert len(case.projection.attempts) == 51
    assert await case.recorder.max_tracking_id(NAME) is None


async def test_an_event_that_is_tracked_is_not_processed_again(case: AsyncCase) -> None:
    """Issue 5.6, J27: somebody else was faster to process it."""
    await case.recorder.insert_tracking(Tracking(NAME, 1))
    with pytest.raises(IntegrityError):
        await case.processor.process(case.jobs)
    assert case.projection.attempts == [1]
    await AsyncSkippingTracked(case.processor, case.recorder, NAME).process(case.jobs)
    assert case.projection.done == []


async def test_a_change_of_partitions_is_no_conflict(case: AsyncCase) -> None:
    """Issue 5.6: tracking under this name has ended."""
    await case.recorder.insert_tracking(Tracking(NAME, close_position(None)))
    with pytest.raises(ProgrammingError, match="has ended at 0"):
        await AsyncSkippingTracked(case.processor, case.recorder, NAME).process(case.jobs)
    assert case.projection.attempts == [1]


async def test_other_errors_are_raised_at_once(case: AsyncCase) -> None:
    """Issue 5.6: what to do about them is for the projection to declare."""
    case.projection.breaks(1, ValueError("broken"))
    with pytest.raises(ValueError, match="broken"):
        await case.processor.process(case.jobs)
    assert case.projection.attempts == [1]


async def test_who_is_stopped_does_not_try_again(case: AsyncCase) -> None:
    """Issue 5.6, 5.8: the event will be delivered again."""
    case.projection.breaks(1, CONFLICT)
    case.interruption.set()
    with pytest.raises(RetryInterruptedError, match=NAME):
        await case.processor.process(case.jobs)
    assert case.projection.attempts == [1]


def test_as_many_events_are_processed_at_once_as_before(case: AsyncCase) -> None:
    """Issue 5.4: processors are put around each other."""
    assert case.processor.batch_size == 1
