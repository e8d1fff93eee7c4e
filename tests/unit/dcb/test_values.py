"""Events, queries and conditions, and which events a query matches: contract C1-C4."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBSequencedEvent,
    query_matches,
)


def test_fields_may_be_given_by_position() -> None:
    """C1: in this order."""
    item = DCBQueryItem(["t"], ["a"])
    event = DCBEvent("t", b"1", ["a"])

    assert item == DCBQueryItem(types=["t"], tags=["a"])
    assert DCBQuery([item]) == DCBQuery(items=[item])
    assert DCBAppendCondition(DCBQuery([item]), 3) == DCBAppendCondition(
        fail_if_events_match=DCBQuery([item]), after=3
    )
    assert event == DCBEvent(type="t", data=b"1", tags=["a"])
    assert DCBSequencedEvent(event, 7) == DCBSequencedEvent(event=event, position=7)


def test_defaults() -> None:
    """C1: nothing is restricted."""
    assert DCBQueryItem() == DCBQueryItem([], [])
    assert DCBQuery() == DCBQuery([])
    assert DCBAppendCondition() == DCBAppendCondition(DCBQuery([]), None)
    assert DCBEvent("t", b"") == DCBEvent("t", b"", [])


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (DCBQueryItem, "types"),
        (DCBQueryItem, "tags"),
        (DCBQuery, "items"),
        (lambda: DCBEvent("t", b""), "tags"),
        (lambda: DCBAppendCondition().fail_if_events_match, "items"),
    ],
)
def test_defaults_are_fresh(make: Any, name: str) -> None:
    """C1: what is done to one object is not done to others."""
    getattr(make(), name).append("x")

    assert getattr(make(), name) == []


def test_representations() -> None:
    """C1: those of dataclasses."""
    sequenced = DCBSequencedEvent(DCBEvent("t", b"1", ["a"]), 7)

    assert (
        repr(sequenced)
        == "DCBSequencedEvent(event=DCBEvent(type='t', data=b'1', tags=['a']), position=7)"
    )
    assert repr(DCBAppendCondition(DCBQuery([DCBQueryItem()]))) == (
        "DCBAppendCondition(fail_if_events_match=DCBQuery(items=[DCBQueryItem(types=[], tags=[])]),"
        " after=None)"
    )


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        (None, True),
        (DCBQuery(), True),
        (DCBQuery([DCBQueryItem()]), True),
        (DCBQuery([DCBQueryItem(["t"])]), True),
        (DCBQuery([DCBQueryItem(["u", "t"])]), True),
        (DCBQuery([DCBQueryItem(["u"])]), False),
        (DCBQuery([DCBQueryItem(["T"])]), False),
        (DCBQuery([DCBQueryItem(tags=["a"])]), True),
        (DCBQuery([DCBQueryItem(tags=["b", "a", "b"])]), True),
        (DCBQuery([DCBQueryItem(tags=["a", "c"])]), False),
        (DCBQuery([DCBQueryItem(["t"], ["a"])]), True),
        (DCBQuery([DCBQueryItem(["u"], ["a"])]), False),
        (DCBQuery([DCBQueryItem(["t"], ["c"])]), False),
        (DCBQuery([DCBQueryItem(["u"]), DCBQueryItem(tags=["b"])]), True),
        (DCBQuery([DCBQueryItem(["u"]), DCBQueryItem(tags=["c"])]), False),
    ],
)
def test_matching(query: DCBQuery | None, matches: bool) -> None:
    """C2-C4: types are alternatives, tags are all required, items are alternatives."""
    assert query_matches(query, DCBEvent("t", b"", ["a", "b", "a"])) is matches
