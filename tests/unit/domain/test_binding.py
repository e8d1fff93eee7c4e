"""Binding of call arguments: D119 to D128."""

import re
from dataclasses import dataclass, field

import pytest

from eventsourcing.domain import Aggregate, event

SIGNATURES = [
    "",
    "a",
    "a, b",
    "a, b, c",
    "a, b=2",
    "a=1, b=2",
    "*, a",
    "*, a, b, c",
    "a, *, b",
    "a, *, b=2",
    "a, *, b, c=3",
    "*, a=1, b",
]
CALLS = [
    "",
    "1",
    "1, 2",
    "1, 2, 3",
    "a=1",
    "b=1",
    "1, b=2",
    "a=1, b=2",
    "a=1, b=2, c=3",
    "b=2, a=1",
    "1, a=1",
    "1, 2, b=2",
    "x=1",
    "1, x=1",
    "a=1, y=1, x=1",
]

PLAIN = """
class Thing:
    def __init__(self{signature}):
        self.bound = dict(locals())
        del self.bound["self"]
class Other:
    def do(self{signature}):
        self.bound = dict(locals())
        del self.bound["self"]
"""
AGGREGATE = """
class Thing(Aggregate):
    @event("Started")
    def __init__(self{signature}):
        self.bound = dict(locals())
        del self.bound["self"]
class Other(Aggregate):
    @event("Done")
    def do(self{signature}):
        self.bound = dict(locals())
        del self.bound["self"]
"""


def define(source, signature):
    names = {"__name__": __name__, "Aggregate": Aggregate, "event": event}
    exec(source.format(signature=f", {signature}" if signature else ""), names)  # noqa: S102
    return names


def outcome(call):
    try:
        return call()
    except TypeError as e:
        return str(e)


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("arguments", CALLS)
def test_calls_end_like_those_of_an_undecorated_method(signature, arguments):
    """D119 D121 D122 D123 D124 D125 A12: except for the named differences of D122."""
    plain, decorated = define(PLAIN, signature), define(AGGREGATE, signature)

    def construct(names):
        return eval(f"Thing({arguments})", names).bound  # noqa: S307

    def do(names, obj):
        eval(f"obj.do({arguments})", {**names, "obj": obj})  # noqa: S307
        return obj.bound

    plain_object = plain["Other"]()
    assert is_alike(outcome(lambda: construct(plain)), outcome(lambda: construct(decorated)))
    assert is_alike(
        outcome(lambda: do(plain, plain_object)),
        outcome(lambda: do(decorated, decorated["Other"]())),
    )


def is_alike(expected, found):
    if isinstance(expected, str) and isinstance(found, str) and expected != found:
        # D122: neither a range of numbers nor keyword-only arguments. Q6: one of several faults.
        return re.search(" from |keyword-only|multiple values", expected) is not None
    return expected == found


def test_too_many_arguments_with_defaults():
    """D122"""
    names = define(AGGREGATE, "a, b=2")
    with pytest.raises(TypeError) as caught:
        names["Thing"](1, 2, 3)
    assert str(caught.value) == "Thing.__init__() takes 3 positional arguments but 4 were given"


@pytest.mark.parametrize(
    ("signature", "names"),
    [("a", "'a'"), ("a, b", "'a' and 'b'"), ("a, b, c", "'a', 'b', and 'c'")],
)
def test_missing_arguments_are_listed_like_python_does(signature, names):
    """D123 D126"""
    count = signature.count(",") + 1
    plural = "" if count == 1 else "s"
    with pytest.raises(TypeError) as caught:
        define(AGGREGATE, signature)["Thing"]()
    text = f"Thing.__init__() missing {count} required positional argument{plural}: {names}"
    assert str(caught.value) == text


def test_double_argument_is_reported_after_missing_ones():
    """D120 D123 D124"""
    with pytest.raises(TypeError, match="got multiple values for argument 'a'"):
        define(AGGREGATE, "a")["Thing"](1, a=1)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'b'"):
        define(AGGREGATE, "a, b")["Thing"](1, a=1)


def test_keyword_only_defaults_are_used():
    """Q1"""
    assert define(AGGREGATE, "*, a, b=2")["Thing"](a=1).bound == {"a": 1, "b": 2}


def test_class_without_init_takes_no_arguments():
    """D127"""

    class Plain(Aggregate):
        pass

    with pytest.raises(TypeError) as caught:
        Plain(1)
    text = "object.__init__() takes 1 positional argument but 2 were given"
    assert str(caught.value) == text
    with pytest.raises(TypeError) as caught:
        Plain(a=1)
    assert str(caught.value) == "object.__init__() got an unexpected keyword argument 'a'"


@pytest.mark.parametrize("arguments", [(), (1,), (1, 2, 3), (1, 2, 3, 4)])
def test_dataclass_style_calls_end_like_those_of_a_dataclass(arguments):
    """D127 A12"""

    def make(*bases):
        body = {"__annotations__": {"a": int, "b": int, "c": int}, "__qualname__": "Made"}
        return type("Made", bases, body)

    expected = outcome(lambda: vars(dataclass(make())(*arguments)))
    found = outcome(lambda: make(Aggregate)(*arguments))
    if isinstance(expected, str):
        assert found == expected
    else:
        assert (found.a, found.b, found.c) == arguments


def test_explicit_dataclass_without_init_reports_its_own():
    """D83 D127"""

    @dataclass
    class Plain(Aggregate):
        pass

    with pytest.raises(TypeError, match=r"Plain\.__init__\(\) takes 1 positional argument but 2"):
        Plain(1)


def test_mutable_default_is_shared():
    """D119 Q25"""

    class Log(Aggregate):
        def __init__(self, lines=[]):  # noqa: B006
            self.lines = lines

    assert Log().lines is Log().lines


def test_factory_is_called_for_missing_arguments_only():
    """Q2"""
    calls = []

    class Log(Aggregate):
        lines: list = field(default_factory=lambda: calls.append(1) or [])

    Log(["a"])
    assert calls == []
    Log()
    assert calls == [1]
