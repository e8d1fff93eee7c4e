"""The composition of SQL: names are quoted, and each shape of a query has one text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.dcb.api import DCBQuery, DCBQueryItem, plan_selection
from eventsourcing.dcb.postgres_tt import schema, statements
from eventsourcing.dcb.postgres_tt.names import derive_names

NAMES = derive_names("s", "t")
HOSTILE = 'a"b%s; DROP'

strings = st.lists(st.sampled_from("abcd"), max_size=3)
queries = st.none() | st.builds(
    DCBQuery, st.lists(st.builds(DCBQueryItem, strings, strings), max_size=3)
)


def select(query, with_head=False, names=NAMES):
    return statements.select_events(names, plan_selection(query, 3, 9), with_head=with_head)


@given(queries, st.booleans())
def test_each_parameter_is_in_the_statement_and_the_other_way_round(query, with_head):
    """C33"""
    statement, params = select(query, with_head)

    assert set(re.findall(r"%\((\w+)\)b", statement.decode())) == set(params)
    assert (b"max(id)" in statement) == with_head


def test_the_text_does_not_depend_on_what_is_looked_for():
    """So the server has few statements to prepare."""
    one, _ = select(DCBQuery([DCBQueryItem(["x"], ["a", "b"]), DCBQueryItem(["x"])]))
    other, _ = select(DCBQuery([DCBQueryItem(["z"]), DCBQueryItem(["y", "z"], ["c", "d", "e"])]))

    assert one == other


def test_types_without_tags_are_looked_for_at_once():
    """C3: any of them matches."""
    _, params = select(DCBQuery([DCBQueryItem(["x", "y"]), DCBQueryItem(["z", "x"])]))

    assert sorted(params["types"]) == ["x", "y", "z"]


def test_names_are_quoted():
    """C28: with percent signs doubled where the driver looks for parameters."""
    names = derive_names(HOSTILE, HOSTILE)
    query = DCBQuery([DCBQueryItem([], ["a", "b"]), DCBQueryItem(["x"])])
    statement, _ = select(query, with_head=True, names=names)
    function = schema.create_append_function(names, HOSTILE).as_string(None)

    assert b'"a""b%%s; DROP"."a""b%%s; DROP_tt_main"' in statement
    assert b'"a""b%%s; DROP"."a""b%%s; DROP_tt_tag"' in statement
    assert HOSTILE.encode() not in statement
    assert 'FUNCTION "a""b%s; DROP"."a""b%s; DROP_tt_append"' in function
    assert 'NOTIFY "a""b%s; DROP_tt_main"' in function
