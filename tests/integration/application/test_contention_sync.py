# Generated from test_contention_async.py by tools/async_to_sync.py: do not edit.
"""Getting one aggregate from the cache by many at the same time."""

from __future__ import annotations

from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import Event, sleep, spawn
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_sync import DogSchool
from tests.integration.application.dogs import Dog

NUM_WORKERS = 12
NUM_TRICKS = 4


def until(condition: Any) -> None:
    """Wait for a condition that others will make true."""
    deadline = monotonic() + 60
    while not condition():
        assert monotonic() < deadline
        sleep(0.001)


def cached_dog(app: Application[UUID]) -> tuple[UUID, Dog]:
    """The ID of a dog, and the object in the cache, which is one event behind."""
    dog = Dog("Fido")
    app.save(dog)
    cached: Dog = app.repository.get(dog.id, deepcopy_from_cache=False)
    dog.add_trick("roll over")
    app.save(dog)
    return dog.id, cached


@pytest.mark.parametrize("skipping", ["y", "n"])
def test_many_change_one_aggregate(make_sync: Apps, skipping: str) -> None:
    """R12: one cached object, nobody falls behind what he saved, no errors, no locks left."""
    app = make_sync(
        DogSchool,
        AGGREGATE_CACHE_MAXSIZE="5",
        AGGREGATE_CACHE_FASTFORWARD_SKIPPING=skipping,
    )
    dog_id, cached = cached_dog(app)
    behind: list[int] = []

    def teach(worker: int) -> None:
        num_taught = 0
        while num_taught < NUM_TRICKS:
            dog = app.repository.get(dog_id)
            assert len(dog.tricks) == dog.version - 1
            dog.add_trick(f"{worker}.{num_taught}")
            try:
                app.save(dog)
            except IntegrityError:
                continue
            num_taught += 1
            again = app.repository.get(dog_id)
            if again.version < dog.version:
                behind.append(worker)

    tasks = [spawn(teach, worker) for worker in range(NUM_WORKERS)]
    for task in tasks:
        assert task.join(100)
    assert [task.error for task in tasks] == [None] * NUM_WORKERS

    assert app.repository.cache.get(dog_id) is cached
    assert skipping == "y" or behind == []
    assert app.repository._fastforward_locks_inuse == {}
    final = app.repository.get(dog_id)
    assert final == app.repository.get(dog_id, version=1000)
    assert final.version == 2 + NUM_WORKERS * NUM_TRICKS
    assert app.repository.cache.get(dog_id) is cached


def test_many_that_miss_at_once_share_one_cached_object(make_sync: Apps) -> None:
    """R12: the first one fills the cache, the others wait."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE="5")
    dog = Dog("Fido")
    app.save(dog)
    start = Event()
    found: list[Dog] = []

    def get() -> None:
        start.wait()
        found.append(app.repository.get(dog.id, deepcopy_from_cache=False))

    tasks = [spawn(get) for _ in range(NUM_WORKERS)]
    start.set()
    for task in tasks:
        assert task.join(100)
    assert len(found) == NUM_WORKERS
    assert {id(each) for each in found} == {id(app.repository.cache.get(dog.id))}
    assert app.repository._fastforward_locks_inuse == {}


@pytest.mark.parametrize(("by_call", "by_repository"), [(True, False), (False, True), (True, True)])
def test_waiting_for_the_lock_is_skipped_if_either_says_so(
    make_sync: Apps, by_call: bool, by_repository: bool
) -> None:
    """R10: the current cached state is returned."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE="5")
    app.repository.fastforward_skipping = by_repository
    dog_id, cached = cached_dog(app)
    lock = app.repository._use_fastforward_lock(dog_id)
    lock.acquire()

    found = app.repository.get(dog_id, fastforward_skipping=by_call)

    assert (found.version, found is cached) == (1, False)
    lock.release()
    app.repository._disuse_fastforward_lock(dog_id)
    assert app.repository._fastforward_locks_inuse == {}


@pytest.mark.parametrize("skipping", ["y", "n"])
def test_a_free_lock_is_taken_in_any_case(make_sync: Apps, skipping: str) -> None:
    """R10: skipping is for locks that are held."""
    app = make_sync(
        DogSchool,
        AGGREGATE_CACHE_MAXSIZE="5",
        AGGREGATE_CACHE_FASTFORWARD_SKIPPING=skipping,
    )
    dog_id, _ = cached_dog(app)
    assert app.repository.get(dog_id).version == 2


def test_without_skipping_a_call_waits_for_the_lock(make_sync: Apps) -> None:
    """R10: and then gets the newest state."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE="5")
    dog_id, _ = cached_dog(app)
    lock = app.repository._use_fastforward_lock(dog_id)
    lock.acquire()
    found: list[Dog] = []

    def get() -> None:
        found.append(app.repository.get(dog_id))

    task = spawn(get)
    until(lambda: app.repository._fastforward_locks_inuse[dog_id][1] == 2)
    assert found == []
    lock.release()
    assert task.join(100)

    assert [dog.version for dog in found] == [2]
    app.repository._disuse_fastforward_lock(dog_id)
    assert app.repository._fastforward_locks_inuse == {}


def test_a_miss_waits_even_with_skipping(make_sync: Apps) -> None:
    """R10: there is no cached state to return."""
    app = make_sync(
        DogSchool, AGGREGATE_CACHE_MAXSIZE="5", AGGREGATE_CACHE_FASTFORWARD_SKIPPING="y"
    )
    dog = Dog("Fido")
    app.save(dog)
    lock = app.repository._use_fastforward_lock(dog.id)
    lock.acquire()
    found: list[Dog] = []

    def get() -> None:
        found.append(app.repository.get(dog.id))

    task = spawn(get)
    until(lambda: app.repository._fastforward_locks_inuse[dog.id][1] == 2)
    lock.release()
    assert task.join(100)
    assert found == [dog]


def test_other_aggregates_are_not_kept_waiting(make_sync: Apps) -> None:
    """R9: the lock is unique for an ID."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE="5")
    dog_id, _ = cached_dog(app)
    other_id, _ = cached_dog(app)
    lock = app.repository._use_fastforward_lock(dog_id)
    lock.acquire()
    assert app.repository.get(other_id).version == 2
    lock.release()
    app.repository._disuse_fastforward_lock(dog_id)


def test_many_change_one_aggregate_without_fastforwarding(make_sync: Apps) -> None:
    """A19: the cache heals itself after conflicts, so everybody gets through."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE="5", AGGREGATE_CACHE_FASTFORWARD="n")
    dog_id = app.register_dog("Fido")

    def teach(worker: int) -> None:
        num_taught = 0
        while num_taught < NUM_TRICKS:
            try:
                app.add_trick(dog_id, f"{worker}.{num_taught}")
            except IntegrityError:
                continue
            num_taught += 1

    tasks = [spawn(teach, worker) for worker in range(NUM_WORKERS)]
    for task in tasks:
        assert task.join(100)
    assert [task.error for task in tasks] == [None] * NUM_WORKERS

    final = app.repository.get(dog_id)
    assert final == app.repository.get(dog_id, version=1000)
    assert final.version == 1 + NUM_WORKERS * NUM_TRICKS
