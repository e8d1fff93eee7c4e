"""The checks of the conformance suites: their messages tell an engine's author what is expected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pprint import pformat
from typing import Any

# The frames of these functions would hide the place in the suite where a check failed.
__tracebackhide__ = True

_LONGEST = 2000


def expect(actual: Any, expected: Any, because: str) -> None:
    """Raise `AssertionError` unless the two are equal."""
    __tracebackhide__ = True
    if actual != expected:
        raise AssertionError(f"{because}\nexpected: {_show(expected)}\n     got: {_show(actual)}")


def expect_true(condition: object, because: str) -> None:
    """Raise `AssertionError` unless the condition is true."""
    __tracebackhide__ = True
    if not condition:
        raise AssertionError(because)


@contextmanager
def expect_error(
    error_class: type[Exception] | tuple[type[Exception], ...], because: str
) -> Iterator[list[Exception]]:
    """Raise `AssertionError` unless the block raises an error of the class; give a list with it."""
    __tracebackhide__ = True
    caught: list[Exception] = []
    try:
        yield caught
    except error_class as error:
        caught.append(error)
        return
    except Exception as error:
        raise AssertionError(
            f"{because}\nexpected: {_show_classes(error_class)}\n     got: {error!r}"
        ) from error
    raise AssertionError(f"{because}\nexpected: {_show_classes(error_class)}\n     got: no error")


def _show(value: Any) -> str:
    text = pformat(value, width=120, compact=True)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def _show_classes(classes: type[Exception] | tuple[type[Exception], ...]) -> str:
    return " or ".join(
        each.__name__ for each in (classes if isinstance(classes, tuple) else (classes,))
    )
