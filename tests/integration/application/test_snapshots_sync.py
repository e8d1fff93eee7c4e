# Generated from test_snapshots_async.py by tools/async_to_sync.py: do not edit.
"""Taking snapshots, and using them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import (
    AggregateNotFoundError,
    Application,
    ProgrammingError,
)
from eventsourcing.domain import CanSnapshotAggregate, Snapshot, datetime_now_with_tzinfo
from eventsourcing.persistence import IntegrityError
from tests.integration.application.books import Book, BookSnapshot
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_sync import DogSchool
from tests.integration.application.dogs import (
    Cat,
    Dog,
    Puppy,
    Stray,
    project_cat,
    see_cat,
)


class Kennel(DogSchool):
    is_snapshotting_enabled = True


class EveryTwo(DogSchool):
    snapshotting_intervals: ClassVar[dict[type, int]] = {Dog: 2, Stray: 2}


@dataclass(frozen=True)
class CatSnapshot(CanSnapshotAggregate[UUID]):
    originator_id: UUID
    originator_version: int
    timestamp: datetime
    topic: str
    state: dict[str, Any]


class Cattery(Application[UUID]):
    snapshotting_intervals: ClassVar[dict[type, int]] = {Cat: 2}
    snapshotting_projectors: ClassVar[dict[type, Any]] = {Cat: project_cat}
    snapshot_class = CatSnapshot


def save_dog(app: Application[UUID], num_tricks: int, cls: type[Dog] = Dog) -> Dog:
    dog = cls("Fido")
    for number in range(num_tricks):
        dog.add_trick(str(number))
    app.save(dog)
    return dog


def versions(app: Any, aggregate_id: Any) -> list[int]:
    return [s.originator_version for s in app.snapshots.get(aggregate_id)]


def test_without_a_store_it_is_said_how_to_get_one(make_sync: Apps) -> None:
    """A23: exactly this text."""
    app = make_sync(DogSchool)
    with pytest.raises(AssertionError) as info:
        app.take_snapshot(uuid4())
    assert str(info.value) == (
        "Can't take snapshot without snapshots store. Please set environment variable "
        "IS_SNAPSHOTTING_ENABLED to a true value (e.g. 'y'), or set 'is_snapshotting_enabled' on "
        "application class, or set 'snapshotting_intervals' on application class."
    )


@pytest.mark.parametrize(("version", "expected"), [(None, 3), (2, 2), (100, 3)])
def test_a_snapshot_has_the_version_of_the_aggregate(
    make_sync: Apps, version: int | None, expected: int
) -> None:
    """A24: the last version when none or a later one is asked for."""
    app = make_sync(Kennel)
    dog = save_dog(app, 2)
    app.take_snapshot(dog.id, version)
    assert versions(app, dog.id) == [expected]


def test_a_snapshot_of_an_unknown_aggregate_is_an_error(make_sync: Apps) -> None:
    """A24: not found."""
    app = make_sync(Kennel)
    with pytest.raises(AggregateNotFoundError):
        app.take_snapshot(uuid4())


def test_a_second_snapshot_of_a_version_conflicts(make_sync: Apps) -> None:
    """A25: an integrity error."""
    app = make_sync(Kennel)
    dog = save_dog(app, 1)
    app.take_snapshot(dog.id)
    with pytest.raises(IntegrityError):
        app.take_snapshot(dog.id)


def test_snapshots_may_be_taken_in_any_order(make_sync: Apps) -> None:
    """A25, A26: and come back in the order of their versions."""
    app = make_sync(Kennel)
    dog = save_dog(app, 4)
    for version in (4, 1, 3):
        app.take_snapshot(dog.id, version=version)
    assert versions(app, dog.id) == [1, 3, 4]


def test_an_aggregate_is_the_same_with_and_without_snapshots(make_sync: Apps) -> None:
    """A27: at each version."""
    app = make_sync(Kennel)
    dog = save_dog(app, 5)
    replayed = [app.repository.get(dog.id, version=v) for v in range(1, 8)]
    for version in (2, 4):
        app.take_snapshot(dog.id, version)
    assert [app.repository.get(dog.id, version=v) for v in range(1, 8)] == replayed
    assert app.repository.get(dog.id) == dog


@pytest.mark.parametrize(("version", "seen"), [(1, [1]), (3, [2, 3]), (5, [4, 5]), (None, [4, 5])])
def test_rebuilding_starts_from_the_newest_snapshot_that_is_not_too_new(
    make_sync: Apps, version: int | None, seen: list[int]
) -> None:
    """A27, R5, R6: the snapshot comes first, then the events after it."""
    app = make_sync(Kennel)
    dog = save_dog(app, 4)
    for v in (2, 4):
        app.take_snapshot(dog.id, v)
    history: list[Any] = []

    def project(_: None, domain_events: Any) -> bool:
        assert iter(domain_events) is domain_events
        history.extend(domain_events)
        return True

    assert app.repository.get(dog.id, version=version, projector_func=project) is True
    assert [e.originator_version for e in history] == seen
    assert [isinstance(e, Snapshot) for e in history] == [seen[0] > 1] + [False] * (len(seen) - 1)


def test_snapshots_are_taken_at_the_intervals(make_sync: Apps) -> None:
    """A28: versions 1-5 at once give 2 and 4."""
    app = make_sync(EveryTwo)
    dog = save_dog(app, 4)
    assert versions(app, dog.id) == [2, 4]
    dog.add_trick("roll over")
    app.save(dog)
    assert versions(app, dog.id) == [2, 4, 6]


def test_no_snapshots_are_taken_of_other_classes(make_sync: Apps) -> None:
    """A28: nor of events saved without their aggregate."""
    app = make_sync(EveryTwo)
    puppy = save_dog(app, 4, Puppy)
    dog = Dog("Fido")
    dog.add_trick("roll over")
    app.save(*dog.collect_events())
    assert versions(app, puppy.id) == []
    assert versions(app, dog.id) == []


def test_no_intervals_take_no_snapshots(make_sync: Apps) -> None:
    """A28, A1: None is the same as an empty dict [9.2]."""

    class Old(Kennel):
        snapshotting_intervals = None  # type: ignore[assignment]
        snapshotting_projectors = None  # type: ignore[assignment]

    app = make_sync(Old)
    dog = save_dog(app, 4)
    assert versions(app, dog.id) == []


def test_no_projectors_mean_the_default_one(make_sync: Apps) -> None:
    """A29, A1: None is the same as an empty dict [9.2]."""

    class Old(EveryTwo):
        snapshotting_projectors = None  # type: ignore[assignment]

    app = make_sync(Old)
    dog = save_dog(app, 1)
    assert versions(app, dog.id) == [2]


def test_the_projector_of_the_class_makes_the_snapshots(make_sync: Apps) -> None:
    """A29: for aggregates whose events cannot mutate them."""
    app = make_sync(Cattery)
    cat = Cat(uuid4(), 2, "wild")
    app.save(cat, see_cat(cat.id, 1, "calm"), see_cat(cat.id, 2, "wild"))
    assert versions(app, cat.id) == [2]
    app.save(see_cat(cat.id, 3, "sleepy"))
    assert app.repository.get(cat.id, projector_func=project_cat) == Cat(cat.id, 3, "sleepy")


def test_a_missing_projector_is_an_error_after_the_events_were_stored(
    make_sync: Apps,
) -> None:
    """A29, A22: the save raises although the events are stored."""

    class Without(Cattery):
        snapshotting_projectors: ClassVar[dict[type, Any]] = {}

    app = make_sync(Without)
    cat = Cat(uuid4(), 2, "wild")
    with pytest.raises(ProgrammingError, match="snapshotting_projectors"):
        app.save(cat, see_cat(cat.id, 2, "wild"))
    assert len(app.notification_log.select(1, 10)) == 1


def test_the_snapshot_class_of_the_application_is_the_fallback(make_sync: Apps) -> None:
    """A31: for aggregates with text IDs, say."""

    class Shelf(Application[str]):
        is_snapshotting_enabled = True
        snapshot_class = BookSnapshot

    app = make_sync(Shelf, ORIGINATOR_ID_TYPE="text")
    book = Book("Emma")
    book.rename("Persuasion")
    app.save(book)
    app.take_snapshot(book.id)
    (snapshot,) = app.snapshots.get(book.id)
    assert type(snapshot) is BookSnapshot
    assert app.repository.get(book.id).title == "Persuasion"


def test_the_librarys_own_snapshot_class_is_the_last_resort(make_sync: Apps) -> None:
    """A31, with the contract's README, item 8: 9.2-shaped aggregates work."""
    app = make_sync(EveryTwo)
    stray = Stray("park")
    stray.move("river")
    app.save(stray)
    (snapshot,) = app.snapshots.get(stray.id)
    assert type(snapshot) is Snapshot
    found = app.repository.get(stray.id)
    assert (found.id, found.version, found.place) == (stray.id, 2, "river")
    found.move("home")
    app.save(found)
    assert app.repository.get(stray.id).place == "home"


def test_an_aggregate_without_any_snapshot_class_is_an_error(make_sync: Apps) -> None:
    """A31: text IDs have no last resort."""

    class Shelf(Application[str]):
        is_snapshotting_enabled = True

    app = make_sync(Shelf, ORIGINATOR_ID_TYPE="text")
    book = Book("Emma")
    app.save(book)
    with pytest.raises(AssertionError, match=r"^Neither application nor aggregate have a snapshot"):
        app.take_snapshot(book.id)


def test_a_snapshot_class_that_cannot_take_is_an_attribute_error(make_sync: Apps) -> None:
    """A31: the ordinary one."""

    class Odd(Application[str]):
        is_snapshotting_enabled = True
        snapshot_class = int  # type: ignore[assignment]

    app = make_sync(Odd, ORIGINATOR_ID_TYPE="text")
    book = Book("Emma")
    app.save(book)
    with pytest.raises(AttributeError, match=r"^type object 'int' has no attribute 'take'$"):
        app.take_snapshot(book.id)


def test_snapshots_may_be_made_by_hand(make_sync: Apps) -> None:
    """R17: with all that vars() returns as the state."""
    app = make_sync(Kennel)
    dog = save_dog(app, 1)
    aggregate = app.repository.get(dog.id)
    app.snapshots.put(
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
    app.save(dog)
    assert app.repository.get(dog.id) == dog


def test_snapshots_do_not_show_in_the_notification_log(make_sync: Apps) -> None:
    """A7: they are stored by a recorder of their own."""
    app = make_sync(EveryTwo)
    save_dog(app, 3)
    assert len(app.notification_log.select(1, 10)) == 4
