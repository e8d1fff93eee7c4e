"""The composition of SQL: names are quoted, and conditions are those that were asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.sql import SQL

from eventsourcing.postgres import statements

HOSTILE = 'a"b%s; DROP TABLE x; --'


def test_names_in_statements_with_parameters_have_their_percent_signs_doubled():
    """G34: the driver takes a single one for a placeholder."""
    statement = statements.insert_events("s", HOSTILE, "uuid")

    assert b'INSERT INTO "s"."a""b%%s; DROP TABLE x; --" (' in statement


def test_names_in_statements_without_parameters_are_only_quoted():
    """G34"""
    assert statements.notify(HOSTILE) == b'NOTIFY "a""b%s; DROP TABLE x; --"'
    assert statements.change_channels(set(), {HOSTILE}) == b'LISTEN "a""b%s; DROP TABLE x; --"'
    assert statements.lock_table("s", HOSTILE, 3) == [
        b"SET LOCAL lock_timeout = '3s'",
        b'LOCK TABLE "s"."a""b%s; DROP TABLE x; --" IN EXCLUSIVE MODE',
    ]
    assert statements.max_notification_id("s", "t") == b'SELECT MAX(notification_id) FROM "s"."t"'


def test_only_channels_that_differ_are_changed():
    """J7"""
    assert statements.change_channels({"b", "a"}, {"b", "d", "c"}) == (
        b'UNLISTEN "a"; LISTEN "c"; LISTEN "d"'
    )


@given(
    st.none() | st.integers(),
    st.none() | st.integers(),
    st.none() | st.integers(),
    st.booleans(),
)
def test_the_range_of_events_has_a_parameter_for_each_placeholder(gt, lte, limit, desc):
    """B4"""
    clause, params = statements.select_events_range(gt, lte, limit, desc=desc)

    assert clause.count(b"%b") == len(params)
    assert params == [value for value in (gt, lte, limit) if value is not None]
    assert (b" DESC" in clause) == desc


@pytest.mark.parametrize(
    ("arguments", "inclusive", "clause", "params"),
    [
        ((None, 9, None, ()), False, b" ORDER BY notification_id LIMIT %b", [9]),
        (
            (1, 9, None, ()),
            True,
            b" WHERE notification_id >= %b ORDER BY notification_id LIMIT %b",
            [1, 9],
        ),
        (
            (1, 9, 5, {"t"}),
            False,
            b" WHERE notification_id > %b AND notification_id <= %b AND topic = ANY(%b)"
            b" ORDER BY notification_id LIMIT %b",
            [1, 5, ["t"], 9],
        ),
    ],
)
def test_the_range_of_notifications(arguments, inclusive, clause, params):
    """B5"""
    assert statements.select_notifications_range(*arguments, inclusive=inclusive) == (
        clause,
        params,
    )


@pytest.mark.parametrize("statement", [b"SELECT 1", "SELECT 1", SQL("SELECT 1")])
def test_statements_of_any_kind_are_extended(statement):
    """G20"""
    assert statements.extend(statement, b" LIMIT 1") == b"SELECT 1 LIMIT 1"
    assert statements.join([statement, "x"]) == b"SELECT 1; x"
