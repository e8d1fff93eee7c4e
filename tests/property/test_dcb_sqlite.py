"""What SQLite selects, and refuses to append, is what the definition says: C2-C4, C6, C8, C9."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.sqlite import SQLiteDCBRecorder, branches, search, statements
from eventsourcing.persistence import IntegrityError
from eventsourcing.sqlite import SQLiteDatastore
from eventsourcing.testing.dcb_samples import is_refused, select_events

bounded = settings(max_examples=60, deadline=None)

COMMON = st.sampled_from(["a", "b"])
TEXTS = st.one_of(COMMON, COMMON, st.sampled_from(["c", "A", "", "it's", "nul\0b", "nul\0"]))
LISTS = st.lists(TEXTS, max_size=4)
EVENTS = st.lists(st.builds(DCBEvent, TEXTS, st.binary(max_size=2), LISTS), max_size=12)
QUERIES = st.builds(DCBQuery, st.lists(st.builds(DCBQueryItem, LISTS, LISTS), max_size=4))
POSITIONS = st.one_of(st.none(), st.integers(-1, 13))

AS_THEY_ARE: dict[str, int] = {}
SMALL = {
    "branches.FEW_ROWS": 2,
    "branches.MANY_ROWS": 4,
    "branches.MAX_KEYS": 2,
    "search.PAGE_SIZE": 2,
    "statements.MAX_BRANCHES": 2,
    "statements.MAX_PARAMETERS": 8,
    "statements.MAX_LISTED": 1,
}
MODULES = {"branches": branches, "search": search, "statements": statements}


@contextmanager
def recording(limits: dict[str, int]) -> Iterator[SQLiteDCBRecorder]:
    """Give a recorder for which a few rows, branches and parameters are many."""
    recorder = SQLiteDCBRecorder(SQLiteDatastore(":memory:"))
    recorder.create_table()
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in limits.items():
            module, _, constant = name.partition(".")
            patch.setattr(MODULES[module], constant, limit)
        yield recorder
    recorder.datastore.close()


@pytest.mark.parametrize("limits", [AS_THEY_ARE, SMALL], ids=["usual", "small"])
@bounded
@given(
    events=EVENTS,
    requests=st.lists(
        st.tuples(QUERIES, POSITIONS, st.one_of(st.none(), st.integers(0, 13))), min_size=1
    ),
)
def test_reading(limits, events, requests):
    """C2-C4, C8, C9: whatever the events, the query, the position and the limit."""
    with recording(limits) as recorder:
        if events:
            recorder.append(events)
        log = list(recorder.read())
        assert [each.event for each in log] == events
        assert [each.position for each in log] == list(range(1, len(events) + 1))
        for query, after, limit in requests:
            response = recorder.read(query, after=after, limit=limit)
            expected = select_events(log, query, after, limit)
            last = log if limit is None else expected
            assert response.head == (last[-1].position if last else None)
            assert list(response) == expected


@pytest.mark.parametrize("limits", [AS_THEY_ARE, SMALL], ids=["usual", "small"])
@bounded
@given(appends=st.lists(st.tuples(EVENTS.filter(bool), QUERIES, POSITIONS), max_size=6))
def test_appending(limits, appends):
    """C5, C6, C10: refused or stored as the definition says, without gaps."""
    with recording(limits) as recorder:
        log = []
        for events, query, after in appends:
            condition = DCBAppendCondition(query, after)
            if is_refused(log, condition):
                with pytest.raises(IntegrityError):
                    recorder.append(events, condition)
            else:
                assert recorder.append(events, condition) == len(log) + len(events)
                log += recorder.read(after=len(log))
                assert [each.event for each in log[-len(events) :]] == events
        assert list(recorder.read()) == log
