"""A progress bar with the time that is left: issue 5.4."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from eventsourcing.projection import ProgressBar, ProjectionStatus


def status(position: int | None, end: int | None, lag: int | None = None) -> ProjectionStatus:
    lag = (end or 0) - (position or 0) if lag is None else lag
    return ProjectionStatus(position, end, lag, 0.0, 1_000.0, None, True)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_one_line_over_and_over() -> None:
    """Issue 5.4: until the projection has caught up; the line ends then."""
    stream = Terminal()
    show = ProgressBar(stream, mininterval=0)
    for position in (100, 200, 1_000):
        show(status(position, 1_000))
    shown = stream.getvalue()
    assert shown.endswith("\n")
    assert shown.count("\n") == 1
    first, *_, last = [each for each in shown.split("\r") if each.strip()]
    assert "100/1000" in first
    assert " 20%|" in shown
    assert "1000/1000" in last
    assert "events/s]" in last


def test_elsewhere_there_are_lines_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 5.4: a log is not filled, and has no control characters."""
    now = [0.0]
    monkeypatch.setattr("tqdm.std.time", lambda: now[0])
    stream = io.StringIO()
    show = ProgressBar(stream)
    for second in range(25):
        now[0] = float(second)
        show(status(second * 10, 1_000))
    show(status(1_000, 1_000))
    lines = stream.getvalue().splitlines()
    assert [line.split("|")[-1].split()[0] for line in lines] == [
        "0/1000",
        "100/1000",
        "200/1000",
        "1000/1000",
    ]
    assert "[00:10<01:30, 10.00 events/s]" in lines[1]


def test_it_falls_silent_although_events_are_recorded_all_the_time() -> None:
    """Issue 5.4: it is about catching up with what there was."""
    stream = io.StringIO()
    show = ProgressBar(stream)
    for position, end in ((100, 1_000), (999, 1_010), (1_008, 1_015), (1_016, 1_020)):
        show(status(position, end))
    shown = stream.getvalue()
    for position, end in ((1_018, 1_025), (1_030, 1_030), (2_000, 5_000)):
        show(status(position, end))
    assert stream.getvalue() == shown
    assert "1016/1020" in shown


def test_what_was_done_before_does_not_count_for_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 5.5: a build that resumes does not promise too much."""
    now = [0.0]
    monkeypatch.setattr("tqdm.std.time", lambda: now[0])
    stream = io.StringIO()
    show = ProgressBar(stream)
    show(status(900_000, 1_000_000))
    now[0] = 10.0
    show(status(900_100, 1_000_000))
    assert "10.00 events/s" in stream.getvalue().splitlines()[-1]


def test_events_that_do_not_concern_the_projection_count_at_the_end() -> None:
    """Issue 5.4: nothing is left, so all is done."""
    stream = io.StringIO()
    show = ProgressBar(stream)
    show(status(10, 1_000))
    show(status(450, 1_000, lag=0))
    assert "100%" in stream.getvalue().splitlines()[-1]


def test_nothing_to_do() -> None:
    """Issue 5.4: an application without events."""
    stream = io.StringIO()
    ProgressBar(stream)(status(None, None))
    assert "0 events" in stream.getvalue().splitlines()[-1]


def test_it_needs_no_thread() -> None:
    """Issue 5.8: tqdm would start one."""
    before = set(threading.enumerate())
    ProgressBar(io.StringIO())(status(10, 1_000))
    assert set(threading.enumerate()) <= before


def test_options_are_those_of_tqdm() -> None:
    """Issue 5.4: such as a description, where several bars are shown."""
    stream = io.StringIO()
    ProgressBar(stream, desc="Totals")(status(10, 1_000))
    assert stream.getvalue().startswith("Totals:")


def test_without_tqdm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 5.4: it is an extra."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match=r"pip install 'eventsourcing\[progress\]'"):
        ProgressBar()
