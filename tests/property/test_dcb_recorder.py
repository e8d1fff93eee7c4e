"""Recorders of dynamic consistency boundaries do what the definition says: contract C2-C10."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBRecorder,
    DCBSequencedEvent,
    query_matches,
)
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.dcb.sqlite import SQLiteDCBRecorder, branches, search, statements
from eventsourcing.persistence import IntegrityError
from eventsourcing.sqlite import SQLiteDatastore

bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

words = st.sampled_from(["a", "b", "c", "ab", ""])
word_lists = st.lists(words, max_size=3)
queries = st.none() | st.builds(
    DCBQuery, st.lists(st.builds(DCBQueryItem, word_lists, word_lists), max_size=3)
)
# Positions are given as the number of an event of the log, because there may be gaps.
places = st.none() | st.integers(-1, 12)
appends = st.tuples(
    st.lists(st.builds(DCBEvent, words, st.binary(max_size=2), word_lists), min_size=1, max_size=4),
    st.none() | st.tuples(queries, places),
)
reads = st.tuples(queries, places, st.none() | st.integers(0, 4))


def place(log: list[DCBSequencedEvent], number: int | None) -> int | None:
    """Return the position of an event of the log; of none if there is no such event."""
    if number is None or number < 1:
        return number
    return log[number - 1].position if number <= len(log) else 10**9 + number


def select(
    log: list[DCBSequencedEvent], query: DCBQuery | None, after: int | None
) -> list[DCBSequencedEvent]:
    """Return what is to be selected: the definition."""
    return [
        each for each in log if each.position > (after or 0) and query_matches(query, each.event)
    ]


def append(
    recorder: DCBRecorder,
    log: list[DCBSequencedEvent],
    events: list[DCBEvent],
    condition: DCBAppendCondition | None,
) -> None:
    """Append to the recorder, which must be refused if the definition says so, and to the log."""
    head = log[-1].position if log else None
    if condition and select(log, condition.fail_if_events_match, condition.after):
        with pytest.raises(IntegrityError):
            recorder.append(events, condition)
        assert recorder.head() == head
        return
    position = recorder.append(events, condition)
    log += recorder.read(after=head)
    assert [each.event for each in log[-len(events) :]] == events
    assert log[-1].position == position


def check_read(
    recorder: DCBRecorder,
    log: list[DCBSequencedEvent],
    query: DCBQuery | None,
    after: int | None,
    limit: int | None,
) -> None:
    expected = select(log, query, after)[:limit]
    response = recorder.read(query, after=after, limit=limit)
    last = (log if limit is None else expected)[-1:]
    assert response.head == (last[0].position if last else None)
    assert list(response) == expected


@contextmanager
def in_memory() -> Iterator[DCBRecorder]:
    yield InMemoryDCBRecorder()


@contextmanager
def on_sqlite() -> Iterator[DCBRecorder]:
    recorder = SQLiteDCBRecorder(SQLiteDatastore(":memory:"))
    recorder.create_table()
    yield recorder
    recorder.datastore.close()


@contextmanager
def on_sqlite_where_little_is_much() -> Iterator[DCBRecorder]:
    """A few rows, branches and parameters are so many that they are treated otherwise."""
    with pytest.MonkeyPatch.context() as patch, on_sqlite() as recorder:
        patch.setattr(branches, "FEW_ROWS", 2)
        patch.setattr(branches, "MANY_ROWS", 4)
        patch.setattr(branches, "MAX_KEYS", 2)
        patch.setattr(search, "PAGE_SIZE", 2)
        patch.setattr(statements, "MAX_BRANCHES", 2)
        patch.setattr(statements, "MAX_PARAMETERS", 8)
        patch.setattr(statements, "MAX_LISTED", 1)
        yield recorder


@pytest.mark.parametrize("open_recorder", [in_memory, on_sqlite, on_sqlite_where_little_is_much])
@bounded
@given(story=st.lists(appends | reads.map(lambda read: (None, read)), max_size=12))
def test_any_sequence_of_appends_and_reads(
    open_recorder: Callable[[], AbstractContextManager[DCBRecorder]], story: list[Any]
) -> None:
    """C2-C10: each append is refused, and each read selects, as the definition says."""
    log: list[DCBSequencedEvent] = []
    with open_recorder() as recorder:
        for events, request in story:
            if events is None:
                query, number, limit = request
                check_read(recorder, log, query, place(log, number), limit)
            elif request is None:
                append(recorder, log, events, None)
            else:
                query, number = request
                condition = DCBAppendCondition(query or DCBQuery(), place(log, number))
                append(recorder, log, events, condition)
        check_read(recorder, log, None, None, None)
