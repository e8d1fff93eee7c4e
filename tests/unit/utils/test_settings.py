"""The environment, truth words, and small helpers: U20 to U25, U30, U31."""

import os

import pytest

from eventsourcing.utils import Environment, get_method_name, reversed_keys, strtobool


def test_environment_is_a_copy():
    """U20"""
    given = {"A": "1"}
    env = Environment("app", given)
    given["A"] = "2"
    assert (env.name, dict(env)) == ("app", {"A": "1"})
    assert dict(Environment()) == {}
    assert Environment().name == ""
    assert os.environ


def test_keys():
    """U21"""
    assert Environment("app").create_keys("key") == ["APP_key", "key"]
    assert Environment().create_keys("KEY") == ["KEY"]


@pytest.mark.parametrize(
    ("name", "env", "expected"),
    [
        ("app", {"APP_X": "1", "X": "2"}, "1"),
        ("app", {"X": "2"}, "2"),
        ("app", {"app_X": "1"}, None),
        ("app", {"APP_X": "", "X": "2"}, ""),
        ("", {"APP_X": "1"}, None),
        ("", {"X": "2"}, "2"),
    ],
)
def test_lookup(name, env, expected):
    """U22 A58"""
    assert Environment(name, env).get("X") == expected


def test_default():
    """U22 U24 A58"""
    env = Environment("app", {})
    assert env.get("X", "d") == "d"
    assert env.get("X", default="d") == "d"
    with pytest.raises(TypeError):
        env.get(key="X")


def test_other_operations_are_plain():
    """U23"""
    env = Environment("app", {"APP_X": "1"})
    assert "X" not in env
    with pytest.raises(KeyError):
        env["X"]
    env.update(X="2")
    assert env["X"] == "2"


WORDS = {
    True: ["y", "yes", "t", "true", "on", "1", "YES", "True"],
    False: ["n", "no", "f", "false", "off", "0", "NO", "False"],
}


@pytest.mark.parametrize(("word", "value"), [(w, v) for v, words in WORDS.items() for w in words])
def test_truth_words(word, value):
    """U25 A57"""
    assert strtobool(word) is value


@pytest.mark.parametrize("word", ["", " yes", "yes ", "2", "Maybe"])
def test_other_words(word):
    """U25 A57"""
    with pytest.raises(ValueError, match=r"^invalid truth value ") as caught:
        strtobool(word)
    assert str(caught.value) == f"invalid truth value {word.lower()!r}"


@pytest.mark.parametrize("value", [True, None, 1, b"yes"])
def test_other_types(value):
    """U25 A57"""
    with pytest.raises(TypeError) as caught:
        strtobool(value)
    assert str(caught.value) == f"{value} is not a str"


def test_reversed_keys():
    """U30"""
    assert list(reversed_keys({"b": 1, "a": 2})) == ["a", "b"]


def test_method_name():
    """U31"""
    assert get_method_name(Environment.get) == "Environment.get"
    assert get_method_name(Environment().get) == "Environment.get"
