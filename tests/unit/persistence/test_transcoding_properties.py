"""Decoders under random input: only the errors of the contract (T1-T7, K1, K7, M9, issue 4.6)."""

from __future__ import annotations

import json
import math
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import eventsourcing.cryptography
from eventsourcing.cipher import AESCipher
from eventsourcing.compressor import ZlibCompressor
from eventsourcing.persistence import (
    DatetimeAsISO,
    DecimalAsStr,
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    StoredEvent,
    TranscodingNotRegisteredError,
    UUIDAsHex,
)
from eventsourcing.utils import Environment, TopicError, get_topic
from tests.unit.persistence.event_kinds import (
    FrozenEvent,
    LibraryEvent,
    PlainEvent,
    PydanticEvent,
    SlottedEvent,
    StructEvent,
)

ID = UUID(int=7)


def make_transcoder() -> JSONTranscoder:
    transcoder = JSONTranscoder()
    for transcoding in (UUIDAsHex(), DecimalAsStr(), DatetimeAsISO()):
        transcoder.register(transcoding)
    return transcoder


TRANSCODER = make_transcoder()
CIPHERS = [
    module.AESCipher(Environment(env={"CIPHER_KEY": AESCipher.create_key(32)}))
    for module in (eventsourcing.cipher, eventsourcing.cryptography)
]
COMPRESSOR = ZlibCompressor(max_size=10_000)
MAPPERS: list[Mapper[Any]] = [
    Mapper(TRANSCODER),
    Mapper(TRANSCODER, COMPRESSOR),
    Mapper(TRANSCODER, None, CIPHERS[0]),
    Mapper(TRANSCODER, COMPRESSOR, CIPHERS[1]),
]

text = st.text(st.characters(exclude_categories=["Cs"]))
keys = text.filter(lambda key: key != "_type_")
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False)
    | text
    | st.uuids()
    | st.decimals(allow_nan=False)
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
# JSON texts in which the words of the format are frequent.
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.sampled_from(["uuid_hex", "decimal_str", "datetime_iso", "class_version", "a"])
    | text,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["_type_", "_data_", "class_version", "originator_id", "a"]) | text,
        inner,
        max_size=3,
    )
    | st.fixed_dictionaries(
        {"_type_": st.sampled_from(["uuid_hex", "decimal_str", "datetime_iso"]), "_data_": inner}
    ),
    max_leaves=10,
)
states = st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode())


DECODING_ERRORS = (
    ValueError,
    TypeError,
    TranscodingNotRegisteredError,
    ArithmeticError,
    RecursionError,
)


@settings(deadline=None)
@given(values)
def test_values_come_back_equal(value: Any) -> None:
    """T1-T7: whatever is made of the supported types."""
    decoded = TRANSCODER.decode(TRANSCODER.encode(value))
    assert decoded == value
    # ISO 8601 cannot say which of two equal local times is meant.
    assert repr(decoded) == repr(value).replace(", fold=1", "")


@settings(deadline=None)
@given(values)
def test_encoding_is_that_of_the_standard_library(value: Any) -> None:
    """T1: the bytes are those of `json.dumps` with these options."""

    def default(obj: Any) -> Any:
        if isinstance(obj, UUID):
            return {"_type_": "uuid_hex", "_data_": obj.hex}
        if isinstance(obj, Decimal):
            return {"_type_": "decimal_str", "_data_": str(obj)}
        return {"_type_": "datetime_iso", "_data_": obj.isoformat()}

    expected = json.dumps(value, default=default, separators=(",", ":"), ensure_ascii=False)
    assert TRANSCODER.encode(value) == expected.encode("utf-8")


@settings(deadline=None)
@given(values)
def test_other_spellings_are_read_alike(value: Any) -> None:
    """T1: escaped and spaced JSON, as other programs write it."""
    compact = TRANSCODER.encode(value)
    spelled = json.dumps(json.loads(compact), indent=1, ensure_ascii=True).encode()
    assert repr(TRANSCODER.decode(spelled)) == repr(TRANSCODER.decode(compact))


@settings(deadline=None)
@given(st.floats())
def test_floats_are_exact(value: float) -> None:
    """T2: also the infinite ones and NaN."""
    decoded = TRANSCODER.decode(TRANSCODER.encode(value))
    assert decoded == value or (math.isnan(decoded) and math.isnan(value))


@settings(deadline=None)
@given(states)
@example(b"[" * 100_000)
@example(b'{"_type_":null,"_data_":null}')
@example(b'{"_type_":{},"_data_":null}')
@example(b'{"_type_":"decimal_str","_data_":"1e999999999999999999999"}')
@example(b"1" * 5000)
def test_decoding_anything(data: bytes) -> None:
    """T1-T6: a value, or one of these errors."""
    with suppress(*DECODING_ERRORS):
        TRANSCODER.decode(data)


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_decompressing_anything(data: bytes) -> None:
    """K1: bytes within the limit, or one of these errors."""
    with suppress(zlib.error, ValueError):
        assert len(COMPRESSOR.decompress(data)) <= 10_000


@settings(deadline=None)
@given(st.binary(max_size=20_000))
def test_compressed_data_come_back_equal(data: bytes) -> None:
    """K1: whatever is within the limit; what is not is refused before it is stored."""
    if len(data) <= 10_000:
        assert COMPRESSOR.decompress(COMPRESSOR.compress(data)) == data


@settings(deadline=None)
@given(st.binary(max_size=100), st.sampled_from(CIPHERS))
def test_decrypting_anything(data: bytes, cipher: Any) -> None:
    """K7: nobody can forge a cipher text; each failure is a ValueError."""
    with pytest.raises(ValueError, match=r"(?i)cipher"):
        cipher.decrypt(data)


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400), st.integers(1, 255))
def test_damage_is_always_found(plaintext: bytes, index: int, change: int) -> None:
    """K7: whichever byte is changed."""
    damaged = bytearray(CIPHERS[0].encrypt(plaintext))
    damaged[index % len(damaged)] ^= change
    with pytest.raises(ValueError, match="MAC check failed"):
        CIPHERS[0].decrypt(bytes(damaged))


@settings(max_examples=300, deadline=None)
@given(states, st.sampled_from(MAPPERS), st.booleans())
@example(b'{"class_version":"1"}', MAPPERS[0], False)
@example(b'{"class_version":0}', MAPPERS[0], False)
@example(b'{"_type_":"uuid_hex","_data_":"0"}', MAPPERS[0], False)
def test_mapping_any_state(data: bytes, mapper: Mapper[Any], processed: bool) -> None:
    """M9: an event, or the mapper's error, whatever was stored."""
    if processed:  # so that the last step sees what is hostile
        if mapper.compressor is not None:
            data = mapper.compressor.compress(data)
        if mapper.cipher is not None:
            data = mapper.cipher.encrypt(data)
    stored = StoredEvent(ID, 1, get_topic(PlainEvent), data)
    try:
        event = mapper.to_domain_event(stored)
    except MapperDeserialisationError:
        return
    except AttributeError as error:
        if "upcast_v" not in str(error):
            raise
    else:
        assert (event.originator_id, event.originator_version) == (ID, 1)


@settings(deadline=None)
@given(st.integers(-(10**6), 0))
def test_mapping_any_old_version(version: int) -> None:
    """M8: what cannot be upcast is an AttributeError, however far it is."""
    state = json.dumps({"class_version": version}).encode()
    with pytest.raises(AttributeError, match="upcast_v"):
        MAPPERS[0].to_domain_event(StoredEvent(ID, 1, get_topic(PlainEvent), state))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of modules that happen to be found
@settings(deadline=None)
@given(text | st.from_regex(r"[a-z_.]{1,12}(:[A-Za-z_.]{0,12})?", fullmatch=True))
def test_any_topic(topic: str) -> None:
    """M10, U13, U14: an unresolvable topic, or something that is no event class."""
    with pytest.raises((TopicError, TypeError, ValueError)):
        MAPPERS[0].to_domain_event(StoredEvent(ID, 1, topic, b"{}"))


@settings(deadline=None)
@given(
    st.sampled_from([LibraryEvent, FrozenEvent, SlottedEvent, PydanticEvent, StructEvent]),
    st.sampled_from(MAPPERS),
    st.uuids(),
    st.integers(0, 2**31),
    st.datetimes(timezones=st.just(UTC)),
    text,
    st.decimals(allow_nan=False, allow_infinity=False),
)
def test_events_come_back_equal(
    event_class: Any,
    mapper: Mapper[Any],
    originator_id: UUID,
    version: int,
    timestamp: datetime,
    name: str,
    amount: Decimal,
) -> None:
    """M7: events of all kinds, through all pipelines."""
    event = event_class(
        originator_id=originator_id,
        originator_version=version,
        timestamp=timestamp,
        name=name,
        amount=amount,
    )
    stored = mapper.to_stored_event(event)
    copy = mapper.to_domain_event(stored)
    assert copy == event
    assert MAPPERS[0].to_stored_event(copy) == MAPPERS[0].to_stored_event(event)
