"""Turns conformance suites of `eventsourcing.testing`, which are for pytest, into test cases."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterator, Mapping
from inspect import getmembers, isfunction
from itertools import product
from typing import Any, ClassVar
from unittest import TestCase


class SuiteTestCase(TestCase, ABC):
    """Base of the test cases: runs all tests of its suites, each with a suite object of its own.

    The abstract test cases have no tests, so that importing them into a test module is harmless: a
    subclass gets them when it implements the abstract methods. It is a `TypeError` to forget one,
    unless the subclass has `ABC` among its bases. A subclass may define a test anew, or leave it
    out: `test_something = None`.
    """

    _suites: ClassVar[Mapping[str, type[Any]]] = {}

    def __init_subclass__(
        cls, *, suites: Mapping[str, type[Any]] | None = None, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        if suites is not None:
            cls._suites = suites
        if suites is not None or ABC in cls.__bases__:
            return
        missing = [name for name, _ in getmembers(cls, _is_abstract)]
        if missing:
            raise TypeError(
                f"{cls.__qualname__} must implement {', '.join(missing)}; a class that leaves that "
                "to its subclasses must have ABC among its bases"
            )
        for prefix, suite_class in cls._select_suites().items():
            for name, test in make_tests(suite_class, prefix):
                if not hasattr(cls, name):
                    setattr(cls, name, test)

    @classmethod
    def _select_suites(cls) -> Mapping[str, type[Any]]:
        """Return the suites that apply, by the prefix of the names of their tests."""
        return cls._suites

    def _prepare_suite(self, suite: Any) -> None:
        """Give the suite what it needs of the test case's hooks."""

    def _finish_suite(self, suite: Any) -> None:
        """Close what was opened; called before `tearDown()`."""


def make_tests(
    suite_class: type[Any], prefix: str
) -> Iterator[tuple[str, Callable[[SuiteTestCase], None]]]:
    """Yield methods for test cases, with their names: one for each case of each test."""
    for name, function in getmembers(suite_class, isfunction):
        if not name.startswith("test_"):
            continue
        cases = list(expand_cases(function))
        new_name = f"test_{prefix}_{name.removeprefix('test_')}" if prefix else name
        for number, arguments in enumerate(cases):
            case_name = new_name if cases == [{}] else f"{new_name}_{number}"
            yield case_name, _make_test(suite_class, name, arguments, case_name)


def expand_cases(function: Any) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each case of a test, as `pytest.mark.parametrize` says them."""
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    for values in product(*(mark.args[1] for mark in marks)):
        arguments: dict[str, Any] = {}
        for mark, value in zip(marks, values, strict=True):
            names = [mark.args[0]] if isinstance(mark.args[0], str) else list(mark.args[0])
            arguments.update(zip(names, [value] if len(names) == 1 else value, strict=True))
        yield arguments


def _make_test(
    suite_class: type[Any], name: str, arguments: dict[str, Any], case_name: str
) -> Callable[[SuiteTestCase], None]:
    def test(self: SuiteTestCase) -> None:
        suite = suite_class()
        self._prepare_suite(suite)
        try:
            getattr(suite, name)(**arguments)
        finally:
            self._finish_suite(suite)

    test.__name__ = case_name
    test.__qualname__ = f"{suite_class.__qualname__}.{case_name}"
    test.__doc__ = getattr(suite_class, name).__doc__
    return test


def _is_abstract(member: Any) -> bool:
    return bool(getattr(member, "__isabstractmethod__", False))
