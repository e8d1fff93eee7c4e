# Generated from test_mistakes_async.py by tools/async_to_sync.py: do not edit.
"""What is said to those who hand over something wrong: what it is, and what is expected."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from eventsourcing.application import Application
from eventsourcing.system import (
    Follower,
    Leader,
    LeadingRunner,
    MultiThreadedRunner,
    RunnerAlreadyStartedError,
    SingleThreadedRunner,
    System,
)


class Shop(Leader[Any]):
    name = "Shop"


class Counting(Follower[Any]):
    name = "Counting"


class Other(Follower[Any]):
    name = "Counting"


RUNNERS = [SingleThreadedRunner, MultiThreadedRunner, LeadingRunner]


@pytest.mark.parametrize("pipes", [[Shop, Counting], ["Shop"], [None]])
def test_a_system_is_made_of_pipes(pipes: Any) -> None:
    """Y27: of lists of classes; one list will not do."""
    with pytest.raises(TypeError, match="is no pipe: expected a list of lists"):
        System(pipes)


@pytest.mark.parametrize("member", ["Shop", None, int, object()])
def test_a_pipe_is_made_of_classes_of_applications(member: Any) -> None:
    """Y27: what is wrong is named."""
    with pytest.raises(TypeError) as caught:
        System([[Shop, member]])
    assert f"{member!r} is in a pipe" in str(caught.value)


def test_two_classes_of_one_name_are_told_of(caplog: pytest.LogCaptureFixture) -> None:
    """Y28: the last one is used, and the other one is not run."""
    with caplog.at_level(logging.WARNING):
        system = System([[Shop, Counting], [Shop, Other]])
    assert system.get_app_cls("Counting") is Other
    (record,) = caplog.records
    assert "are both named 'Counting'" in record.getMessage()


def test_one_class_in_several_pipes_is_not_told_of(caplog: pytest.LogCaptureFixture) -> None:
    """Y27"""
    with caplog.at_level(logging.WARNING):
        System([[Shop, Counting], [Shop]])
    assert caplog.records == []


@pytest.mark.parametrize("runner_class", RUNNERS)
@pytest.mark.parametrize("system", [None, [[Shop, Counting]], System])
def test_a_runner_runs_a_system(runner_class: Any, system: Any) -> None:
    """Y33: not its pipes, nor the class."""
    with pytest.raises(TypeError, match=r"system is .*: expected"):
        runner_class(system)


@pytest.mark.parametrize("runner_class", RUNNERS)
def test_a_runner_says_which_applications_it_has(runner_class: Any) -> None:
    """Y37: and, when it has been stopped, why there are none."""
    runner = runner_class(System([[Shop, Counting]]))
    with pytest.raises(KeyError, match=r"no application named 'Application'; it has .*Shop"):
        runner.get(Application)
    with pytest.raises(TypeError, match="'Shop' is no class of applications"):
        runner.get("Shop")
    runner.start()
    runner.stop()
    with pytest.raises(KeyError, match="it has none, because it was stopped"):
        runner.get(Shop)


def test_a_second_start_says_what_to_do() -> None:
    """Y36"""
    with SingleThreadedRunner(System([[Shop]])) as runner:
        assert runner.is_started
        with pytest.raises(RunnerAlreadyStartedError) as caught:
            runner.start()
    assert "make a new one" in caught.value.__notes__[0]


@pytest.mark.parametrize("on_progress", [5, "print"])
def test_a_hook_can_be_called(on_progress: Any) -> None:
    """The value is named."""
    system = System([[Shop, Counting]])
    with pytest.raises(TypeError, match=r"on_progress is .*: expected a plain function"):
        SingleThreadedRunner(system, on_progress=on_progress)


def test_a_follower_says_whom_it_follows() -> None:
    """Y16: with the `KeyError` for a name that it does not follow."""
    follower = Counting()
    with pytest.raises(KeyError, match="Counting does not follow 'Shop'; it follows nothing"):
        follower.pull_and_process("Shop")
    follower.follow("Bank", Shop().notification_log)
    with pytest.raises(KeyError, match="does not follow 'Shop'; it follows Bank"):
        follower.dead_letters_of("Shop")


def test_a_follower_follows_a_log() -> None:
    """Y14: not the application."""
    with pytest.raises(TypeError, match=r"log is .*: expected a notification log"):
        Counting().follow("Shop", Shop())  # type: ignore[arg-type]


def test_topics_to_be_told_of_are_texts() -> None:
    """Y10: others would be told of nothing."""

    class Choosy(Shop):
        notify_topics = "topic"  # type: ignore[assignment]

    with pytest.raises(TypeError, match=r"Choosy\.notify_topics is 'topic'"):
        Choosy()
