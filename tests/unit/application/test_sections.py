"""Section IDs and section arithmetic."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.application import LocalNotificationLog, Section
from eventsourcing.application.sections import (
    check_limit,
    format_section_id,
    make_section,
    parse_section_id,
)
from eventsourcing.persistence import Notification


def notification(notification_id: int) -> Notification:
    return Notification(UUID(int=notification_id), 1, "topic", b"", notification_id)


def section_of(ids: list[int], section_id: str, section_size: int) -> Section:
    """The section of a log that holds these notification IDs."""
    start, limit = parse_section_id(section_id, section_size)
    return make_section([notification(i) for i in ids if i >= start][:limit], limit)


def test_section_ids_are_two_decimal_numbers() -> None:
    """N4: a comma and no spaces."""
    assert format_section_id(1, 10) == "1,10"
    assert LocalNotificationLog.format_section_id(11, 20) == "11,20"


@pytest.mark.parametrize("text", ["1,10", " 1 , 10 ", "1,10,x", "+1,10"])
def test_blanks_and_further_parts_of_section_ids_do_not_matter(text: str) -> None:
    """N5: the first two parts count."""
    assert parse_section_id(text, 10) == (1, 10)


@pytest.mark.parametrize("text", ["", "a,b", "1,b", "a,1", "1.0,2", ","])
def test_parts_that_are_no_integers_are_value_errors_that_name_them(text: str) -> None:
    """N5: the message quotes the ID."""
    with pytest.raises(ValueError, match="is not a pair of integers") as info:
        parse_section_id(text, 10)
    assert repr(text) in str(info.value)


def test_a_missing_second_part_is_an_index_error_that_names_the_id() -> None:
    """N5: the message quotes the ID."""
    with pytest.raises(IndexError, match="Section ID '1' has one part only"):
        parse_section_id("1", 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,10", (1, 5)),
        ("3,4", (3, 2)),
        ("3,2", (3, 0)),
        ("3,1", (3, 0)),
        ("0,3", (1, 3)),
        ("-5,3", (1, 3)),
        ("-5,-3", (1, 0)),
    ],
)
def test_ids_below_one_count_as_one_and_sections_have_a_greatest_size(
    text: str, expected: tuple[int, int]
) -> None:
    """N6: start and limit."""
    assert parse_section_id(text, 5) == expected


@pytest.mark.parametrize(
    ("section_id", "expected_id", "next_id"),
    [
        ("1,10", "1,5", "6,10"),
        ("6,10", "6,9", None),
        ("3,10", "3,7", "8,12"),
        ("3,4", "3,4", "5,6"),
        ("3,2", None, None),
    ],
)
def test_the_worked_example(section_id: str, expected_id: str, next_id: str | None) -> None:
    """N8: nine notifications, section size 5."""
    section = section_of(list(range(1, 10)), section_id, 5)
    assert (section.id, section.next_id) == (expected_id, next_id)


def test_a_section_of_an_empty_log_has_no_ids() -> None:
    """N8: no items, both IDs None."""
    assert section_of([], "1,10", 5) == Section(None, [], None)


@given(
    ids=st.sets(st.integers(1, 60)).map(sorted),
    asked=st.integers(1, 12),
    section_size=st.integers(1, 8),
)
def test_following_next_ids_visits_each_notification_once(
    ids: list[int], asked: int, section_size: int
) -> None:
    """N10: also when there are gaps in the IDs."""
    visited: list[int] = []
    section_id: str | None = f"1,{asked}"
    while section_id is not None:
        section = section_of(ids, section_id, section_size)
        visited += [n.id for n in section.items]
        section_id = section.next_id
    assert visited == ids


def test_sections_are_frozen_values() -> None:
    """N11: positional fields id, items, next_id; compared by value."""
    section = Section("1,1", [notification(1)], None)
    assert section == Section(id="1,1", items=[notification(1)], next_id=None)
    with pytest.raises(AttributeError):
        section.id = "2,2"  # type: ignore[misc]


def test_a_limit_above_the_section_size_is_refused() -> None:
    """N1: with this text."""
    check_limit(10, 10)
    with pytest.raises(ValueError, match=r"^Requested limit 11 greater than section size 10$"):
        check_limit(11, 10)
