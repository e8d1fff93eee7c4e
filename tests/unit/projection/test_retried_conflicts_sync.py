# Generated from test_retried_conflicts_async.py by tools/async_to_sync.py: do not edit.
"""Retrying dead letters while others change the aggregates of the projection: issue 5.3, 5.6."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import AggregateNotFoundError, ProcessingEvent
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import RetriedTracking
from eventsourcing.projection import (
    DeadLetterQueue,
    EventSourcedProjection,
    EventSourcedProjectionRunner,
    PutAside,
    RetryResult,
)
from tests.unit.projection.gates_sync import PATIENCE, Upstream

TOTALS_ID = uuid4()


class Totals(Aggregate):
    """Counts events, of which there are those that others count."""

    @event("Opened")
    def __init__(self) -> None:
        self.number = 0

    @staticmethod
    def create_id() -> UUID:
        return TOTALS_ID

    @event("Counted")
    def count(self) -> None:
        self.number += 1


class Counting(EventSourcedProjection[UUID]):
    """Fails for the first event, until it is mended; then others count faster, so many times."""

    name = "Counting"
    on_error = PutAside()
    is_mended = False
    num_conflicts = 0
    num_decisions = 0

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if not self.is_mended:
            raise ValueError("not mended yet")
        self.num_decisions += 1
        totals = self.count()
        if self.num_decisions <= self.num_conflicts:
            self.save(self.count())
        processing_event.collect_events(totals)

    def count(self) -> Totals:
        try:
            totals: Totals = self.repository.get(TOTALS_ID)
        except AggregateNotFoundError:
            totals = Totals()
        totals.count()
        return totals


@contextmanager
def mended() -> Iterator[tuple[Counting, DeadLetterQueue]]:
    """Lend a projection with a dead letter that can be processed."""
    with EventSourcedProjectionRunner(
        application_class=Upstream, projection_class=Counting
    ) as runner:
        (last,) = runner.app.create()
        runner.wait(last, PATIENCE)
        runner.projection.is_mended = True
        yield runner.projection, runner.dead_letters


def test_a_conflict_is_no_attempt() -> None:
    """Issue 5.6: the projection decides again, with what others have recorded."""
    with mended() as (projection, dead_letters):
        projection.num_conflicts = 3
        assert dead_letters.retry() == RetryResult(1, ())
        assert projection.num_decisions == 4
        totals: Totals = projection.repository.get(TOTALS_ID)
        assert totals.number == 4
        assert dead_letters.count() == 0


def test_conflicts_without_end_are_one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 5.3: an error that looks like a conflict is told after fifty more decisions."""
    monkeypatch.setattr("eventsourcing.projection.conflicts_sync._LONGEST_PAUSE", 0.0)
    monkeypatch.setattr("eventsourcing.projection.conflicts_sync._FIRST_PAUSE", 0.0)
    with mended() as (projection, dead_letters):
        projection.num_conflicts = 1000
        result = dead_letters.retry()
        assert result.num_processed == 0
        assert [letter.attempts for letter in result.failures] == [2]
        assert "IntegrityError" in result.failures[0].traceback
        assert projection.num_decisions == 51


def test_an_event_that_somebody_else_has_retried_is_not_decided_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Issue 5.3: it takes effect once."""
    with mended() as (projection, dead_letters):
        count = projection.count

        def be_slower() -> Totals:
            projection.recorder.insert_tracking(RetriedTracking("Upstream", 1))
            return count()

        monkeypatch.setattr(projection, "count", be_slower)
        assert dead_letters.retry() == RetryResult(0, ())
        assert projection.num_decisions == 1
