"""The checks of the conformance suites: what they let pass, and what they say."""

from __future__ import annotations

import pytest

from eventsourcing.testing.checks import expect, expect_error, expect_true


def test_what_is_expected_passes() -> None:
    """Equal values, true conditions, and errors of the class or one of the classes."""
    expect([1, 2], [1, 2], "B1: equal")
    expect_true([0], "B1: true")
    with expect_error((KeyError, ValueError), "B1: refused") as caught:
        raise KeyError("key")
    assert [str(error) for error in caught] == ["'key'"]


def test_unequal_values_are_shown() -> None:
    """The rule first, then both values."""
    with pytest.raises(AssertionError) as caught:
        expect([1], [1, 2], "B4: all of them")
    assert str(caught.value) == "B4: all of them\nexpected: [1, 2]\n     got: [1]"


def test_large_values_are_cut() -> None:
    """A message that nobody can read helps nobody."""
    with pytest.raises(AssertionError) as caught:
        expect("x" * 1_000_000, "", "B4: short")
    assert len(str(caught.value)) < 5000
    assert "characters)" in str(caught.value)


def test_false_conditions_are_explained() -> None:
    """With the text alone."""
    with pytest.raises(AssertionError, match="B4: must be true"):
        expect_true([], "B4: must be true")


def test_missing_errors_are_named() -> None:
    """With what was expected."""
    with pytest.raises(AssertionError) as caught, expect_error((KeyError, ValueError), "B1: no"):
        pass
    assert str(caught.value) == "B1: no\nexpected: KeyError or ValueError\n     got: no error"


def test_other_errors_are_chained() -> None:
    """So that the traceback of the engine can be read."""
    error = ValueError("other")
    with pytest.raises(AssertionError) as caught, expect_error(KeyError, "B1: no"):
        raise error
    assert str(caught.value) == "B1: no\nexpected: KeyError\n     got: ValueError('other')"
    assert caught.value.__cause__ is error


def test_interrupts_pass_through() -> None:
    """They are nothing that an engine did."""
    with pytest.raises(KeyboardInterrupt), expect_error(KeyError, "B1: no"):
        raise KeyboardInterrupt
