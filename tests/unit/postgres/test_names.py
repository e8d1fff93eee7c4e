"""How names of database objects follow from the application's name (contract G9, G10, G17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.persistence import ProgrammingError
from eventsourcing.postgres import names

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda text: len(text.encode()) <= 63
)


@pytest.mark.parametrize(
    ("application", "purpose", "expected"),
    [
        ("MyApp", "events", "myapp_events"),
        ("MyApp", "snapshots", "myapp_snapshots"),
        ("", "events", "stored_events"),
        ("", "other", "stored_other"),
    ],
)
def test_table_names(application, purpose, expected):
    """G9"""
    assert names.events_table_name(application, purpose) == expected


def test_tracking_table_names():
    """G9"""
    assert names.tracking_table_name("MyApp") == "myapp_tracking"
    assert names.tracking_table_name("") == "notification_tracking"


def test_channel_names():
    """G9"""
    assert names.channel_name("My.app_events") == "My_app_events"


def test_short_names_of_indexes_are_those_of_older_releases():
    """G9, G17"""
    assert names.notification_id_index_name("a" * 43) == "a" * 43 + "_notification_id_idx"


def test_long_names_of_indexes_are_those_that_the_server_cut():
    """G17: an index that an older release made is found again."""
    table_name = "a" * 60
    assert names.notification_id_index_name(table_name) == table_name + "_no"


@given(TEXTS)
def test_derived_names_fit_and_differ_from_the_table(table_name):
    """G17"""
    derived = {
        names.notification_id_index_name(table_name),
        names.insert_function_name(table_name),
        names.backup_table_name(table_name),
    }

    for name in derived:
        names.check_identifier(name)
    assert len({table_name, *derived}) == 4


def test_shortened_names_differ_where_the_tables_do():
    """G17"""
    one, two = "a" * 62 + "b", "a" * 62 + "c"

    assert names.notification_id_index_name(one) != names.notification_id_index_name(two)


def test_backup_names_are_cut():
    """Y7"""
    assert names.backup_table_name("t") == "bkup1_t"
    assert names.backup_table_name("t" * 63) == "bkup1_" + "t" * 57


def test_identifiers_of_63_bytes_are_allowed():
    """G10"""
    names.check_identifier("a" * 63)
    with pytest.raises(ProgrammingError, match="^Identifier too long: " + "a" * 64 + "$"):
        names.check_identifier("a" * 64)
    with pytest.raises(ProgrammingError):
        names.check_identifier("é" * 32)


def test_the_schema_is_removed_only_from_the_front():
    """G19"""
    assert names.unqualified("s.t", "s") == "t"
    assert names.unqualified("x.s.t", "s") == "x.s.t"
    assert names.unqualified("st", "s") == "st"
