"""Systems: directed graphs of application classes."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from eventsourcing import application
from eventsourcing.application import AsyncApplication
from eventsourcing.system import (
    AsyncFollower,
    AsyncLeader,
    AsyncProcessApplication,
    AsyncSystem,
    ProgrammingError,
)
from eventsourcing.utils import get_topic, resolve_topic


class AsyncA(AsyncApplication[UUID]):
    name = "A"


class AsyncP(AsyncProcessApplication[UUID]):
    name = "P"


class AsyncF(AsyncFollower[UUID]):
    name = "F"


class AsyncS(AsyncApplication[UUID]):
    name = "S"


class AsyncL(AsyncLeader[UUID]):
    name = "L"
    is_snapshotting_enabled = True
    env = {"X": "1"}


pipes: list[list[type[AsyncApplication[Any]]]] = [
    [AsyncA, AsyncP, AsyncF],
    [AsyncA, AsyncF],
    [AsyncS],
]
the_system = AsyncSystem(pipes)


def test_pipes_make_a_graph() -> None:
    """Y27, Y28, Y29: the example of the contract."""
    assert list(the_system.nodes) == ["A", "P", "F", "S"]
    assert the_system.nodes["P"] == get_topic(AsyncP)
    assert the_system.edges == [("A", "P"), ("P", "F"), ("A", "F")]
    assert the_system.leaders == ["A", "P"]
    assert the_system.leaders_only == ["A"]
    assert the_system.followers == ["P", "F"]
    assert the_system.processors == ["P"]
    assert the_system.singles == ["S"]
    assert the_system.leads == {"A": ["P", "F"], "P": ["F"]}
    assert the_system.follows == {"P": ["A"], "F": ["P", "A"]}


@pytest.mark.parametrize("nothing", [[], [[]], ()])
def test_a_system_may_be_empty(nothing: Any) -> None:
    """Y27"""
    system = AsyncSystem(nothing)
    assert (system.nodes, system.edges, system.singles) == ({}, [], [])
    assert system.leaders == system.followers == system.processors == system.leaders_only == []


def test_cycles_are_valid() -> None:
    """Y27: also that of an application which follows itself."""
    system = AsyncSystem([[AsyncP, AsyncP], [AsyncP]])
    assert system.edges == [("P", "P")]
    assert system.singles == []
    assert system.processors == ["P"]


def test_pipes_may_be_iterators() -> None:
    """Y27: the constructor takes any iterables."""
    system = AsyncSystem(iter(iter(pipe) for pipe in pipes))
    assert system.edges == the_system.edges


def test_edges_are_not_repeated() -> None:
    """Section 6: they are without duplicates."""
    assert AsyncSystem([[AsyncA, AsyncF], [AsyncA, AsyncF]]).edges == [("A", "F")]


def test_of_two_classes_with_one_name_the_last_one_counts() -> None:
    """Y28"""

    class AsyncOther(AsyncFollower[UUID]):
        name = "F"

    system = AsyncSystem([[AsyncA, AsyncF], [AsyncA, AsyncOther]])
    assert system.nodes["F"] == get_topic(AsyncOther)


@pytest.mark.parametrize(
    ("pipe", "message"),
    [
        ([AsyncA, AsyncL], f"Not a follower class: {AsyncL}"),
        ([AsyncA, AsyncF, AsyncF], f"Not a process application class: {AsyncF}"),
        ([AsyncA, AsyncLeader], f"Not a follower class: {AsyncLeader}"),
    ],
)
def test_classes_have_to_be_able_to_do_what_the_system_asks(pipe: Any, message: str) -> None:
    """Y30: followers follow, and processors lead, too."""
    with pytest.raises(TypeError) as info:
        AsyncSystem([pipe])
    assert str(info.value) == message


def test_the_message_names_the_class_by_its_public_address() -> None:
    """Y30"""
    assert str(AsyncLeader) == "<class 'eventsourcing.system.AsyncLeader'>"


def test_applications_are_found_by_name() -> None:
    """Y31"""
    assert the_system.get_app_cls("S") is AsyncS
    assert the_system.follower_cls("F") is AsyncF
    with pytest.raises(KeyError):
        the_system.get_app_cls("X")
    with pytest.raises(AssertionError, match="Not a follower class"):
        the_system.follower_cls("A")


def test_any_application_can_be_made_a_leader() -> None:
    """Y31: by a class with the same name, made once."""
    leader_class: Any = the_system.leader_cls("A")
    assert leader_class.__bases__ == (AsyncLeader, AsyncA)
    assert leader_class.name == "A"
    assert isinstance(leader_class(), AsyncA)
    assert the_system.leader_cls("A") is leader_class
    assert the_system.leader_cls("P") is AsyncP
    assert AsyncSystem([[AsyncL, AsyncF]]).leader_cls("L") is AsyncL


def test_the_topic_is_that_of_the_attribute() -> None:
    """Y32"""
    assert the_system.topic == f"{__name__}:the_system"
    assert resolve_topic(the_system.topic) is the_system


def test_a_system_that_is_no_attribute_has_no_topic() -> None:
    """Y32"""
    system = AsyncSystem(pipes)
    with pytest.raises(application.ProgrammingError) as info:
        _ = system.topic
    assert info.type is ProgrammingError
    assert str(info.value) == f"Unable to compute topic for system object: {system}"


def test_the_module_is_that_which_constructs_it_also_through_a_subclass() -> None:
    """Y32"""
    module = ModuleType("a_module_with_a_system")
    sys.modules[module.__name__] = module

    class AsyncMySystem(AsyncSystem):
        def __init__(self) -> None:
            super().__init__(pipes)

    vars(module)["MySystem"] = AsyncMySystem
    try:
        exec("system = MySystem()", vars(module))  # noqa: S102
        assert vars(module)["system"].topic == "a_module_with_a_system:system"
    finally:
        del sys.modules[module.__name__]
