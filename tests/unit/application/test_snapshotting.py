"""Which snapshots are due, and of which class they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import (
    Application,
    ProcessingEvent,
    ProgrammingError,
    project_aggregate,
)
from eventsourcing.application.snapshotting import plan_snapshots, select_snapshot_class
from eventsourcing.domain import Snapshot
from tests.integration.application.dogs import Cat, Dog, Puppy, Stray, project_cat, see_cat


class Kennel(Application[UUID]):
    pass


def plan(
    processing_event: ProcessingEvent[UUID],
    intervals: dict[type, int],
    projectors: dict[type, Any] | None = None,
) -> list[tuple[UUID, int, Any]]:
    return [
        tuple(due) for due in plan_snapshots(processing_event, intervals, projectors or {}, Kennel)
    ]


def unit_of_work(*objs: Any) -> ProcessingEvent[UUID]:
    processing_event: ProcessingEvent[UUID] = ProcessingEvent()
    processing_event.collect_events(*objs)
    return processing_event


def trained(dog: Dog, num_tricks: int) -> Dog:
    for number in range(num_tricks):
        dog.add_trick(str(number))
    return dog


def test_snapshots_are_due_at_multiples_of_the_interval() -> None:
    """A28: versions 1-5 at once with interval 2 give 2 and 4."""
    dog = trained(Dog("Fido"), 4)
    assert plan(unit_of_work(dog), {Dog: 2}) == [
        (dog.id, 2, project_aggregate),
        (dog.id, 4, project_aggregate),
    ]


def test_events_saved_without_their_aggregate_are_skipped() -> None:
    """A28: the class is not known."""
    assert plan(unit_of_work(*Dog("Fido").collect_events()), {Dog: 1}) == []


def test_intervals_are_looked_up_by_the_exact_class() -> None:
    """A28: no inheritance."""
    assert plan(unit_of_work(Puppy("Fido")), {Dog: 1}) == []


def test_the_projector_of_the_class_is_used() -> None:
    """A29: if there is one."""
    cat = Cat(uuid4(), 1, "calm")
    processing_event = unit_of_work(cat, see_cat(cat.id, 1, "calm"))
    assert plan(processing_event, {Cat: 1}, {Cat: project_cat}) == [(cat.id, 1, project_cat)]


def test_events_that_cannot_mutate_need_a_projector() -> None:
    """A29: the text names all three classes."""
    cat = Cat(uuid4(), 2, "calm")
    processing_event = unit_of_work(cat, see_cat(cat.id, 1, "calm"), see_cat(cat.id, 2, "wild"))
    with pytest.raises(ProgrammingError) as info:
        plan(processing_event, {Cat: 2})
    module = "tests.integration.application.dogs"
    cat_class = f"<class '{module}.Cat'>"
    assert str(info.value) == (
        f"Cannot take snapshot for {cat_class} with default project_aggregate() function, because "
        f"its domain event <class '{module}.CatSeen'> does not implement the 'can mutate' protocol "
        f"(see CanMutateProtocol). Please define application class {Kennel} with class variable "
        f"'snapshotting_projectors', to be a dict that has {cat_class} as a key with the "
        f"aggregate projector function for {cat_class} as the value for that key."
    )


def test_events_that_cannot_mutate_are_fine_while_nothing_is_due() -> None:
    """A29: the check is made when a snapshot is due."""
    cat = Cat(uuid4(), 1, "calm")
    assert plan(unit_of_work(cat, see_cat(cat.id, 1, "calm")), {Cat: 2}) == []


def test_the_nested_snapshot_class_of_the_aggregate_comes_first() -> None:
    """A31: before that of the application."""

    class Special(Dog):
        class Snapshot(Snapshot):
            pass

    assert select_snapshot_class(Special("Fido"), Snapshot, Kennel) is Special.Snapshot
    assert select_snapshot_class(Dog("Fido"), None, Kennel) is Snapshot


def test_the_snapshot_class_of_the_application_comes_next() -> None:
    """A31: for aggregates without a nested one."""
    cat = Cat(uuid4(), 1, "calm")
    assert select_snapshot_class(cat, int, Kennel) is int  # type: ignore[arg-type]


def test_the_librarys_own_snapshot_class_is_the_last_resort() -> None:
    """A31, with the contract's README, item 8: for mutable aggregates with UUIDs."""
    assert select_snapshot_class(Stray("park"), None, Kennel) is Snapshot


def test_without_any_snapshot_class_it_is_said_where_to_define_one() -> None:
    """A31: immutable aggregates, and those with other IDs."""
    with pytest.raises(AssertionError) as info:
        select_snapshot_class(Cat(uuid4(), 1, "calm"), None, Kennel)
    assert str(info.value) == (
        "Neither application nor aggregate have a snapshot class. Please either define a nested "
        "'Snapshot' class on <class 'tests.integration.application.dogs.Cat'> or set class "
        f"attribute 'snapshot_class' on {Kennel}."
    )
