"""The registry of locks."""

from __future__ import annotations

from threading import Lock
from uuid import uuid4

from eventsourcing.application.fastforward import FastForwardLocks


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
