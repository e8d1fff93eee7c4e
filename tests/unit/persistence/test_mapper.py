"""Mapping between domain events and stored events: contract M1-M13."""

from __future__ import annotations

import json
import zlib
from abc import ABC, abstractmethod
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.cipher import AESCipher
from eventsourcing.compressor import ZlibCompressor
from eventsourcing.domain import Aggregate, Snapshot, event
from eventsourcing.persistence import (
    DatetimeAsISO,
    DecimalAsStr,
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    StoredEvent,
    Transcoder,
    TranscodingNotRegisteredError,
    UUIDAsHex,
)
from eventsourcing.utils import Environment, TopicError, get_topic
from tests.unit.persistence import event_kinds as kinds

ID = UUID("0123456789abcdef0123456789abcdef")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NOON_JSON = '{"_type_":"datetime_iso","_data_":"2026-01-31T12:00:00+00:00"}'


def make_transcoder() -> JSONTranscoder:
    transcoder = JSONTranscoder()
    for transcoding in (UUIDAsHex(), DecimalAsStr(), DatetimeAsISO()):
        transcoder.register(transcoding)
    return transcoder


def make_cipher(key: str | None = None) -> AESCipher:
    return AESCipher(Environment(env={"CIPHER_KEY": key or AESCipher.create_key(32)}))


@pytest.fixture
def mapper() -> Mapper[Any]:
    return Mapper(make_transcoder())


def stored(topic: Any, state: Any = b"{}", originator_id: UUID | str = ID) -> StoredEvent:
    topic = topic if isinstance(topic, str) else get_topic(topic)
    data = state if isinstance(state, bytes) else json.dumps(state).encode()
    return StoredEvent(originator_id, 1, topic, data)


class Foo(Aggregate):
    def __init__(self, name: str) -> None:
        self.name = name

    @event("Renamed")
    def rename(self, name: str) -> None:
        self.name = name


class Evolved:
    """An event of 9.2 style whose class has come to version 3."""

    originator_id: UUID
    class_version = 3
    seen: list[dict[str, Any]] = []

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        Evolved.seen.append(dict(state))
        state["b"] = 2

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        state["c"] = state.pop("b") + 1


class GapInVersions:
    originator_id: UUID
    class_version = 3

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        pass


class AbstractEvent(ABC):
    originator_id: UUID

    @abstractmethod
    def do(self) -> None: ...


DATA: dict[str, str] = {}


def make_kind(cls: Any, **more: Any) -> Any:
    fields = {"originator_id": ID, "originator_version": 2, "timestamp": NOON}
    return cls(**fields, **more)


# Writing


def test_attributes() -> None:
    """M1: `transcoder`, `compressor`, `cipher`, given by keyword or in this order."""
    transcoder, compressor, cipher = make_transcoder(), ZlibCompressor(), make_cipher()
    one: Mapper[Any] = Mapper(transcoder, compressor, cipher)
    other: Mapper[Any] = Mapper(cipher=cipher, compressor=compressor, transcoder=transcoder)
    bare: Mapper[Any] = Mapper(transcoder)
    assert vars(one) == vars(other)
    assert (one.transcoder, one.compressor, one.cipher) == (transcoder, compressor, cipher)
    assert (bare.compressor, bare.cipher) == (None, None)


def test_renamed_event_has_exactly_these_bytes(mapper: Mapper[Any]) -> None:
    """M5: ID and version become columns, the rest is the state, in order."""
    event = Foo.Renamed(originator_id=ID, originator_version=2, timestamp=NOON, name="m")  # type: ignore[attr-defined]
    assert mapper.to_stored_event(event) == StoredEvent(
        ID,
        2,
        "tests.unit.persistence.test_mapper:Foo.Renamed",
        f'{{"timestamp":{NOON_JSON},"name":"m"}}'.encode(),
    )


def test_created_event_has_the_topic_of_the_aggregate(mapper: Mapper[Any]) -> None:
    """M5: `originator_topic` comes after `timestamp` and before the event's own fields."""
    (event,) = Foo(name="m").collect_events()
    state = json.loads(mapper.to_stored_event(event).state)
    assert list(state) == ["timestamp", "originator_topic", "name"]
    assert state["originator_topic"] == "tests.unit.persistence.test_mapper:Foo"


def test_snapshot_has_exactly_these_members(mapper: Mapper[Any]) -> None:
    """M6: timestamp, topic of the aggregate, and its attributes without the three private ones."""
    foo = Foo(name="m")
    stored_snapshot = mapper.to_stored_event(Snapshot.take(foo))
    state = json.loads(stored_snapshot.state)
    assert stored_snapshot.topic == "eventsourcing.domain:Snapshot"
    assert list(state) == ["timestamp", "topic", "state"]
    assert state["topic"] == "tests.unit.persistence.test_mapper:Foo"
    assert list(state["state"]) == ["_created_on", "_modified_on", "name"]


def test_snapshots_are_read(mapper: Mapper[Any]) -> None:
    """M6, M7: a snapshot goes both ways, and makes an equal aggregate."""
    foo = Foo(name="m")
    foo.rename("n")
    foo.collect_events()
    snapshot = mapper.to_domain_event(mapper.to_stored_event(Snapshot.take(foo)))
    assert snapshot.mutate(None) == foo


def test_version_one_is_never_written(mapper: Mapper[Any]) -> None:
    """M2: neither with nor without the attribute."""

    class VersionOne(kinds.PlainEvent):
        class_version = 1

    for cls in (kinds.PlainEvent, VersionOne):
        event = cls(originator_id=ID, originator_version=1)
        assert mapper.to_stored_event(event).state == b'{"initialised":true}'


def test_later_version_is_the_last_member(mapper: Mapper[Any]) -> None:
    """M2: `class_version` is appended."""

    class VersionTwo(kinds.PlainEvent):
        class_version = 2

    event = VersionTwo(a=1, originator_id=ID, originator_version=1, b=2)
    assert (
        mapper.to_stored_event(event).state == b'{"a":1,"b":2,"initialised":true,"class_version":2}'
    )


def test_writing_leaves_the_event_alone(mapper: Mapper[Any]) -> None:
    """M2: the state is a copy."""
    event = make_kind(kinds.FrozenEvent, name="m", amount=Decimal(1))
    before = dict(vars(event))
    mapper.to_stored_event(event)
    assert vars(event) == before


def test_explicit_topics_are_used(mapper: Mapper[Any]) -> None:
    """M3: the class's `TOPIC`."""

    class Renowned(kinds.PlainEvent):
        TOPIC = "tests:renowned"

    event = Renowned(originator_id=ID, originator_version=1)
    assert mapper.to_stored_event(event).topic == "tests:renowned"


def test_unserialisable_state_is_not_wrapped(mapper: Mapper[Any]) -> None:
    """M10: errors on writing come as the transcoder raises them."""
    event = kinds.PlainEvent(originator_id=ID, originator_version=1, a=object())
    with pytest.raises(TranscodingNotRegisteredError):
        mapper.to_stored_event(event)


def test_9_2_name_is_deprecated(mapper: Mapper[Any]) -> None:
    """M13: `from_domain_event()` does the same, and warns at the place of the call."""
    event = kinds.PlainEvent(originator_id=ID, originator_version=1)
    with pytest.warns(DeprecationWarning, match="use 'to_stored_event") as caught:
        result = mapper.from_domain_event(event)
    assert result == mapper.to_stored_event(event)
    assert str(caught[0].message) == (
        "'from_domain_event()' is deprecated, use 'to_stored_event()' instead"
    )
    assert caught[0].filename == __file__


# The pipeline


class Marking:
    """A step of the pipeline that leaves a mark, and a transcoder that does too."""

    def __init__(self, mark: bytes) -> None:
        self.mark = mark

    def do(self, data: bytes) -> bytes:
        return self.mark + data

    def undo(self, data: bytes) -> bytes:
        if not data.startswith(self.mark):
            raise ValueError(f"no {self.mark!r}")
        return data.removeprefix(self.mark)

    compress = encrypt = do
    decompress = decrypt = undo


def test_steps_run_in_this_order() -> None:
    """M4: encode, compress, encrypt; and back."""
    compressor: Any = Marking(b"compressed:")
    cipher: Any = Marking(b"encrypted:")
    mapper: Mapper[Any] = Mapper(make_transcoder(), compressor, cipher)
    event = kinds.PlainEvent(originator_id=ID, originator_version=1, a=1)
    written = mapper.to_stored_event(event)
    assert written.state == b'encrypted:compressed:{"a":1,"initialised":true}'
    assert mapper.to_domain_event(written) == event


def test_falsy_steps_run_too() -> None:
    """M4: a step is left out when it is None, not when it is empty."""

    class Falsy(Marking):
        def __len__(self) -> int:
            return 0

    step: Any = Falsy(b"x")
    mapper: Mapper[Any] = Mapper(make_transcoder(), step, step)
    event = kinds.PlainEvent(originator_id=ID, originator_version=1)
    assert mapper.to_stored_event(event).state.startswith(b"xx")


def test_a_module_may_compress() -> None:
    """K1: `zlib` itself serves."""
    compressor: Any = zlib
    mapper: Mapper[Any] = Mapper(make_transcoder(), compressor)
    event = kinds.PlainEvent(originator_id=ID, originator_version=1)
    written = mapper.to_stored_event(event)
    assert zlib.decompress(written.state) == b'{"initialised":true}'
    assert mapper.to_domain_event(written) == event


def test_size_of_encrypted_and_compressed_state() -> None:
    """K8: compressed and encrypted is larger than compressed, smaller than plain."""
    event = kinds.PlainEvent(originator_id=ID, originator_version=1, text="abc" * 100)
    steps: list[tuple[Any, Any]] = [
        (None, None),
        (ZlibCompressor(), None),
        (None, make_cipher()),
        (ZlibCompressor(), make_cipher()),
    ]
    plain, compressed, encrypted, both = (
        len(Mapper[Any](make_transcoder(), compressor, cipher).to_stored_event(event).state)
        for compressor, cipher in steps
    )
    assert compressed < both < plain < encrypted == plain + 28
    assert both == compressed + 28


# Reading


@pytest.mark.parametrize(
    "cls",
    [
        kinds.LibraryEvent,
        kinds.FrozenEvent,
        kinds.SlottedEvent,
        kinds.PydanticEvent,
        kinds.StructEvent,
        kinds.PlainEvent,
    ],
)
@pytest.mark.parametrize("encrypted", [False, True])
def test_events_of_all_kinds_come_back_equal(cls: Any, encrypted: bool) -> None:
    """M7, D198: any frozen class may be an event."""
    mapper: Mapper[Any] = Mapper(
        make_transcoder(), ZlibCompressor(), make_cipher() if encrypted else None
    )
    event = make_kind(cls, name="m", amount=Decimal("1.10"))
    copy = mapper.to_domain_event(mapper.to_stored_event(event))
    assert type(copy) is cls
    assert copy == event
    assert copy is not event
    assert mapper.to_stored_event(copy).topic == mapper.to_stored_event(event).topic


@pytest.mark.parametrize(
    "cls",
    [
        kinds.LibraryEvent,
        kinds.FrozenEvent,
        kinds.SlottedEvent,
        kinds.PydanticEvent,
        kinds.StructEvent,
    ],
)
def test_all_kinds_have_the_same_bytes(mapper: Mapper[Any], cls: Any) -> None:
    """M2: the attributes in their order, whatever the class is made with."""
    written = mapper.to_stored_event(make_kind(cls, name="m", amount=Decimal("1.10")))
    copy = mapper.to_domain_event(written)
    assert (
        written.state
        == (
            f'{{"timestamp":{NOON_JSON},"name":"m",'
            '"amount":{"_type_":"decimal_str","_data_":"1.10"}}'
        ).encode()
    )
    assert mapper.to_stored_event(copy) == written


@pytest.mark.parametrize("cls", [kinds.LibraryEvent, kinds.FrozenEvent, kinds.SlottedEvent])
def test_frozen_events_are_frozen_when_read(mapper: Mapper[Any], cls: Any) -> None:
    """M7: what was read is like what was written."""
    event = make_kind(cls, name="m", amount=Decimal(1))
    copy = mapper.to_domain_event(mapper.to_stored_event(event))
    with pytest.raises(FrozenInstanceError):
        copy.name = "other"


def test_pydantic_events_are_whole_when_read(mapper: Mapper[Any]) -> None:
    """M7: also what pydantic keeps besides the fields."""
    event = make_kind(kinds.PydanticEvent, name="m", amount=Decimal(1))
    copy = mapper.to_domain_event(mapper.to_stored_event(event))
    assert copy.model_dump_json() == event.model_dump_json()
    assert copy.model_fields_set == event.model_fields_set
    assert copy.model_copy() == event


def test_reading_does_not_initialise(mapper: Mapper[Any]) -> None:
    """M7: neither `__init__` nor `__post_init__` runs."""
    written = mapper.to_stored_event(make_kind(kinds.FrozenEvent, name="m", amount=Decimal(1)))
    before = kinds.FrozenEvent.initialised
    mapper.to_domain_event(written)
    assert kinds.FrozenEvent.initialised == before


def test_mandatory_arguments_do_not_matter(mapper: Mapper[Any]) -> None:
    """M7: a stored event of an older shape is still read."""
    event = mapper.to_domain_event(stored(kinds.BareEvent, {"a": 1}))
    assert vars(event) == {"a": 1, "originator_id": ID, "originator_version": 1}


def test_constructors_in_python_do_not_run(mapper: Mapper[Any]) -> None:
    """M7: nor does `__new__` of a plain class."""
    event = mapper.to_domain_event(stored(kinds.AnnotatedEvent, {"a": 1}))
    assert (type(event), event.a) == (kinds.AnnotatedEvent, 1)


def test_slotted_events_do_not_initialise(mapper: Mapper[Any]) -> None:
    """M7: a state of an older shape makes an event that lacks what was not stored."""
    event = mapper.to_domain_event(stored(kinds.SlottedEvent, {"timestamp": 5}))
    assert event.timestamp == 5
    assert not hasattr(event, "name")


def test_columns_win_over_the_state(mapper: Mapper[Any]) -> None:
    """M7: ID and version are those of the columns, whatever the state says."""
    state = {"originator_id": "x", "originator_version": 99}
    event = mapper.to_domain_event(stored(kinds.PlainEvent, state))
    assert vars(event) == {"originator_id": ID, "originator_version": 1}


def test_text_becomes_uuid_where_the_class_says_so(mapper: Mapper[Any]) -> None:
    """M11: databases with text IDs serve aggregates with UUIDs."""
    event = mapper.to_domain_event(stored(kinds.BareEvent, originator_id=str(ID)))
    assert event.originator_id == ID


def test_text_stays_text_where_the_class_says_so(mapper: Mapper[Any]) -> None:
    """M11: an aggregate with text IDs."""
    event = mapper.to_domain_event(stored(kinds.TextEvent, originator_id="order-1"))
    assert event.originator_id == "order-1"


def test_undeclared_classes_are_read_with_uuids(mapper: Mapper[Any]) -> None:
    """M12: as 9.2 did; with text they are refused."""
    assert mapper.to_domain_event(stored(kinds.PlainEvent)).originator_id == ID
    with pytest.raises(TypeError, match="originator_id annotation"):
        mapper.to_domain_event(stored(kinds.PlainEvent, originator_id="text"))


# Upcasting


def test_old_state_is_upcast_step_by_step(mapper: Mapper[Any]) -> None:
    """M8: from version 1, which is not stored, with ID and version in the state."""
    Evolved.seen.clear()
    event = mapper.to_domain_event(stored(Evolved, {"a": 1}))
    assert vars(event) == {"a": 1, "c": 3, "originator_id": ID, "originator_version": 1}
    assert Evolved.seen == [{"a": 1, "originator_id": ID, "originator_version": 1}]


def test_upcasting_begins_at_the_stored_version(mapper: Mapper[Any]) -> None:
    """M8: `class_version` is removed from the state."""
    event = mapper.to_domain_event(stored(Evolved, {"b": 5, "class_version": 2}))
    assert vars(event) == {"c": 6, "originator_id": ID, "originator_version": 1}


@pytest.mark.parametrize("version", [3, 4, 99])
def test_newer_state_is_not_upcast(mapper: Mapper[Any], version: int) -> None:
    """M8: also a version above the class's is read as it is."""
    event = mapper.to_domain_event(stored(Evolved, {"z": 1, "class_version": version}))
    assert vars(event) == {"z": 1, "originator_id": ID, "originator_version": 1}


def test_missing_upcast_method(mapper: Mapper[Any]) -> None:
    """M8: an AttributeError names it."""
    with pytest.raises(AttributeError, match="upcast_v2_v3"):
        mapper.to_domain_event(stored(GapInVersions))


def test_stored_version_is_removed_for_unversioned_classes(mapper: Mapper[Any]) -> None:
    """M8: also when the class went back to version 1."""
    event = mapper.to_domain_event(stored(kinds.PlainEvent, {"class_version": 2}))
    assert "class_version" not in vars(event)


def test_version_that_is_no_number_is_damage(mapper: Mapper[Any]) -> None:
    """M8, M9: hostile state ends in the mapper's error."""
    for version in ("2", 1.5, None, [], True):
        with pytest.raises(MapperDeserialisationError, match="class_version is not an int"):
            mapper.to_domain_event(stored(Evolved, {"class_version": version}))


# Damage


def test_text_of_the_error_for_damaged_state(mapper: Mapper[Any]) -> None:
    """M9: topic, ID, version and what went wrong; the original is the cause."""
    event = stored(kinds.PlainEvent, b"not json")
    with pytest.raises(MapperDeserialisationError) as caught:
        mapper.to_domain_event(event)
    cause = caught.value.__cause__
    assert isinstance(cause, json.JSONDecodeError)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value) == (
        f"Failed to deserialise state of stored event with topic '{event.topic}', "
        f"originator_id '{ID}' and originator_version 1: {cause}"
    )


@pytest.mark.parametrize("data", [b"[]", b"1", b'"text"', b"null", b"true", b"NaN"])
def test_state_that_is_no_dict(mapper: Mapper[Any], data: bytes) -> None:
    """M9 [fix]: decoded state must be a dict."""
    with pytest.raises(MapperDeserialisationError, match="state is not a dict but"):
        mapper.to_domain_event(stored(kinds.PlainEvent, data))


def test_state_that_is_a_transcoded_value(mapper: Mapper[Any]) -> None:
    """M9, T4: a state of two hostile members is not a dict."""
    state = {"_type_": "decimal_str", "_data_": "1"}
    with pytest.raises(MapperDeserialisationError, match="state is not a dict but"):
        mapper.to_domain_event(stored(kinds.PlainEvent, state))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"9" * 10_000 + b"}",
        b'{"a":{"_type_":"unknown","_data_":1}}',
        b'{"a":{"_type_":"uuid_hex","_data_":"nonsense"}}',
        b'{"a":{"_type_":"decimal_str","_data_":"nonsense"}}',
        b'{"a":{"_type_":"datetime_iso","_data_":"nonsense"}}',
        b'{"a":{"_type_":"decimal_str","_data_":{}}}',
        b'{"a":{"_type_":[],"_data_":{}}}',
    ],
)
def test_damaged_state(mapper: Mapper[Any], data: bytes) -> None:
    """M9: any exception while decoding."""
    with pytest.raises(MapperDeserialisationError):
        mapper.to_domain_event(stored(kinds.PlainEvent, data))


def test_wrong_key_is_a_value_error() -> None:
    """M9: as the cipher says it."""
    event = kinds.PlainEvent(originator_id=ID, originator_version=1)
    one: Mapper[Any] = Mapper(make_transcoder(), None, make_cipher())
    other: Mapper[Any] = Mapper(make_transcoder(), None, make_cipher())
    with pytest.raises(ValueError, match="MAC check failed") as caught:
        other.to_domain_event(one.to_stored_event(event))
    assert type(caught.value) is MapperDeserialisationError


@pytest.mark.parametrize("reader", ["plain", "compressed", "encrypted"])
def test_other_configuration_is_a_value_error(reader: str) -> None:
    """M9: state that another configuration wrote."""
    steps: dict[str, tuple[Any, Any]] = {
        "plain": (None, None),
        "compressed": (ZlibCompressor(), None),
        "encrypted": (None, make_cipher()),
    }
    mappers = {name: Mapper[Any](make_transcoder(), *both) for name, both in steps.items()}
    event = kinds.PlainEvent(originator_id=ID, originator_version=1)
    for writer in steps.keys() - {reader}:
        with pytest.raises(MapperDeserialisationError):
            mappers[reader].to_domain_event(mappers[writer].to_stored_event(event))


def test_interrupts_are_not_wrapped() -> None:
    """M9: only errors are."""

    class Interrupted(Transcoder):
        def encode(self, obj: Any) -> bytes:
            raise KeyboardInterrupt

        decode = encode

    with pytest.raises(KeyboardInterrupt):
        Mapper[Any](Interrupted()).to_domain_event(stored(kinds.PlainEvent))


@pytest.mark.parametrize("topic", ["nowhere", "nowhere:Foo", f"{__name__}:Nobody", "a\0b"])
def test_unresolvable_topic(topic: str) -> None:
    """M10: the topic comes first, so damaged state does not matter."""
    with pytest.raises(TopicError):
        Mapper[Any](make_transcoder()).to_domain_event(stored(topic, b"damaged"))


@pytest.mark.parametrize("topic", ["", ":"])
def test_empty_topic(topic: str) -> None:
    """M10, U14: what resolving raises comes as it is."""
    with pytest.raises(ValueError, match="Empty module name"):
        Mapper[Any](make_transcoder()).to_domain_event(stored(topic, b"damaged"))


@pytest.mark.parametrize(
    "topic",
    [
        "json",
        "json:dumps",
        "math:pi",
        "builtins:dict",
        "builtins:object",
        "subprocess:Popen",
        "tempfile:NamedTemporaryFile",
        "tempfile:_TemporaryFileCloser",
        "eventsourcing.persistence:Mapper",
        "eventsourcing.cipher:AESCipher",
        f"{__name__}:ID",
        f"{__name__}:UTC",
    ],
)
def test_topic_that_names_no_event_class(mapper: Mapper[Any], topic: str) -> None:
    """Issue 4.6: a clear error, and nothing is called or built."""
    with pytest.raises(TypeError) as caught:
        mapper.to_domain_event(stored(topic, b"damaged"))
    assert f"Topic '{topic}' of a stored event names" in str(caught.value)
    assert "which is not an event class" in str(caught.value)


def test_abstract_classes_are_refused(mapper: Mapper[Any]) -> None:
    """M7: what cannot be instantiated is not."""
    with pytest.raises(TypeError, match="abstract"):
        mapper.to_domain_event(stored(AbstractEvent))


def test_unhashable_topics_objects_are_refused(mapper: Mapper[Any]) -> None:
    """Issue 4.6: a topic that names a dict."""
    with pytest.raises(TypeError, match="which is not an event class"):
        mapper.to_domain_event(stored(f"{__name__}:DATA"))


def test_mapper_may_be_subscripted() -> None:
    """F11: with the type of the IDs."""
    assert isinstance(Mapper[UUID](make_transcoder()), Mapper)
