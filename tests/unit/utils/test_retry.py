"""The retry decorator: U26 to U29."""

import pytest

from eventsourcing import utils
from eventsourcing.utils import retry


class Failing:
    """Raises the given exceptions, one a call, then returns its arguments."""

    def __init__(self, *exceptions):
        self.exceptions = list(exceptions)
        self.calls = 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        if self.exceptions:
            raise self.exceptions.pop(0)
        return args, kwargs


@pytest.fixture
def slept(monkeypatch):
    seconds = []
    monkeypatch.setattr(utils, "sleep", seconds.append)
    return seconds


def make(failing, *options, **kwargs):
    @retry(*options, **kwargs)
    def call(*args, **kwargs):
        """Call it."""
        return failing(*args, **kwargs)

    return call


def test_bare_and_empty_forms():
    """U26 A56"""

    @retry
    def bare(a):
        """Bare."""
        return a

    @retry()
    def empty(a):
        return a

    assert (bare(1), empty(2)) == (1, 2)
    assert (bare.__name__, bare.__doc__) == ("bare", "Bare.")


def test_arguments_and_value_are_passed():
    """U26"""
    assert make(Failing(), ValueError, 2)(1, a=2) == ((1,), {"a": 2})


def test_methods_can_be_decorated():
    """U26"""

    class Thing:
        calls = 0

        @retry(ValueError, max_attempts=3)
        def do(self):
            self.calls += 1
            if self.calls < 3:
                raise ValueError
            return self.calls

    assert Thing().do() == 3


@pytest.mark.parametrize("max_attempts", [-1, 0, 1])
def test_no_retry_by_default(max_attempts):
    """U27 A56"""
    failing = Failing(ValueError(1), ValueError(2))
    with pytest.raises(ValueError, match="1"):
        make(failing, max_attempts=max_attempts)()
    assert failing.calls == 1


def test_last_exception_propagates():
    """U27 A56"""
    failing = Failing(ValueError(1), ValueError(2), ValueError(3))
    with pytest.raises(ValueError, match="2"):
        make(failing, ValueError, max_attempts=2)()
    assert failing.calls == 2


@pytest.mark.parametrize("exc", [(ValueError, KeyError), [ValueError, KeyError]])
def test_several_exceptions(exc):
    """U27 Q10 A56"""
    failing = Failing(ValueError(1), KeyError(2))
    make(failing, exc, max_attempts=3)()
    assert failing.calls == 3


def test_other_exceptions_propagate_at_once():
    """U27 A56"""
    failing = Failing(KeyError(1), KeyError(2))
    with pytest.raises(KeyError):
        make(failing, ValueError, max_attempts=3)()
    assert failing.calls == 1


def test_waits_between_attempts_only(slept):
    """U28 A56"""
    with pytest.raises(ValueError, match="3"):
        make(Failing(*map(ValueError, (1, 2, 3))), ValueError, max_attempts=3, wait=10)()
    assert len(slept) == 2
    assert all(9.5 <= seconds <= 10.5 for seconds in slept)
    make(Failing(), max_attempts=3, wait=10)()
    assert len(slept) == 2


def test_stalls_once(slept):
    """U28 A56"""
    make(Failing(ValueError(1)), ValueError, max_attempts=2, stall=3)()
    assert slept == [3]


@pytest.mark.parametrize("exc", [BaseException, 1, "x", object, (ValueError, 1), [BaseException]])
def test_wrong_exception_classes(exc):
    """U29 A56"""
    value = exc[-1] if isinstance(exc, (tuple, list)) else exc
    with pytest.raises(TypeError) as caught:
        retry(exc)
    assert str(caught.value) == f"not an exception class: {value}"


@pytest.mark.parametrize(
    ("name", "what", "value"),
    [
        ("max_attempts", "an int", None),
        ("max_attempts", "an int", 1.5),
        ("wait", "a float", "1"),
        ("stall", "a float", None),
    ],
)
def test_wrong_numbers(name, what, value):
    """U29 Q10 A56"""
    with pytest.raises(TypeError) as caught:
        retry(ValueError, **{name: value})
    assert str(caught.value) == f"'{name}' must be {what}: {value}"
