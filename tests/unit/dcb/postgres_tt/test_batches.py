"""Which appends are done in one transaction: contract C10."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    plan_condition,
    query_matches,
)
from eventsourcing.dcb.postgres_tt.batches import Append, AppendBatch, array_literal

names = st.lists(st.sampled_from("abc"), max_size=2)
events = st.builds(DCBEvent, st.sampled_from("xy"), st.just(b""), names)
items = st.builds(DCBQueryItem, st.lists(st.sampled_from("xy"), max_size=2), names)
queries = st.builds(DCBQuery, st.lists(items, max_size=2))
appends = st.tuples(st.lists(events, min_size=1, max_size=2), st.none() | queries)


def make_append(events, query=None, after=None):
    condition = None if query is None else plan_condition(DCBAppendCondition(query, after))
    return Append(events, condition)


def event(*tags, type_="t"):
    return DCBEvent(type_, b"", list(tags))


def item(*tags, types=()):
    return DCBQuery([DCBQueryItem(list(types), list(tags))])


@given(st.lists(appends, min_size=1, max_size=6))
def test_no_condition_matches_an_event_before_it_in_the_batch(given_appends):
    """C10: so all conditions can be checked before anything is stored."""
    batch = AppendBatch()
    before = []
    for number, (appended, query) in enumerate(given_appends):
        has_been_added = batch.try_add(make_append(appended, query))
        matches = query is not None and any(query_matches(query, each) for each in before)
        assert not (has_been_added and matches)
        assert has_been_added or number
        if has_been_added:
            before += appended


def test_what_meets_nobody_else_goes_together():
    batch = AppendBatch()

    assert batch.try_add(make_append([event("a"), event("b")], item("a")))
    assert batch.try_add(make_append([event("c")], item("a", "c")))
    assert batch.try_add(make_append([event("d")], item("b", types=["other"])))
    assert batch.try_add(make_append([event("a")]))
    assert len(batch.appends) == 4


def test_a_batch_is_not_made_long():
    """So that nobody waits for the events of many others; but one append may be."""
    batch = AppendBatch()
    assert batch.try_add(make_append([event("a")] * 999))
    assert not batch.try_add(make_append([event("b")] * 2))
    assert batch.try_add(make_append([event("b")]))
    assert batch.is_full

    large = AppendBatch()
    assert large.try_add(make_append([event("a")] * 5000))
    assert large.is_full

    many = AppendBatch()
    while not many.is_full:
        assert many.try_add(make_append([event("a")]))
    assert len(many.appends) == 100


def test_arguments_of_the_function():
    batch = AppendBatch()
    batch.try_add(make_append([DCBEvent("x", bytearray(b"1"), ["a"]), DCBEvent("y", b"2")]))
    batch.try_add(make_append([DCBEvent("z", b"3", ["b", "c"])], item("d", types=["x", "y"]), 7))
    batch.try_add(make_append([DCBEvent("z", b"4")], DCBQuery(), 9))

    assert batch.parameters(lock_timeout=5) == {
        "sizes": [2, 1],
        "appends": [1, 1, 2],
        "types": ["x", "y", "z"],
        "datas": [b"1", b"2", b"3"],
        "tags": ['{"a"}', "{}", '{"b","c"}'],
        "item_appends": [2],
        "item_afters": [7],
        "item_types": ['{"x","y"}'],
        "item_tags": ['{"d"}'],
        "lock_timeout": "5s",
    }
    alone = AppendBatch()
    alone.try_add(make_append([DCBEvent("z", b"4")], DCBQuery(), 9))
    params = alone.parameters(0)
    assert (params["item_types"], params["item_tags"], params["item_afters"]) == (
        ["{}"],
        ["{}"],
        [9],
    )


def test_a_batch_can_be_split():
    batch = AppendBatch()
    for name in "abc":
        batch.try_add(make_append([event(name)]))

    singles = [single.parameters(0)["tags"] for single in batch.split()]

    assert singles == [['{"a"}'], ['{"b"}'], ['{"c"}']]
    assert batch.first_events() == {
        "types": ["t"] * 3,
        "datas": [b""] * 3,
        "tags": ['{"a"}', '{"b"}', '{"c"}'],
    }


def test_array_literals_are_quoted():
    assert array_literal([]) == "{}"
    assert array_literal(["", "NULL", "{}", 'a"b\\c', " , "]) == (
        '{"","NULL","{}","a\\"b\\\\c"," , "}'
    )
