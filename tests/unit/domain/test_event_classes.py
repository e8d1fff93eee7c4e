"""Exceptions and domain event classes: D7 to D25."""

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from eventsourcing.domain import (
    AbstractDecision,
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    CanCreateTimestamp,
    CanInitAggregate,
    CanMutateAggregate,
    CanSnapshotAggregate,
    DomainEvent,
    EventSourcingError,
    EventsourcingType,
    HasOriginatorIDVersion,
    LogEvent,
    MetaDomainEvent,
    OriginatorIDError,
    OriginatorVersionError,
    ProgrammingError,
    Snapshot,
    VersionError,
    patch_dataclasses_process_class,
)

NOW = datetime(2024, 5, 17, tzinfo=UTC)
ID = UUID(int=5)


class Read(AggregateEvent):
    kwh: int


class ReadTwice(Read):
    pass


def make_read(cls=Read, kwh=7):
    return cls(originator_id=ID, originator_version=2, timestamp=NOW, kwh=kwh)


@pytest.mark.parametrize("error", [ProgrammingError, OriginatorIDError, OriginatorVersionError])
def test_exceptions_derive_directly_from_the_common_base(error):
    """D7"""
    assert error.__bases__ == (EventSourcingError,)
    assert EventSourcingError.__bases__ == (Exception,)
    assert error.__module__ == "eventsourcing.domain"


def test_version_error_is_an_old_name():
    """D7"""
    assert VersionError.__bases__ == (OriginatorVersionError,)


def test_every_event_class_is_a_frozen_dataclass_of_its_own():
    """D9 A1"""

    class Bare(metaclass=MetaDomainEvent):
        pass

    class WithoutFields(Read):
        pass

    for cls in (Bare, WithoutFields, Read, DomainEvent, Aggregate.Event, Aggregate.Created):
        params = cls.__dict__["__dataclass_params__"]
        assert (params.init, params.repr, params.eq) == (True, True, True)
        assert (params.order, params.unsafe_hash, params.frozen) == (False, False, True)
    assert type(DomainEvent) is MetaDomainEvent
    assert issubclass(MetaDomainEvent, EventsourcingType)
    with pytest.raises(FrozenInstanceError):
        Bare().a = 1


def test_signature_is_that_of_init_with_self():
    """D10"""
    assert list(Read.__signature__.parameters) == [
        "self",
        "originator_id",
        "originator_version",
        "timestamp",
        "kwh",
    ]
    assert Read.__signature__ == inspect.signature(Read.__init__)


OPTIONS = [
    {},
    {"frozen": True},
    {"frozen": False},
    {"kw_only": True},
    {"eq": True, "order": True},
    {"slots": True},
    {"frozen": True, "slots": True, "weakref_slot": True},
    {"repr": False, "init": False, "unsafe_hash": True, "match_args": False},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_decorating_an_event_class_again_changes_nothing(options):
    """D11: also where fields would be lost or be refused the second time."""

    class Planted(AggregateEvent):
        crop: str = "leek"
        tags: list[str] = field(default_factory=list)
        note: str = field(init=False, default="")
        rows: int = 1

    before = dict(Planted.__dict__)
    fields = dataclasses.fields(Planted)

    decorated = dataclass(**options)(Planted)

    assert decorated is Planted
    assert dict(Planted.__dict__) == before
    assert dataclasses.fields(Planted) == fields
    with pytest.raises(FrozenInstanceError):
        Planted(ID, 2, NOW).crop = "kale"


@pytest.mark.parametrize("options", OPTIONS)
def test_decorating_an_aggregate_class_again_changes_nothing(options):
    """D11"""

    class Plot(Aggregate):
        crop: str = "leek"
        tags: list[str] = field(default_factory=list)
        note: str = field(init=False, default="")

    before = dict(Plot.__dict__)
    assert dataclass(**options)(Plot) is Plot
    assert dict(Plot.__dict__) == before
    assert Plot() != Plot()
    assert "crop='leek'" in repr(Plot())


def test_decorating_bare_changes_nothing():
    """D11"""

    @dataclass
    class Dug(AggregateEvent):
        depth: int

    assert Dug.__dataclass_params__.frozen
    assert Dug(ID, 2, NOW, 3).depth == 3


def test_class_attributes_can_still_be_set_and_deleted():
    """D11: only the `dataclasses` module finds a finished class closed."""

    class Cut(AggregateEvent):
        pass

    Cut.colour = "red"
    assert Cut.__dict__["colour"] == "red"
    del Cut.colour
    assert not hasattr(Cut, "colour")
    assert Cut.__mro__[:2] == (Cut, AggregateEvent)


def test_ordinary_dataclasses_keep_their_standard_failure():
    """D11 A29"""
    with pytest.raises(TypeError, match="Cannot overwrite attribute __setattr__"):

        @dataclass(frozen=True)
        @dataclass(frozen=True)
        class Ordinary:
            a: int


def test_patching_does_nothing():
    """D11: the library does not patch the standard library."""
    process_class = dataclasses._process_class
    patch_dataclasses_process_class()
    assert dataclasses._process_class is process_class
    assert process_class.__module__ == "dataclasses"


def test_inherited_fields_come_first():
    """D12"""

    class Opened(AggregateCreated):
        name: str

    assert [f.name for f in dataclasses.fields(Opened)] == [
        "originator_id",
        "originator_version",
        "timestamp",
        "originator_topic",
        "name",
    ]
    assert Opened(ID, 1, NOW, "topic", "x").name == "x"


def test_redeclaring_a_field_keeps_its_place():
    """D12 A3"""

    class Timed(DomainEvent):
        timestamp: datetime
        originator_version: int
        a: int = 1

    assert [f.name for f in dataclasses.fields(Timed)][:3] == [
        "originator_id",
        "originator_version",
        "timestamp",
    ]
    timed = Timed(originator_id=ID, originator_version=3, timestamp=NOW)
    assert (timed.originator_id, timed.originator_version, timed.timestamp) == (ID, 3, NOW)


def test_defaults_and_factories_work():
    """D12"""

    class Tagged(DomainEvent):
        colour: str = "red"
        tags: list[str] = field(default_factory=list)

    one, two = Tagged(ID, 1, NOW), Tagged(ID, 1, NOW)
    assert (one.colour, one.tags) == ("red", [])
    assert one.tags is not two.tags
    with pytest.raises(TypeError, match="non-default argument 'b' follows default argument"):

        class Wrong(DomainEvent):
            a: int = 1
            b: int


def test_attributes_without_annotation_are_not_fields():
    """D13"""

    class Versioned(DomainEvent):
        class_version = 2
        TOPIC = "versioned"

    assert "class_version" not in {f.name for f in dataclasses.fields(Versioned)}


@pytest.mark.parametrize("name", ["kwh", "originator_id", "other"])
def test_event_objects_are_frozen(name):
    """D14"""
    read = make_read()
    with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{name}'"):
        setattr(read, name, 1)
    with pytest.raises(FrozenInstanceError, match=f"cannot delete field '{name}'"):
        delattr(read, name)


def test_events_are_equal_when_class_and_fields_are():
    """D15"""
    assert make_read() == make_read()
    assert make_read() != make_read(kwh=8)
    assert make_read() != make_read(ReadTwice)
    assert hash(make_read()) == hash(make_read())
    with pytest.raises(TypeError):
        hash(make_read(kwh=[]))


def test_repr_uses_the_qualified_name():
    """D16"""

    class Meter(Aggregate):
        class Read(Aggregate.Event):
            kwh: int

    assert repr(Meter.Read(ID, 2, NOW, 7)).endswith(
        f"Meter.Read(originator_id={ID!r}, originator_version=2, timestamp={NOW!r}, kwh=7)"
    )


def test_state_is_the_instance_dict_in_field_order():
    """D17"""
    assert list(vars(make_read())) == ["originator_id", "originator_version", "timestamp", "kwh"]


def test_events_can_be_rebuilt_without_init():
    """D17"""
    rebuilt = object.__new__(Read)
    rebuilt.__dict__.update(vars(make_read()))
    assert rebuilt == make_read()


def test_events_can_be_pickled_copied_replaced_and_converted():
    """D17"""
    read = make_read()
    assert pickle.loads(pickle.dumps(read)) == read
    assert copy.deepcopy(read) == read
    assert replace(read, kwh=9).kwh == 9
    assert asdict(read)["kwh"] == 7


def test_wrong_arguments_give_the_standard_errors():
    """D18"""
    with pytest.raises(
        TypeError,
        match=r"^Read\.__init__\(\) missing 1 required positional argument: 'kwh'$",
    ):
        Read(ID, 1, NOW)
    with pytest.raises(TypeError, match="got an unexpected keyword argument 'x'"):
        Read(ID, 1, NOW, kwh=1, x=1)
    assert Read(ID, 1, NOW, kwh="not an int").kwh == "not an int"


def test_domain_event_is_a_record_only():
    """D19"""
    recorded = DomainEvent(originator_id=ID, originator_version=1, timestamp=NOW)
    assert not hasattr(recorded, "mutate")
    assert not isinstance(recorded, HasOriginatorIDVersion)
    assert isinstance(recorded, CanCreateTimestamp)


@pytest.mark.parametrize("wrong", ["an id", 1, None])
def test_the_id_must_be_a_uuid(wrong):
    """D20"""
    with pytest.raises(TypeError) as caught:
        Read(wrong, 1, NOW, 7)
    assert str(caught.value) == (f"{Read} was initialized with a non-UUID originator_id: {wrong!r}")


def test_overriding_post_init_loses_the_check_of_the_id():
    """D20"""

    class Unchecked(DomainEvent):
        def __post_init__(self):
            pass

    assert Unchecked("an id", 1, NOW).originator_id == "an id"


def test_bases_and_fields_of_the_library_events():
    """D21 D22 D23 D24"""
    assert AggregateEvent.__bases__ == (CanMutateAggregate, DomainEvent)
    assert AggregateCreated.__bases__ == (CanInitAggregate, AggregateEvent)
    assert LogEvent.__bases__ == (DomainEvent,)
    assert Snapshot.__bases__ == (CanSnapshotAggregate, DomainEvent)
    assert [f.name for f in dataclasses.fields(AggregateEvent)] == [
        f.name for f in dataclasses.fields(DomainEvent)
    ]
    assert [f.name for f in dataclasses.fields(AggregateCreated)][3:] == ["originator_topic"]
    assert [f.name for f in dataclasses.fields(Snapshot)][3:] == ["topic", "state"]
    assert LogEvent(uuid4(), 1, NOW).originator_version == 1


def test_consequences_of_the_bases():
    """D25"""
    for base in (
        AggregateEvent,
        CanInitAggregate,
        CanMutateAggregate,
        HasOriginatorIDVersion,
        DomainEvent,
        CanCreateTimestamp,
        AbstractDecision,
    ):
        assert issubclass(AggregateCreated, base)
    assert issubclass(Snapshot, HasOriginatorIDVersion)
    assert not issubclass(Snapshot, CanMutateAggregate)


def test_documentation_of_a_class_without_docstring_is_its_own_signature():
    """D9: not that of a base class."""

    class Weighed(AggregateEvent):
        grams: int

    assert Weighed.__doc__.endswith("grams: int)")


def test_make_dataclass_makes_event_classes():
    """D9 D11: and tells them their module."""
    made = dataclasses.make_dataclass("Made", [("a", int)], bases=(AggregateEvent,))
    assert made(ID, 2, NOW, 3).a == 3
    assert made.__dataclass_params__.frozen
