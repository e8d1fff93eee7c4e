"""The registry of locks, and the change of state in one step."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

import pytest

from eventsourcing.application.fastforward import FastForwardLocks, adopt_state
from tests.integration.application.dogs import Dog


def test_users_of_one_aggregate_share_a_lock_and_are_counted() -> None:
    """R13: the registry of locks in use."""
    locks = FastForwardLocks(Lock)
    fido, millie = uuid4(), uuid4()
    lock = locks._use_fastforward_lock(fido)
    assert locks._fastforward_locks_inuse == {fido: (lock, 1)}
    assert locks._use_fastforward_lock(fido) is lock
    assert locks._use_fastforward_lock(millie) is not lock
    assert locks._fastforward_locks_inuse[fido] == (lock, 2)
    locks._disuse_fastforward_lock(fido)
    assert locks._fastforward_locks_inuse[fido] == (lock, 1)
    assert len(locks._fastforward_locks_cache.cache) == 0


def test_the_last_user_leaves_the_lock_in_the_cache_for_the_next_one() -> None:
    """R13: it is moved, not copied."""
    locks = FastForwardLocks(Lock)
    lock = locks._use_fastforward_lock(1)
    locks._disuse_fastforward_lock(1)
    assert (locks._fastforward_locks_inuse, list(locks._fastforward_locks_cache.cache)) == ({}, [1])
    assert locks._use_fastforward_lock(1) is lock
    assert len(locks._fastforward_locks_cache.cache) == 0


def test_no_more_than_fifty_locks_are_kept_for_reuse() -> None:
    """R13: 51 disused locks leave 50."""
    locks = FastForwardLocks(Lock)
    for key in range(51):
        locks._use_fastforward_lock(key)
    for key in range(51):
        locks._disuse_fastforward_lock(key)
    assert locks.FASTFORWARD_LOCKS_CACHE_MAXSIZE == 50
    assert list(locks._fastforward_locks_cache.cache) == list(range(1, 51))
    assert locks._fastforward_locks_inuse == {}


def test_an_object_adopts_the_state_of_another_of_its_class() -> None:
    """R12: and stays the same object."""
    fido, millie = Dog("Fido"), Dog("Millie")
    before = fido.__dict__
    assert adopt_state(fido, millie)
    assert fido == millie
    assert before["name"] == "Fido"


def test_a_frozen_object_adopts_a_state_too() -> None:
    """R12: no code of the class runs."""

    @dataclass(frozen=True)
    class Point:
        x: int

    point = Point(1)
    assert adopt_state(point, Point(2))
    assert point.x == 2


@dataclass(slots=True)
class Slotted:
    x: int


@dataclass
class Half(Slotted):
    y: int = 0


@pytest.mark.parametrize(
    ("target", "source"), [(Slotted(1), Slotted(2)), (Half(1), Half(2)), (Dog("A"), Half(1))]
)
def test_a_state_that_is_not_all_in_the_dict_is_not_adopted(target: object, source: object) -> None:
    """R14: such an object is replaced instead."""
    before = repr(target)
    assert not adopt_state(target, source)
    assert repr(target) == before
