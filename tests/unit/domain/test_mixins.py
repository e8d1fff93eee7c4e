"""The mixins, the type of the ID, and the protocols: D26 to D34."""

import dataclasses
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
import pytest

from eventsourcing.domain import (
    AbstractDecision,
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    CanCreateTimestamp,
    CanInitAggregate,
    CanMutateAggregate,
    CanMutateProtocol,
    CanSnapshotAggregate,
    CollectEventsProtocol,
    DomainEvent,
    DomainEventProtocol,
    HasOriginatorIDVersion,
    ImmutableAggregateProtocol,
    MutableAggregateProtocol,
    MutableOrImmutableAggregate,
    Snapshot,
    SnapshotProtocol,
    TAggregateID,
)

MIXINS = [HasOriginatorIDVersion, CanMutateAggregate, CanInitAggregate, CanSnapshotAggregate]


def test_what_the_mixins_derive_from():
    """D26 D27"""
    assert issubclass(HasOriginatorIDVersion, AbstractDecision)
    assert issubclass(CanMutateAggregate, HasOriginatorIDVersion)
    assert issubclass(CanMutateAggregate, CanCreateTimestamp)
    assert issubclass(CanInitAggregate, CanMutateAggregate)
    assert issubclass(CanSnapshotAggregate, CanCreateTimestamp)
    assert not issubclass(CanSnapshotAggregate, CanMutateAggregate)


@pytest.mark.parametrize("mixin", MIXINS)
def test_mixins_are_not_dataclasses(mixin):
    """D27"""
    assert not dataclasses.is_dataclass(mixin)

    @dataclasses.dataclass(frozen=True)
    class Event(mixin):
        amount: int

    assert [f.name for f in dataclasses.fields(Event)] == ["amount"]


@pytest.mark.parametrize("mixin", MIXINS)
def test_mixins_may_be_used_without_type_argument(mixin):
    """D28 D29"""

    class Event(mixin):
        pass

    assert mixin.originator_id_type is None
    assert Event.originator_id_type is None


@pytest.mark.parametrize("mixin", MIXINS)
@pytest.mark.parametrize("id_type", [UUID, str])
def test_type_of_the_id_is_found_and_inherited(mixin, id_type):
    """D29 A5"""

    class Event(mixin[id_type]):
        pass

    class Sub(Event):
        pass

    assert Event.originator_id_type is id_type
    assert Sub.originator_id_type is id_type
    assert mixin.originator_id_type is None


@pytest.mark.parametrize(
    "cls", [AggregateEvent, AggregateCreated, Snapshot, Aggregate.Event, Aggregate.Created]
)
def test_library_events_have_uuids(cls):
    """D29"""
    assert cls.originator_id_type is UUID


@pytest.mark.parametrize("argument", [Any, TypeVar("T", bound=UUID | str), TAggregateID])
def test_open_arguments_leave_the_type_as_inherited(argument):
    """D29"""

    class Event(CanMutateAggregate[argument]):
        pass

    assert Event.originator_id_type is None


def test_type_assigned_in_the_body_is_respected():
    """D29 Q15"""

    class Event(CanMutateAggregate[UUID]):
        originator_id_type = str

    class Sub(Event):
        pass

    class SubSub(Sub):
        pass

    assert Event.originator_id_type is str
    assert SubSub.originator_id_type is str


def test_type_is_found_through_generic_classes_in_between():
    """Q15"""
    T = TypeVar("T")
    U = TypeVar("U", bound=UUID | str)

    class Same(CanMutateAggregate[TAggregateID]):
        pass

    class Other(CanMutateAggregate[U], Generic[T, U]):
        pass

    class WithUUID(Same[UUID]):
        pass

    class WithStr(Other[int, str]):
        pass

    assert WithUUID.originator_id_type is UUID
    assert WithStr.originator_id_type is str


class OwnStr(str):
    pass


@pytest.mark.parametrize("argument", [int, UUID | str, "UUID", OwnStr])
@pytest.mark.parametrize("mixin", MIXINS)
def test_other_types_are_refused(mixin, argument):
    """D30 A5"""
    with pytest.raises(TypeError, match=r"^Aggregate ID type arg cannot be "):

        class Event(mixin[argument]):
            pass


def test_refusal_names_the_argument():
    """D30"""
    with pytest.raises(TypeError, match=r"^Aggregate ID type arg cannot be <class 'int'>$"):

        class Event(CanMutateAggregate[int]):
            pass


def test_attributes_are_the_instance_dict_unless_overridden():
    """D32"""

    class Event(CanMutateAggregate):
        def __init__(self):
            self.a = 1

    event = Event()
    assert event._as_dict() is event.__dict__


def test_slotted_events_get_no_dict_from_the_mixins():
    """D32"""

    @dataclasses.dataclass(frozen=True, slots=True)
    class Event(CanMutateAggregate[UUID]):
        originator_id: UUID

        def _as_dict(self):
            return {"originator_id": self.originator_id}

    assert not hasattr(Event(UUID(int=1)), "__dict__")


def test_attributes_of_a_struct_are_its_fields_even_if_a_base_gives_it_a_dict():
    """D32: the dict is empty."""

    class Described:
        pass

    class Event(msgspec.Struct, CanMutateAggregate[UUID], Described, frozen=True):
        originator_id: UUID
        originator_version: int

    event = Event(UUID(int=1), 1)
    assert vars(event) == {}
    assert event._as_dict() == {"originator_id": UUID(int=1), "originator_version": 1}


def test_protocols_work_with_isinstance():
    """D33"""
    now = DomainEvent.create_timestamp()
    aggregate = Aggregate()
    bare = DomainEvent(aggregate.id, 1, now)
    snapshot = Snapshot.take(aggregate)
    assert isinstance(bare, DomainEventProtocol)
    assert not isinstance(bare, CanMutateProtocol)
    assert isinstance(snapshot, DomainEventProtocol)
    assert isinstance(snapshot, CanMutateProtocol)
    assert isinstance(aggregate, CollectEventsProtocol)
    assert isinstance(aggregate.pending_events[0], CanMutateProtocol)


@pytest.mark.parametrize(
    "protocol",
    [
        DomainEventProtocol,
        SnapshotProtocol,
        MutableAggregateProtocol,
        ImmutableAggregateProtocol,
        MutableOrImmutableAggregate,
    ],
)
def test_protocols_can_be_subscripted_with_the_id_type(protocol):
    """D34"""
    assert protocol[UUID]
