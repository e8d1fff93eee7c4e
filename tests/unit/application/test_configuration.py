"""Merging of settings."""

from __future__ import annotations

import pytest

from eventsourcing.application.configuration import merge_env, parse_cache_maxsize


def test_later_settings_win_over_earlier_ones() -> None:
    """A4: class, snapshotting, process, argument."""
    class_env = {"A": "class", "B": "class", "C": "class", "IS_SNAPSHOTTING_ENABLED": "n"}
    process_env = {"B": "process", "C": "process"}
    argument = {"C": "argument"}

    env = merge_env("Kennel", class_env, True, process_env, argument)

    assert env == {
        "A": "class",
        "B": "process",
        "C": "argument",
        "IS_SNAPSHOTTING_ENABLED": "y",
    }
    assert env.name == "Kennel"
    assert class_env["IS_SNAPSHOTTING_ENABLED"] == "n"


def test_the_process_environment_can_switch_snapshotting_off() -> None:
    """A4: it comes after the class attributes."""
    env = merge_env("", {}, True, {"IS_SNAPSHOTTING_ENABLED": "n"}, None)
    assert env["IS_SNAPSHOTTING_ENABLED"] == "n"


@pytest.mark.parametrize(
    ("text", "expected"), [(None, None), ("", None), ("10", 10), ("0", 0), ("-1", -1)]
)
def test_the_cache_size_is_a_number_or_nothing(text: str | None, expected: int | None) -> None:
    """A8: nothing means no cache."""
    assert parse_cache_maxsize(text) == expected


def test_a_cache_size_that_is_no_integer_is_a_value_error() -> None:
    """A8: the one that int() raises."""
    with pytest.raises(ValueError, match="invalid literal for int"):
        parse_cache_maxsize("many")
