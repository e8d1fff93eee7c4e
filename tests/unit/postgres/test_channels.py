"""Who listens to which channel: the bookkeeping. Contract U5, U9, J7."""

from __future__ import annotations

import gc
import logging

import pytest

from eventsourcing.persistence import OperationalError
from eventsourcing.postgres.channels import ChannelListeners, WeakListener


class Listener:
    """Remembers what it was told."""

    def __init__(self):
        self.told = 0
        self.errors: list[BaseException] = []

    def set(self):
        self.told += 1

    def fail(self, error):
        self.errors.append(error)


class Clumsy(Listener):
    """Fails to take notice."""

    def set(self):
        raise ValueError("clumsy")

    def fail(self, error):
        raise ValueError("clumsy")


@pytest.fixture
def changes():
    return []


@pytest.fixture
def listeners(changes):
    return ChannelListeners(lambda: changes.append("changed"))


def test_those_who_listen_to_a_channel_are_told(listeners):
    """J7"""
    one, other, third = Listener(), Listener(), Listener()
    assert listeners.add("a", one)
    assert listeners.add("a", other)
    assert listeners.add("b", third)

    listeners.tell({"a", "c"})

    assert [one.told, other.told, third.told] == [1, 1, 0]
    assert listeners.channel_names() == {"a", "b"}


def test_those_who_have_left_are_not_told(listeners):
    """U9"""
    one, other = Listener(), Listener()
    listeners.add("a", one)
    listeners.add("b", other)

    listeners.discard(one)
    listeners.discard(one)
    listeners.tell({"a", "b"})

    assert [one.told, other.told] == [0, 1]
    assert listeners.channel_names() == {"b"}
    assert not listeners.is_over


def test_all_is_over_when_the_last_has_left(listeners):
    """J7: who comes then has to begin anew."""
    listener = Listener()
    listeners.add("a", listener)

    listeners.discard(listener)

    assert listeners.is_over
    assert not listeners.add("a", listener)
    assert listeners.channel_names() == set()


def test_each_change_is_announced(listeners, changes):
    """U4"""
    listener = Listener()
    for act in (
        lambda: listeners.add("a", listener),
        lambda: listeners.discard(listener),
        lambda: listeners.fail(OperationalError("lost")),
    ):
        changes.clear()
        act()
        assert changes == ["changed"]


def test_all_fail_with_an_error_of_their_own(listeners):
    """U5: with the words of the server and what it was translated from."""
    one, other = Listener(), Listener()
    listeners.add("a", one)
    listeners.add("b", other)
    error = OperationalError("lost")
    error.__cause__ = cause = ValueError("cause")

    listeners.fail(error)
    listeners.fail(OperationalError("again"))

    assert listeners.is_over
    (first,), (second,) = one.errors, other.errors
    assert isinstance(first, OperationalError)
    assert str(first) == str(second) == "lost"
    assert first is not second
    assert first.__cause__ is second.__cause__ is cause


def test_an_error_that_cannot_be_copied_is_told_as_it_is(listeners):
    """U5"""

    class Odd(Exception):
        def __init__(self, one, other):
            super().__init__(one + other)

    listener = Listener()
    listeners.add("a", listener)
    error = Odd("a", "b")

    listeners.fail(error)

    assert listener.errors == [error]


def test_one_who_cannot_be_told_does_not_keep_others_from_being_told(listeners, caplog):
    """U7"""
    listener = Listener()
    listeners.add("a", Clumsy())
    listeners.add("a", listener)

    with caplog.at_level(logging.ERROR):
        listeners.tell({"a"})
        listeners.fail(OperationalError("lost"))

    assert listener.told == 1
    assert len(listener.errors) == 1
    assert caplog.text.count("could not be told") == 2


class Owner:
    def __init__(self, errors):
        self.errors = errors

    def fail(self, error):
        self.errors.append(error)


def test_a_weak_listener_passes_on_what_it_is_told():
    """U5, U7"""
    event, errors = Listener(), []
    owner = Owner(errors)
    listener = WeakListener(event, owner.fail)
    error = OperationalError("lost")

    listener.set()
    listener.fail(error)

    assert event.told == 1
    assert errors == [error]


def test_a_weak_listener_does_not_keep_its_owner_alive():
    """U9"""
    errors: list[BaseException] = []
    owner = Owner(errors)
    listener = WeakListener(Listener(), owner.fail)

    del owner
    gc.collect()
    listener.fail(OperationalError("lost"))

    assert errors == []


def test_a_finalizer_may_end_all_while_its_thread_changes_something(listeners):
    """U9: it interrupts any line."""

    class Datastore:
        def __del__(self):
            listeners.fail(OperationalError("collected"))

    listener = Listener()
    listeners.add("a", listener)
    datastore = Datastore()

    with listeners._lock:
        del datastore

    assert listeners.is_over
    assert str(listener.errors[0]) == "collected"
