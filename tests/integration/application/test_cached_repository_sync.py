# Generated from test_cached_repository_async.py by tools/async_to_sync.py: do not edit.
"""Getting aggregates from the cache, by one caller at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import (
    AggregateNotFoundError,
    Application,
    project_aggregate,
)
from eventsourcing.persistence import IntegrityError
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_sync import DogSchool
from tests.integration.application.dogs import Cat, Dog, lose_cat, project_cat, see_cat


@pytest.fixture(params=["0", "5"])
def cache_size(request: pytest.FixtureRequest) -> str:
    """Unbounded and bounded."""
    size: str = request.param
    return size


def save_dog(app: Application[UUID], *tricks: str) -> Dog:
    dog = Dog("Fido")
    for trick in tricks:
        dog.add_trick(trick)
    app.save(dog)
    return dog


def add_trick(app: Application[UUID], dog_id: UUID, trick: str) -> None:
    """Save a new event without going through the cache."""
    dog = app.repository.get(dog_id, version=1000)
    dog.add_trick(trick)
    app.save(*dog.collect_events())


def no_locks_in_use(app: Application[UUID]) -> bool:
    return not app.repository._fastforward_locks_inuse


def test_a_miss_fills_the_cache(make_sync: Apps, cache_size: str) -> None:
    """R9: with the aggregate that was built."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = save_dog(app)
    assert dog.id not in app.repository.cache.cache
    assert app.repository.get(dog.id) == dog
    assert app.repository.cache.get(dog.id) == dog
    assert no_locks_in_use(app)


def test_a_versioned_get_leaves_the_cache_alone(make_sync: Apps, cache_size: str) -> None:
    """R3: it neither reads nor fills it."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = save_dog(app, "roll over")
    assert app.repository.get(dog.id, version=1).version == 1
    assert dog.id not in app.repository.cache.cache
    app.repository.cache.put(dog.id, "nonsense")
    assert app.repository.get(dog.id, version=2).version == 2


def test_what_is_not_found_is_not_cached(make_sync: Apps, cache_size: str) -> None:
    """R8: it may be saved later."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = Dog("Fido")
    with pytest.raises(AggregateNotFoundError):
        app.repository.get(dog.id)
    app.save(dog)
    assert app.repository.get(dog.id) == dog
    assert no_locks_in_use(app)


def test_a_hit_is_brought_up_to_date(make_sync: Apps, cache_size: str) -> None:
    """R9: the cached object itself, from the events after its version."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = save_dog(app)
    app.repository.get(dog.id)
    cached = app.repository.cache.get(dog.id)
    add_trick(app, dog.id, "roll over")
    assert cached.version == 1
    assert app.repository.get(dog.id).tricks == ["roll over"]
    assert app.repository.cache.get(dog.id) is cached
    assert cached.tricks == ["roll over"]


def test_saving_does_not_touch_the_cache(make_sync: Apps, cache_size: str) -> None:
    """A19: while fast-forwarding is on."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = save_dog(app)
    assert dog.id not in app.repository.cache.cache


def test_only_new_events_are_applied(make_sync: Apps, cache_size: str) -> None:
    """R9: with the given projector, to the cached state; and not at all if there are none."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    cat_id = uuid4()
    app.save(see_cat(cat_id, 1, "calm"))
    calls: list[tuple[Any, list[int]]] = []

    def project(cat: Any, domain_events: Any) -> Any:
        events = list(domain_events)
        calls.append((cat and cat.version, [e.originator_version for e in events]))
        return project_cat(cat, events)

    for version in (2, 3):
        app.repository.get(cat_id, projector_func=project)
        app.repository.get(cat_id, projector_func=project)
        app.save(see_cat(cat_id, version, "wild"))
    app.repository.get(cat_id, projector_func=project)
    assert calls == [(None, [1]), (1, [2]), (2, [3])]


def test_an_immutable_aggregate_is_replaced_in_the_cache(make_sync: Apps, cache_size: str) -> None:
    """R14 [fix]: later fast-forwards start from the newer state."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    cat_id = uuid4()
    app.save(see_cat(cat_id, 1, "calm"))
    app.repository.get(cat_id, projector_func=project_cat)
    app.save(see_cat(cat_id, 2, "wild"))
    newer = app.repository.get(cat_id, projector_func=project_cat)
    assert newer == Cat(cat_id, 2, "wild")
    assert app.repository.cache.get(cat_id) == newer


@dataclass(slots=True)
class Fish:
    """A mutable aggregate without a `__dict__`."""

    id: UUID
    version: int
    moods: list[str]


def project_fish(fish: Fish | None, domain_events: Any) -> Fish | None:
    for domain_event in domain_events:
        fish = fish or Fish(domain_event.originator_id, 0, [])
        fish.version = domain_event.originator_version
        fish.moods.append(domain_event.mood)
    return fish


def test_a_mutable_aggregate_with_slots_is_brought_up_to_date(
    make_sync: Apps, cache_size: str
) -> None:
    """R9, R14: by replacing it."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    fish_id = uuid4()
    app.save(see_cat(fish_id, 1, "calm"))
    app.repository.get(fish_id, projector_func=project_fish)
    app.save(see_cat(fish_id, 2, "wild"))
    expected = Fish(fish_id, 2, ["calm", "wild"])
    assert app.repository.get(fish_id, projector_func=project_fish) == expected
    assert app.repository.cache.get(fish_id) == expected


def test_an_aggregate_that_ends_while_it_is_cached_is_not_found(
    make_sync: Apps, cache_size: str
) -> None:
    """R8: the only argument is the ID; and the old state is not served again."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    cat_id = uuid4()
    app.save(see_cat(cat_id, 1, "calm"))
    app.repository.get(cat_id, projector_func=project_cat)
    app.save(lose_cat(cat_id, 2))
    with pytest.raises(AggregateNotFoundError) as info:
        app.repository.get(cat_id, projector_func=project_cat)
    assert info.value.args == (cat_id,)
    assert cat_id not in app.repository.cache.cache
    assert no_locks_in_use(app)


def test_a_failing_projector_leaves_no_half_changed_aggregate(
    make_sync: Apps, cache_size: str
) -> None:
    """R15 [fix]: the next caller gets the right state."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = save_dog(app)
    app.repository.get(dog.id)
    add_trick(app, dog.id, "roll over")

    def fail(aggregate: Dog, _: Any) -> None:
        aggregate.tricks.append("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        app.repository.get(dog.id, projector_func=fail)

    assert app.repository.get(dog.id).tricks == ["roll over"]
    assert no_locks_in_use(app)


@pytest.mark.parametrize(
    ("by_call", "by_repository", "is_copy"),
    [(True, True, True), (False, True, False), (True, False, False), (False, False, False)],
)
def test_copies_are_handed_out_if_both_want_them(
    make_sync: Apps, cache_size: str, by_call: bool, by_repository: bool, is_copy: bool
) -> None:
    """R11: the call and the repository, on a miss and on a hit."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    app.repository.deepcopy_from_cache = by_repository
    dog = save_dog(app)
    for _ in ("miss", "hit"):
        found = app.repository.get(dog.id, deepcopy_from_cache=by_call)
        assert (found is not app.repository.cache.get(dog.id)) == is_copy


def test_changing_the_cached_object_changes_the_cache(make_sync: Apps, cache_size: str) -> None:
    """R11: the example of the contract."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = save_dog(app)
    app.repository.get(dog.id, deepcopy_from_cache=False).version = 101
    assert app.repository.cache.get(dog.id).version == 101


def test_changing_a_copy_does_not_change_the_cache(make_sync: Apps, cache_size: str) -> None:
    """R11: not even deep inside."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = save_dog(app, "roll over")
    app.repository.get(dog.id).tricks.clear()
    assert app.repository.get(dog.id).tricks == ["roll over"]


def test_a_bounded_cache_forgets_the_least_recently_used(make_sync: Apps) -> None:
    """A8, L3: at its size."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE="2")
    dogs = [save_dog(app) for _ in range(3)]
    for dog in dogs:
        app.repository.get(dog.id)
    assert list(app.repository.cache.cache) == [dogs[1].id, dogs[2].id]


def without_fastforward(make_sync: Apps, cache_size: str, deepcopy: str = "y") -> Any:
    return make_sync(
        DogSchool,
        AGGREGATE_CACHE_MAXSIZE=cache_size,
        AGGREGATE_CACHE_FASTFORWARD="n",
        DEEPCOPY_FROM_AGGREGATE_CACHE=deepcopy,
    )


def test_saved_aggregates_are_cached_when_fastforwarding_is_off(
    make_sync: Apps, cache_size: str
) -> None:
    """A19: equal, but not the caller's object [fix]."""
    app = without_fastforward(make_sync, cache_size)
    dog = save_dog(app)
    cached = app.repository.cache.get(dog.id)
    assert cached == dog
    assert cached is not dog
    dog.tricks.append("never saved")
    assert app.repository.get(dog.id).tricks == []


def test_saved_aggregates_are_cached_themselves_when_copying_is_off_too(
    make_sync: Apps, cache_size: str
) -> None:
    """A19: then sharing is what was asked for."""
    app = without_fastforward(make_sync, cache_size, deepcopy="n")
    dog = save_dog(app)
    assert app.repository.cache.get(dog.id) is dog


def test_without_fastforwarding_the_cache_goes_stale(make_sync: Apps, cache_size: str) -> None:
    """R9, A19: until a save fails with an integrity error, after which it is fresh."""
    app = without_fastforward(make_sync, cache_size)
    dog = save_dog(app)
    add_trick(app, dog.id, "roll over")
    stale = app.repository.get(dog.id)
    assert stale.tricks == []
    stale.add_trick("fetch ball")
    with pytest.raises(IntegrityError):
        app.save(stale)
    assert app.repository.get(dog.id).tricks == ["roll over"]


def test_an_older_state_does_not_replace_a_newer_one_in_the_cache(
    make_sync: Apps, cache_size: str
) -> None:
    """A19: as when the saver of the older one was overtaken."""
    app = without_fastforward(make_sync, cache_size)
    dog = save_dog(app, "roll over")
    app.save(app.repository.get(dog.id, version=1))
    assert app.repository.get(dog.id).version == 2


def test_a_cached_object_that_could_not_be_saved_is_not_served_again(
    make_sync: Apps, cache_size: str
) -> None:
    """A16: it holds changes that were never stored."""
    app = make_sync(
        DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size, DEEPCOPY_FROM_AGGREGATE_CACHE="n"
    )
    dog = save_dog(app)
    cached = app.repository.get(dog.id)
    add_trick(app, dog.id, "roll over")
    cached.add_trick("never saved")
    with pytest.raises(IntegrityError):
        app.save(cached)
    assert app.repository.get(dog.id).tricks == ["roll over"]


def test_changes_of_the_cached_object_are_not_lost_silently(
    make_sync: Apps, cache_size: str
) -> None:
    """R11: when it is changed while events are applied, saving it is a conflict."""
    app = make_sync(
        DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size, DEEPCOPY_FROM_AGGREGATE_CACHE="n"
    )
    dog = save_dog(app)
    cached = app.repository.get(dog.id)
    add_trick(app, dog.id, "roll over")

    def project(aggregate: Dog, domain_events: Any) -> Any:
        cached.add_trick("meanwhile")
        return project_aggregate(aggregate, domain_events)

    found = app.repository.get(dog.id, projector_func=project)

    assert found.tricks == ["roll over"]
    assert app.repository.cache.get(dog.id) is found
    with pytest.raises(IntegrityError):
        app.save(cached)
    assert app.repository.get(dog.id) is found


def test_the_settings_can_be_changed_at_run_time(make_sync: Apps, cache_size: str) -> None:
    """R2: they are plain attributes."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = save_dog(app)
    app.repository.get(dog.id)
    add_trick(app, dog.id, "roll over")
    app.repository.fastforward = False
    assert app.repository.get(dog.id).version == 1
    app.repository.cache = None
    assert app.repository.get(dog.id).version == 2


def test_membership_goes_through_the_cache(make_sync: Apps, cache_size: str) -> None:
    """R16: and fills it."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = save_dog(app)
    assert app.repository.contains(dog.id)
    assert dog.id in app.repository.cache.cache
