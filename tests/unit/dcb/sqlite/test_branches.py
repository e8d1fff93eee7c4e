"""Choosing the index that leads to the events of a query: pure (C2, C3, C24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from eventsourcing.dcb.api import Criterion
from eventsourcing.dcb.sqlite.branches import (
    FEW_ROWS,
    MANY_ROWS,
    MAX_KEYS,
    Branch,
    CountRows,
    Key,
    choose_branches,
)


def counting(rows: Mapping[str, int]) -> CountRows:
    """Return a function that knows how many rows each tag or type has."""

    def count_rows(keys: Sequence[Key], limit: int) -> Sequence[int]:
        return [min(rows[key.value], limit) for key in keys]

    return count_rows


def never(keys: Sequence[Key], limit: int) -> Sequence[int]:
    raise AssertionError(keys, limit)


@pytest.mark.parametrize(
    ("criteria", "branches"),
    [
        ([], []),
        ([Criterion((), ("a",))], [Branch("a")]),
        ([Criterion(("X",), ())], [Branch(None, ("X",))]),
        ([Criterion(("X", "Y"), ())], [Branch(None, ("X",)), Branch(None, ("Y",))]),
        ([Criterion((), ("a",)), Criterion((), ("b",))], [Branch("a"), Branch("b")]),
        (
            [Criterion(("X", "Y"), ()), Criterion(("Y",), ())],
            [Branch(None, ("X",)), Branch(None, ("Y",))],
        ),
    ],
)
def test_without_a_choice_nothing_is_counted(
    criteria: list[Criterion], branches: list[Branch]
) -> None:
    """C2, C3: one tag leads, or each of the types does; no branch comes twice."""
    assert choose_branches(criteria, never) == branches


def test_the_tag_of_the_fewest_events_leads() -> None:
    """C24: whatever its place; the others are looked up, in their order."""
    count_rows = counting({"a": 50, "b": 10**6, "c": 3, "d": 4})
    found = choose_branches([Criterion((), ("a", "b", "c", "d"))], count_rows)
    assert found == [Branch("c", (), ("a", "b", "d"))]


def test_a_tag_of_few_events_leads_whatever_the_types() -> None:
    """C24: types are not even counted."""
    count_rows = counting({"a": FEW_ROWS - 1})
    assert choose_branches([Criterion(("X", "Y"), ("a",))], count_rows) == [Branch("a", ("X", "Y"))]


def test_a_tag_that_no_event_has() -> None:
    """C2: all tags are required, so nothing can match, except what other items match."""
    count_rows = counting({"a": 5, "b": 0, "c": 5})
    criteria = [Criterion((), ("a", "b")), Criterion(("X",), ("c",))]
    assert choose_branches(criteria, count_rows) == [Branch("c", ("X",))]


def test_common_tags_are_counted_further() -> None:
    """C24: as far as it takes microseconds, the smaller number is found."""
    count_rows = counting({"a": 10**6, "b": FEW_ROWS + 7})
    assert choose_branches([Criterion((), ("a", "b"))], count_rows) == [Branch("b", (), ("a",))]


def test_types_of_few_events_lead_to_those_with_common_tags() -> None:
    """C24: a rare type of a tenant, say."""
    count_rows = counting({"tenant": 10**6, "big": 10**6, "X": 7, "Y": 2})
    found = choose_branches([Criterion(("X", "Y"), ("tenant", "big"))], count_rows)
    assert found == [
        Branch(None, ("X",), ("tenant", "big")),
        Branch(None, ("Y",), ("tenant", "big")),
    ]


@pytest.mark.parametrize(("x", "y"), [(10**6, 0), (FEW_ROWS, FEW_ROWS), (150, 150)])
def test_types_of_more_events_do_not_lead(x: int, y: int) -> None:
    """C24: their sum counts, because all of them would have to be gone through."""
    count_rows = counting({"a": 200, "X": x, "Y": y})
    assert choose_branches([Criterion(("X", "Y"), ("a",))], count_rows) == [Branch("a", ("X", "Y"))]


def test_if_all_are_common_the_first_tag_leads() -> None:
    """C24: there is an end to counting."""
    count_rows = counting({"a": MANY_ROWS * 2, "b": MANY_ROWS, "X": MANY_ROWS})
    found = choose_branches([Criterion(("X",), ("a", "b"))], count_rows)
    assert found == [Branch("a", ("X",), ("b",))]


def test_only_some_of_very_many_are_counted() -> None:
    """C24: so that a query with thousands of tags or types is not dear before it begins."""
    tags = tuple(f"tag {number}" for number in range(1000))
    types = tuple(f"type {number}" for number in range(1000))
    asked: list[Key] = []

    def count_rows(keys: Sequence[Key], limit: int) -> Sequence[int]:
        asked.extend(keys)
        return [limit - (key.value == "tag 3") for key in keys]

    (branch,) = choose_branches([Criterion(types, tags)], count_rows)
    assert branch == Branch("tag 3", types, (*tags[:3], *tags[4:]))
    assert set(asked) == {Key(tag, is_tag=True) for tag in tags[:MAX_KEYS]}
