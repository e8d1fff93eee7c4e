"""The status of a system, as a whole: issue 5.3."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from eventsourcing.projection import ProgressBar, ProjectionStatus
from eventsourcing.system import SystemStatus

DONE = ProjectionStatus(
    position=10,
    end=10,
    lag_events=0,
    lag_seconds=0.0,
    events_per_second=2.0,
    last_error=None,
    is_running=True,
)
BEHIND = replace(DONE, end=40, lag_events=30, lag_seconds=8.0, events_per_second=3.0)
UNTOUCHED = replace(DONE, position=None, end=None, events_per_second=0.0)


def total(*statuses: ProjectionStatus) -> ProjectionStatus:
    return SystemStatus({("A", str(n)): each for n, each in enumerate(statuses)}).total


def test_numbers_are_added_up() -> None:
    """Issue 5.3: those of all edges, and the greatest lag in seconds."""
    assert total(DONE, BEHIND, UNTOUCHED) == ProjectionStatus(
        position=20,
        end=50,
        lag_events=30,
        lag_seconds=8.0,
        events_per_second=5.0,
        last_error=None,
        is_running=True,
    )


def test_positions_of_a_system_that_has_processed_nothing() -> None:
    """Issue 5.3: as those of a projection."""
    assert total(UNTOUCHED).position is None
    assert total(UNTOUCHED).end is None


def test_a_lag_of_unknown_age_makes_that_of_the_whole_unknown() -> None:
    """Issue 5.3: events without a timestamp."""
    assert total(BEHIND, replace(BEHIND, lag_seconds=None)).lag_seconds is None


def test_the_first_edge_with_an_error_is_shown() -> None:
    """Issue 5.3: and a system runs when all edges do."""
    first, second = ValueError("first"), ValueError("second")
    failed = replace(DONE, last_error=first, is_running=False)
    whole = total(DONE, failed, replace(DONE, last_error=second))
    assert whole.last_error is first
    assert not whole.is_running


def test_a_system_without_edges_has_nothing_to_do() -> None:
    """Issue 5.3: a system may have single applications only."""
    assert total() == replace(UNTOUCHED, events_per_second=0)


def test_the_progress_of_the_whole_can_be_shown() -> None:
    """Issue 5.4: by what shows that of projections."""
    stream = StringIO()
    ProgressBar(stream)(total(DONE, BEHIND))
    assert "20/50" in stream.getvalue()
