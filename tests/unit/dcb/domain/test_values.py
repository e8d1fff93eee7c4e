"""Decisions with tags, and what selects them: section 6."""

import copy

import pytest

from eventsourcing.dcb.domain import Selector, Tagged
from eventsourcing.dcb.msgpack import Decision


class Noted(Decision):
    text: str


def test_tagged_decisions_are_values():
    tagged = Tagged(["a"], Noted("x"))
    assert (tagged.tags, tagged.decision) == (["a"], Noted("x"))
    assert tagged == Tagged(tags=["a"], decision=Noted("x"))
    assert tagged != Tagged(["b"], Noted("x"))
    assert repr(tagged) == "Tagged(tags=['a'], decision=Noted(text='x'))"
    assert copy.deepcopy(tagged) == tagged


def test_a_selector_has_types_and_tags():
    assert (Selector().types, Selector().tags) == ((), ())
    selector = Selector([Noted], ["a"])
    assert selector == Selector(types=[Noted], tags=["a"])
    assert selector != Selector(tags=["a"])


def test_a_string_is_not_taken_for_a_list_of_tags():
    """Each character would be a tag."""
    with pytest.raises(TypeError, match=r"^tags is the string 'ab': .* as \['ab'\]$"):
        Selector(tags="ab")


def test_a_class_is_not_taken_for_a_list_of_classes():
    with pytest.raises(TypeError, match=r"^types of a selector is .*Noted'>: .* as \[Noted\]$"):
        Selector(types=Noted)


def test_type_arguments_can_be_given_when_running():
    """The head of the contract."""
    assert Tagged[Noted](["a"], Noted("x")) == Tagged(["a"], Noted("x"))
    with pytest.raises(TypeError):
        Selector[Noted]
