"""The default projector."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import MutatorFunction, ProjectorFunction, project_aggregate
from tests.integration.application.dogs import Dog, see_cat


def test_events_are_folded_over_the_aggregate() -> None:
    """R7: each one by its mutate()."""
    dog = Dog("Fido")
    dog.add_trick("roll over")
    first, second = dog.collect_events()
    copy = project_aggregate(None, [first])
    assert copy.tricks == []
    assert project_aggregate(copy, iter([second])) == dog


def test_no_events_leave_what_there_was() -> None:
    """R7: None if there was nothing."""
    dog = Dog("Fido")
    assert project_aggregate(None, []) is None
    assert project_aggregate(dog, []) is dog


def test_an_event_may_discard_the_aggregate() -> None:
    """R7: when the last mutate() returns None."""
    end = SimpleNamespace(originator_id=1, originator_version=2, mutate=lambda _: None)
    assert project_aggregate(None, [*Dog("Fido").collect_events(), end]) is None


def test_an_event_that_cannot_mutate_is_an_assertion_error_that_names_its_class() -> None:
    """R7: also under python -O."""
    with pytest.raises(AssertionError, match=r"CatSeen.*CanMutateProtocol"):
        project_aggregate(None, [see_cat(uuid4(), 1, "calm")])


def test_the_function_types_take_two_parameters() -> None:
    """Section 1.1: subscriptable at run time."""
    assert ProjectorFunction[Dog, Dog.Event]
    assert MutatorFunction[Dog.Event, Dog]
    assert UUID
