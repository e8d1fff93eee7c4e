"""Taking snapshots, and using them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import (
    AggregateNotFoundError,
    AsyncApplication,
    ProgrammingError,
)
from eventsourcing.domain import CanSnapshotAggregate, Snapshot, datetime_now_with_tzinfo
from eventsourcing.persistence import IntegrityError
from tests.integration.application.books import Book, BookSnapshot
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_async import AsyncDogSchool
from tests.integration.application.dogs import (
    Cat,
    Dog,
    Puppy,
    Stray,
    project_cat,
    see_cat,
)


class AsyncKennel(AsyncDogSchool):
    is_snapshotting_enabled = True


class AsyncEveryTwo(AsyncDogSchool):
    snapshotting_intervals: ClassVar[dict[type, int]] = {Dog: 2, Stray: 2}


@dataclass(frozen=True)
class CatSnapshot(CanSnapshotAggregate[UUID]):
    originator_id: UUID
    originator_version: int
    timestamp: datetime
    topic: str
    state: dict[str, Any]


class AsyncCattery(AsyncApplication[UUID]):
    snapshotting_intervals: ClassVar[dict[type, int]] = {Cat: 2}
    snapshotting_projectors: ClassVar[dict[type, Any]] = {Cat: project_cat}
    snapshot_class = CatSnapshot


async def save_dog(app: AsyncApplication[UUID], num_tricks: int, cls: type[Dog] = Dog) -> Dog:
    dog = cls("Fido")
    for number in range(num_tricks):
        dog.add_trick(str(number))
    await app.save(dog)
    return dog


async def versions(app: Any, aggregate_id: Any) -> list[int]:
    return [s.originator_version for s in await app.snapshots.get(aggregate_id)]


async def test_without_a_store_it_is_said_how_to_get_one(make_async: Apps) -> None:
    """A23: exactly this text."""
    app = make_async(AsyncDogSchool)
    with pytest.raises(AssertionError) as info:
        await app.take_snapshot(uuid4())
    assert str(info.value) == (
        "Can't take snapshot without snapshots store. Please set environment variable "
        "IS_SNAPSHOTTING_ENABLED to a true value (e.g. 'y'), or set 'is_snapshotting_enabled' on "
        "application class, or set 'snapshotting_intervals' on application class."
    )


@pytest.mark.parametrize(("version", "expected"), [(None, 3), (2, 2), (100, 3)])
async def test_a_snapshot_has_the_version_of_the_aggregate(
    make_async: Apps, version: int | None, expected: int
) -> None:
    """A24: the last version when none or a later one is asked for."""
    app = make_async(AsyncKennel)
    dog = await save_dog(app, 2)
    await app.take_snapshot(dog.id, version)
    assert await versions(app, dog.id) == [expected]


async def test_a_snapshot_of_an_unknown_aggregate_is_an_error(make_async: Apps) -> None:
    """A24: not found."""
    app = make_async(AsyncKennel)
    with pytest.raises(AggregateNotFoundError):
        await app.take_snapshot(uuid4())


async def test_a_second_snapshot_of_a_version_conflicts(make_async: Apps) -> None:
    """A25: an integrity error."""
    app = make_async(AsyncKennel)
    dog = await save_dog(app, 1)
    await app.take_snapshot(dog.id)
    with pytest.raises(IntegrityError):
        await app.take_snapshot(dog.id)


async def test_snapshots_may_be_taken_in_any_order(make_async: Apps) -> None:
    """A25, A26: and come back in the order of their versions."""
    app = make_async(AsyncKennel)
    dog = await save_dog(app, 4)
    for version in (4, 1, 3):
        await app.take_snapshot(dog.id, version=version)
    assert await versions(app, dog.id) == [1, 3, 4]


async def test_an_aggregate_is_the_same_with_and_without_snapshots(make_async: Apps) -> None:
    """A27: at each version."""
    app = make_async(AsyncKennel)
    dog = await save_dog(app, 5)
    replayed = [await app.repository.get(dog.id, version=v) for v in range(1, 8)]
    for version in (2, 4):
        await app.take_snapshot(dog.id, version)
    assert [await app.repository.get(dog.id, version=v) for v in range(1, 8)] == replayed
    assert await app.repository.get(dog.id) == dog


@pytest.mark.parametrize(("version", "seen"), [(1, [1]), (3, [2, 3]), (5, [4, 5]), (None, [4, 5])])
async def test_rebuilding_starts_from_the_newest_snapshot_that_is_not_too_new(
    make_async: Apps, version: int | None, seen: list[int]
) -> None:
    """A27, R5, R6: the snapshot comes first, then the events after it."""
    app = make_async(AsyncKennel)
    dog = await save_dog(app, 4)
    for v in (2, 4):
        await app.take_snapshot(dog.id, v)
    history: list[Any] = []

    def project(_: None, domain_events: Any) -> bool:
        assert iter(domain_events) is domain_events
        history.extend(domain_events)
        return True

    assert await app.repository.get(dog.id, version=version, projector_func=project) is True
    assert [e.originator_version for e in history] == seen
    assert [isinstance(e, Snapshot) for e in history] == [seen[0] > 1] + [False] * (len(seen) - 1)


async def test_snapshots_are_taken_at_the_intervals(make_async: Apps) -> None:
    """A28: versions 1-5 at once give 2 and 4."""
    app = make_async(AsyncEveryTwo)
    dog = await save_dog(app, 4)
    assert await versions(app, dog.id) == [2, 4]
    dog.add_trick("roll over")
    await app.save(dog)
    assert await versions(app, dog.id) == [2, 4, 6]


async def test_no_snapshots_are_taken_of_other_classes(make_async: Apps) -> None:
    """A28: nor of events saved without their aggregate."""
    app = make_async(AsyncEveryTwo)
    puppy = await save_dog(app, 4, Puppy)
    dog = Dog("Fido")
    dog.add_trick("roll over")
    await app.save(*dog.collect_events())
    assert await versions(app, puppy.id) == []
    assert await versions(app, dog.id) == []


async def test_no_intervals_take_no_snapshots(make_async: Apps) -> None:
    """A28, A1: None is the same as an empty dict [9.2]."""

    class AsyncOld(AsyncKennel):
        snapshotting_intervals = None  # type: ignore[assignment]
        snapshotting_projectors = None  # type: ignore[assignment]

    app = make_async(AsyncOld)
    dog = await save_dog(app, 4)
    assert await versions(app, dog.id) == []


async def test_no_projectors_mean_the_default_one(make_async: Apps) -> None:
    """A29, A1: None is the same as an empty dict [9.2]."""

    class AsyncOld(AsyncEveryTwo):
        snapshotting_projectors = None  # type: ignore[assignment]

    app = make_async(AsyncOld)
    dog = await save_dog(app, 1)
    assert await versions(app, dog.id) == [2]


async def test_the_projector_of_the_class_makes_the_snapshots(make_async: Apps) -> None:
    """A29: for aggregates whose events cannot mutate them."""
    app = make_async(AsyncCattery)
    cat = Cat(uuid4(), 2, "wild")
    await app.save(cat, see_cat(cat.id, 1, "calm"), see_cat(cat.id, 2, "wild"))
    assert await versions(app, cat.id) == [2]
    await app.save(see_cat(cat.id, 3, "sleepy"))
    assert await app.repository.get(cat.id, projector_func=project_cat) == Cat(cat.id, 3, "sleepy")


async def test_a_missing_projector_is_an_error_after_the_events_were_stored(
    make_async: Apps,
) -> None:
    """A29, A22: the save raises although the events are stored."""

    class AsyncWithout(AsyncCattery):
        snapshotting_projectors: ClassVar[dict[type, Any]] = {}

    app = make_async(AsyncWithout)
    cat = Cat(uuid4(), 2, "wild")
    with pytest.raises(ProgrammingError, match="snapshotting_projectors"):
        await app.save(cat, see_cat(cat.id, 2, "wild"))
    assert len(await app.notification_log.select(1, 10)) == 1


async def test_the_snapshot_class_of_the_application_is_the_fallback(make_async: Apps) -> None:
    """A31: for aggregates with text IDs, say."""

    class AsyncShelf(AsyncApplication[str]):
        is_snapshotting_enabled = True
        snapshot_class = BookSnapshot

    app = make_async(AsyncShelf, ORIGINATOR_ID_TYPE="text")
    book = Book("Emma")
    book.rename("Persuasion")
    await app.save(book)
    await app.take_snapshot(book.id)
    (snapshot,) = await app.snapshots.get(book.id)
    assert type(snapshot) is BookSnapshot
    assert (await app.repository.get(book.id)).title == "Persuasion"


async def test_the_librarys_own_snapshot_class_is_the_last_resort(make_async: Apps) -> None:
    """A31, with the contract's README, item 8: 9.2-shaped aggregates work."""
    app = make_async(AsyncEveryTwo)
    stray = Stray("park")
    stray.move("river")
    await app.save(stray)
    (snapshot,) = await app.snapshots.get(stray.id)
    assert type(snapshot) is Snapshot
    found = await app.repository.get(stray.id)
    assert (found.id, found.version, found.place) == (stray.id, 2, "river")
    found.move("home")
    await app.save(found)
    assert (await app.repository.get(stray.id)).place == "home"


async def test_an_aggregate_without_any_snapshot_class_is_an_error(make_async: Apps) -> None:
    """A31: text IDs have no last resort."""

    class AsyncShelf(AsyncApplication[str]):
        is_snapshotting_enabled = True

    app = make_async(AsyncShelf, ORIGINATOR_ID_TYPE="text")
    book = Book("Emma")
    await app.save(book)
    with pytest.raises(AssertionError, match=r"^Neither application nor aggregate have a snapshot"):
        await app.take_snapshot(book.id)


async def test_a_snapshot_class_that_cannot_take_is_an_attribute_error(make_async: Apps) -> None:
    """A31: the ordinary one."""

    class AsyncOdd(AsyncApplication[str]):
        is_snapshotting_enabled = True
        snapshot_class = int  # type: ignore[assignment]

    app = make_async(AsyncOdd, ORIGINATOR_ID_TYPE="text")
    book = Book("Emma")
    await app.save(book)
    with pytest.raises(AttributeError, match=r"^type object 'int' has no attribute 'take'$"):
        await app.take_snapshot(book.id)


async def test_snapshots_may_be_made_by_hand(make_async: Apps) -> None:
    """R17: with all that vars() returns as the state."""
    app = make_async(AsyncKennel)
    dog = await save_dog(app, 1)
    aggregate = await app.repository.get(dog.id)
    await app.snapshots.put(
        [
            Snapshot(
                originator_id=dog.id,
                originator_version=aggregate.version,
                timestamp=datetime_now_with_tzinfo(),
                topic=f"{Dog.__module__}:{Dog.__qualname__}",
                state=dict(vars(aggregate)),
            )
        ]
    )
    dog.add_trick("roll over")
    await app.save(dog)
    assert await app.repository.get(dog.id) == dog


async def test_snapshots_do_not_show_in_the_notification_log(make_async: Apps) -> None:
    """A7: they are stored by a recorder of their own."""
    app = make_async(AsyncEveryTwo)
    await save_dog(app, 3)
    assert len(await app.notification_log.select(1, 10)) == 4
