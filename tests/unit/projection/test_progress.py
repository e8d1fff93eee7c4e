"""Progress in words, with the time that is left: issue 5.4."""

from __future__ import annotations

import io

import pytest

from eventsourcing.projection import ProgressLine, ProjectionStatus, describe_progress
from eventsourcing.projection.progress import describe_seconds


def status(position: int | None, end: int | None, rate: float = 1_000.0) -> ProjectionStatus:
    lag = (end or 0) - (position or 0)
    return ProjectionStatus(position, end, lag, 0.0, rate, None, True)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (status(250_000, 1_000_000), "250,000 of 1,000,000 events (25 %), 1,000 per second, "
         "12 min 30 s left"),
        (status(999_999, 1_000_000, 2.5), "999,999 of 1,000,000 events (99 %), 2 per second, "
         "0 s left"),
        (status(7, 7), "7 of 7 events (100 %), 1,000 per second, caught up"),
        (status(None, 4, 0.0), "0 of 4 events (0 %), 0 per second"),
        (status(None, None, 0.0), "0 of 0 events (100 %), 0 per second, caught up"),
    ],
)  # fmt: skip
def test_progress_is_told_with_the_time_that_is_left(found, text) -> None:
    """Issue 5.4: an estimate, unless nothing is known yet."""
    assert describe_progress(found) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3_599, "59 min 59 s"),
        (7_260, "2 h 1 min"),
    ],
)
def test_lengths_of_time_are_told_in_two_units(seconds, text) -> None:
    """Issue 5.4: as exactly as an estimate can be."""
    assert describe_seconds(seconds) == text


def test_a_terminal_shows_one_line_over_and_over() -> None:
    """Issue 5.4: what is left of a longer line is erased; the line ends when it has caught up."""
    stream = Terminal()
    show = ProgressLine(stream)
    show(status(100_000, 1_000_000))
    show(status(5, 6))
    show(status(6, 6))
    first, second, third = stream.getvalue().split("\r")[1:]
    assert len(second) == len(first)
    assert third.endswith(
        "caught up" + " " * (len(third.rstrip("\n")) - len(third.rstrip())) + "\n"
    )


def test_a_file_gets_a_line_now_and_then_and_one_at_the_end() -> None:
    """Issue 5.4: a log is not filled."""
    now = [0.0]
    stream = io.StringIO()
    show = ProgressLine(stream, clock=lambda: now[0])
    for second, position in enumerate([1, 2, 3, 4]):
        now[0] = second * 5.0
        show(status(position, 5))
    show(status(5, 5))
    assert [line.split()[0] for line in stream.getvalue().splitlines()] == ["1", "3", "5"]
