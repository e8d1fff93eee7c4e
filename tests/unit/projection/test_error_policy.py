"""What a projection may declare for events that cannot be processed: issue 5.3."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from itertools import islice
from typing import Any

import pytest

from eventsourcing.projection import PutAside, Retry, Stop
from eventsourcing.projection.error_policy import find_policy


class Declaring:
    def __init__(self, on_error: Any) -> None:
        self.on_error = on_error


def test_the_default_is_to_stop() -> None:
    """J21: as the contract says."""
    assert find_policy(object()) == Stop()


@pytest.mark.parametrize("policy", [Stop(), PutAside(), Retry(), Retry(then=PutAside())])
def test_what_is_declared_is_found(policy: Any) -> None:
    """Issue 5.3: a class attribute, or one of the object."""
    assert find_policy(Declaring(policy)) is policy


@pytest.mark.parametrize("wrong", [PutAside, Retry, "stop", 1])
def test_what_is_no_policy_is_refused(wrong: Any) -> None:
    """Issue 5.3: rather than to stop, or not, to somebody's surprise."""
    with pytest.raises(TypeError, match=r"Declaring\.on_error is .* expected Stop"):
        find_policy(Declaring(wrong))


def test_a_method_of_that_name_is_none_of_ours() -> None:
    """J21: projections of other releases may have one."""

    class Old:
        def on_error(self) -> None: ...

    assert find_policy(Old()) == Stop()


def test_pauses_grow_up_to_the_longest() -> None:
    """Issue 5.3: retry with back-off."""
    retry = Retry(attempts=6, wait=1, factor=3, longest_wait=20)
    assert list(retry.waits()) == [1, 3, 9, 20, 20]


def test_one_attempt_needs_no_pause() -> None:
    """Issue 5.3: the first attempt counts."""
    assert list(Retry(attempts=1).waits()) == []


def test_there_may_be_no_end() -> None:
    """Issue 5.3: and pauses of many attempts are still numbers."""
    waits = list(islice(Retry(attempts=None, wait=1, longest_wait=60).waits(), 2000))
    assert waits[-1] == 60


@pytest.mark.parametrize(
    "values",
    [
        {"attempts": 0},
        {"attempts": -1},
        {"wait": -0.1},
        {"factor": -1},
        {"longest_wait": float("inf")},
        {"wait": float("nan")},
    ],
)
def test_impossible_numbers_are_refused(values: dict[str, Any]) -> None:
    """Issue 5.3: where they are declared, not where they are needed."""
    with pytest.raises(ValueError, match=next(iter(values))):
        Retry(**values)


def test_what_comes_after_retrying_is_no_retrying() -> None:
    """Issue 5.3"""
    with pytest.raises(TypeError, match="then is Retry"):
        Retry(then=Retry())  # type: ignore[arg-type]


def test_policies_are_frozen() -> None:
    """They are shared by all objects of a class."""
    with pytest.raises(FrozenInstanceError):
        Retry().attempts = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "values", [{"attempts": "3"}, {"attempts": 2.5}, {"wait": "1"}, {"longest_wait": None}]
)
def test_what_is_no_number_is_refused(values: Any) -> None:
    """Issue 5.3: with the name of what is wrong."""
    with pytest.raises(TypeError, match=f"{next(iter(values))} is .* expected"):
        Retry(**values)
