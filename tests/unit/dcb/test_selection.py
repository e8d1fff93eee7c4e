"""What recorders are asked for, checked and simplified: contract C2-C11, C30."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.dcb.api import (
    MAX_POSITION,
    Criterion,
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    Selection,
    check_events,
    item_matches,
    plan_condition,
    plan_selection,
    query_matches,
    refuse_append,
)
from eventsourcing.persistence import DataError, IntegrityError, ProgrammingError

words = st.sampled_from(["a", "b", "c"])
events = st.builds(DCBEvent, words, st.just(b""), st.lists(words, max_size=3))
items = st.builds(DCBQueryItem, st.lists(words, max_size=3), st.lists(words, max_size=3))
queries = st.none() | st.builds(DCBQuery, st.lists(items, max_size=3))


@given(query=queries, event=events)
def test_criteria_match_what_the_query_matches(query: DCBQuery | None, event: DCBEvent) -> None:
    """C2-C4: simplifying a query does not change what it means."""
    criteria = plan_selection(query).criteria
    found = any(item_matches(DCBQueryItem(list(c.types), list(c.tags)), event) for c in criteria)

    assert (found or not criteria) == query_matches(query, event)


@given(query=queries)
def test_nothing_comes_twice_in_criteria(query: DCBQuery | None) -> None:
    """C4: duplicates have no influence; no criterion matches everything, either."""
    criteria = plan_selection(query).criteria

    assert len(set(criteria)) == len(criteria)
    for types, tags in criteria:
        assert len(set(types)) == len(types)
        assert len(set(tags)) == len(tags)
        assert types or tags


def test_criteria_keep_the_order_of_the_query() -> None:
    """C2: so that what is made of them can be compared and cached."""
    query = DCBQuery([DCBQueryItem(["t", "s", "t"], ["b", "a", "b"]), DCBQueryItem(["s"])])

    assert plan_selection(query, 3, 5) == Selection(
        (Criterion(("t", "s"), ("b", "a")), Criterion(("s",), ())), after=3, limit=5
    )


@pytest.mark.parametrize(
    ("after", "start"),
    [(None, 0), (0, 0), (-1, 0), (7, 7), (2**63 - 1, 2**63 - 1), (2**63, 2**63 - 1), (-(2**70), 0)],
)
def test_positions_are_brought_into_range(after: int | None, start: int) -> None:
    """C6, C8: before the first event, or after all that there can be."""
    assert plan_selection(after=after).after == start


def test_no_position_is_greater_than_what_databases_have_for_it() -> None:
    """C21: `bigint`."""
    assert MAX_POSITION == 2**63 - 1


def test_condition_selects_what_makes_it_fail() -> None:
    """C6: the default one fails on every event."""
    query = DCBQuery([DCBQueryItem(["t"])])

    assert plan_condition(DCBAppendCondition()) == Selection()
    assert plan_condition(DCBAppendCondition(query, 4)) == Selection((Criterion(("t",), ()),), 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"limit": -1}, "limit is -1: it must be at least 0, or None for no limit"),
        ({"limit": "5"}, "limit is '5': it must be an integer, or None"),
        ({"after": 1.5}, "after is 1.5: it must be an integer, or None"),
        ({"query": "t"}, "query is 't': it must be a DCBQuery, or None for all events"),
        (
            {"query": DCBQuery([DCBQueryItem(tags=("a",))])},  # type: ignore[arg-type]
            r"The tags of DCBQueryItem\(types=\[\], tags=\('a',\)\) are a tuple: "
            "they must be a list of strings",
        ),
        (
            {"query": DCBQuery([DCBQueryItem(types=[None])])},  # type: ignore[list-item]
            r"The types of DCBQueryItem\(types=\[None\], tags=\[\]\) must be strings: "
            "None is none",
        ),
        ({"query": DCBQuery(["t"])}, "'t' is no item of a query"),  # type: ignore[list-item]
    ],
)
def test_wrong_requests(arguments: Any, message: str) -> None:
    """C30: the error names what was given and what was expected."""
    with pytest.raises(DataError, match=message):
        plan_selection(**arguments)


def test_wrong_condition() -> None:
    """C30: a query is no condition."""
    query: Any = DCBQuery()

    with pytest.raises(DataError, match=r"condition is DCBQuery\(items=\[\]\): it must be a"):
        plan_condition(query)


def test_nothing_to_append() -> None:
    """C11: with these words."""
    with pytest.raises(
        ProgrammingError, match=r"^Should be at least one event\. Avoid this elsewhere$"
    ):
        check_events([])


@pytest.mark.parametrize("event", [DCBEvent(None, b""), DCBEvent("t", b"", None)])  # type: ignore[arg-type]
def test_events_with_none(event: DCBEvent) -> None:
    """C30: as databases say it."""
    with pytest.raises(IntegrityError, match="its type or tags are None"):
        check_events([DCBEvent("t", b""), event])


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (DCBEvent("t", b"", ("a",)), "are a tuple: they must be a list of strings"),  # type: ignore[arg-type]
        (DCBEvent("t", b"", "ab"), "are a str: they must be a list of strings"),  # type: ignore[arg-type]
        (DCBEvent("t", b"", [1]), "must be strings: 1 is none"),  # type: ignore[list-item]
        (DCBEvent(1, b""), "its type must be a string"),  # type: ignore[arg-type]
        (DCBEvent("t", "x"), "its data must be bytes"),  # type: ignore[arg-type]
    ],
)
def test_events_of_other_types(event: DCBEvent, message: str) -> None:
    """C30: the error names the event."""
    with pytest.raises(DataError, match=message) as caught:
        check_events([event])

    assert repr(event) in str(caught.value)


def test_refusal_names_the_condition() -> None:
    """C10: only the class is relied on, the text is for people."""
    condition = DCBAppendCondition(after=4)

    assert repr(condition) in str(refuse_append(condition))
