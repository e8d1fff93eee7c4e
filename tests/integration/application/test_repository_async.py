"""Getting aggregates from what is stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import AggregateNotFoundError, AsyncApplication, AsyncRepository
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_async import AsyncDogSchool
from tests.integration.application.dogs import Cat, Dog, lose_cat, project_cat, see_cat


class AsyncKennel(AsyncDogSchool):
    is_snapshotting_enabled = True


async def save_dog(app: AsyncApplication[UUID], *tricks: str) -> Dog:
    dog = Dog("Fido")
    for trick in tricks:
        dog.add_trick(trick)
    await app.save(dog)
    return dog


async def test_an_aggregate_is_got_as_it_was_saved(make_async: Apps) -> None:
    """R3: equal, and another object each time."""
    app = make_async(AsyncDogSchool)
    dog = await save_dog(app, "roll over")
    first, second = await app.repository.get(dog.id), await app.repository.get(dog.id)
    assert first == second == dog
    assert first is not second


@pytest.mark.parametrize(("version", "num_tricks"), [(1, 0), (2, 1), (3, 2), (4, 2), (100, 2)])
async def test_a_version_selects_the_state_after_that_event(
    make_async: Apps, version: int, num_tricks: int
) -> None:
    """R4: a version greater than the last gives the last state."""
    app = make_async(AsyncDogSchool)
    dog = await save_dog(app, "roll over", "fetch ball")
    assert len((await app.repository.get(dog.id, version=version)).tricks) == num_tricks


@pytest.mark.parametrize("version", [0, -1])
async def test_a_version_below_the_first_is_not_found(make_async: Apps, version: int) -> None:
    """R4, R8: the text names ID and version."""
    app = make_async(AsyncDogSchool)
    dog = await save_dog(app)
    with pytest.raises(AggregateNotFoundError) as info:
        await app.repository.get(dog.id, version=version)
    assert str(info.value) == f"Aggregate {dog.id!r} version {version} not found."


@pytest.mark.parametrize("cache_size", ["", "0", "5"])
async def test_an_unknown_aggregate_is_not_found(make_async: Apps, cache_size: str) -> None:
    """R8: with exactly this text, with and without a cache."""
    app = make_async(AsyncDogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog_id = uuid4()
    with pytest.raises(AggregateNotFoundError) as info:
        await app.repository.get(dog_id)
    assert info.value.args == (f"Aggregate {dog_id!r} version None not found.",)


async def test_a_projector_that_returns_none_means_not_found(make_async: Apps) -> None:
    """R6, R8: although there are events."""
    app = make_async(AsyncDogSchool)
    cat_id = uuid4()
    await app.save(see_cat(cat_id, 1, "calm"), lose_cat(cat_id, 2))
    assert await app.repository.get(cat_id, version=1, projector_func=project_cat)
    with pytest.raises(AggregateNotFoundError):
        await app.repository.get(cat_id, projector_func=project_cat)


async def test_the_projector_is_called_once_with_a_single_use_iterable(make_async: Apps) -> None:
    """R6: and may return any object."""
    app = make_async(AsyncDogSchool)
    dog = await save_dog(app, "roll over")
    calls: list[Any] = []

    def project(aggregate: Any, domain_events: Any) -> list[int]:
        calls.append(aggregate)
        found = [e.originator_version for e in domain_events]
        assert list(domain_events) == []
        return found

    assert await app.repository.get(dog.id, projector_func=project) == [1, 2]
    assert calls == [None]


async def test_events_are_mapped_when_the_projector_asks_for_them(
    make_async: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6: the iterable is lazy."""
    app = make_async(AsyncDogSchool)
    dog = await save_dog(app, "roll over", "fetch ball")
    mapped: list[int] = []
    to_domain_event = app.mapper.to_domain_event

    def spy(stored_event: Any) -> Any:
        mapped.append(stored_event.originator_version)
        return to_domain_event(stored_event)

    monkeypatch.setattr(app.mapper, "to_domain_event", spy)
    first = await app.repository.get(dog.id, projector_func=lambda _, events: next(iter(events)))
    assert (first.originator_version, mapped) == (1, [1])


async def test_parameters_may_be_given_by_position(make_async: Apps) -> None:
    """R1: in the order of 9.2."""
    app = make_async(AsyncKennel)
    dog = await save_dog(app, "roll over")
    repository = AsyncRepository(app.events, app.snapshots, 5, False, True, False)
    assert repository.snapshot_store is app.snapshots
    assert (repository.fastforward, repository.fastforward_skipping) == (False, True)
    assert repository.deepcopy_from_cache is False
    assert (await app.repository.get(dog.id, 1)).version == 1
    cat_id = uuid4()
    await app.save(see_cat(cat_id, 1, "calm"))
    assert await app.repository.get(cat_id, None, project_cat, False, True) == Cat(
        cat_id, 1, "calm"
    )


async def test_errors_of_user_code_pass_through(make_async: Apps) -> None:
    """A38: unchanged."""
    app = make_async(AsyncDogSchool)
    dog = await save_dog(app)
    error = ZeroDivisionError("mine")

    def project(_: Any, __: Any) -> None:
        raise error

    with pytest.raises(ZeroDivisionError) as info:
        await app.repository.get(dog.id, projector_func=project)
    assert info.value is error


@pytest.mark.parametrize("cache_size", ["", "0", "5"])
async def test_a_repository_says_what_it_contains(make_async: Apps, cache_size: str) -> None:
    """R16: true iff get() succeeds."""
    app = make_async(AsyncDogSchool, AGGREGATE_CACHE_MAXSIZE=cache_size)
    dog = await save_dog(app)
    assert await app.repository.contains(dog.id) is True
    assert await app.repository.contains(uuid4()) is False


async def test_other_errors_than_not_found_propagate_when_asked_for_membership(
    make_async: Apps,
) -> None:
    """R16: an aggregate that cannot be made is not just absent."""
    app = make_async(AsyncDogSchool)
    cat_id = uuid4()
    await app.save(see_cat(cat_id, 1, "calm"))
    with pytest.raises(AssertionError):
        await app.repository.contains(cat_id)


class ListStore:
    """Has the interface of an event store, and no more."""

    def __init__(self, *domain_events: Any) -> None:
        self.domain_events = domain_events

    async def get(self, originator_id: UUID, **_: Any) -> Any:
        return iter([e for e in self.domain_events if e.originator_id == originator_id])


async def test_any_event_store_will_do() -> None:
    """R17: also one that knows no databases."""
    cat_id = uuid4()
    store: Any = ListStore(see_cat(cat_id, 1, "calm"), see_cat(cat_id, 2, "wild"))
    repository: AsyncRepository[UUID] = AsyncRepository(store)
    assert await repository.get(cat_id, projector_func=project_cat) == Cat(cat_id, 2, "wild")
