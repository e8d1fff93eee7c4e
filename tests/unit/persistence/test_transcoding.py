"""The JSON state format: contract T1-T10."""

from __future__ import annotations

import enum
import json
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from eventsourcing.persistence import (
    DatetimeAsISO,
    DecimalAsStr,
    JSONTranscoder,
    Transcoder,
    Transcoding,
    TranscodingNotRegisteredError,
    UUIDAsHex,
)


@pytest.fixture
def transcoder() -> JSONTranscoder:
    """A transcoder with the three standard transcodings (T8)."""
    transcoder = JSONTranscoder()
    for transcoding in (UUIDAsHex(), DecimalAsStr(), DatetimeAsISO()):
        transcoder.register(transcoding)
    return transcoder


@dataclass(frozen=True)
class Point:
    x: int
    y: Any


class PointAsPair(Transcoding):
    type = Point
    name = "point"

    def encode(self, obj: Point) -> Any:
        return (obj.x, obj.y)

    def decode(self, data: Any) -> Point:
        return Point(*data)


class IntSub(int):
    pass


class StrSub(str):
    __slots__ = ()


class FloatSub(float):
    pass


class DictSub(dict[str, Any]):
    pass


class ListSub(list[Any]):
    pass


class Number(enum.IntEnum):
    ONE = 1


class Word(enum.StrEnum):
    YES = "yes"


class Pair(NamedTuple):
    left: int
    right: int


# Native values, and their exact bytes.
NATIVE: list[tuple[Any, str]] = [
    ({}, "{}"),
    ({"a": 1, "b": [1, 2.5, None, True]}, '{"a":1,"b":[1,2.5,null,true]}'),
    ({"b": 1, "a": 2}, '{"b":1,"a":2}'),
    ([], "[]"),
    ("", '""'),
    (0, "0"),
    (-0.0, "-0.0"),
    (False, "false"),
    ("é日本😀", '"é日本😀"'),
    ("\u2028\u2029\x7f\x80", '"\u2028\u2029\x7f\x80"'),
    ('"\\/', '"\\"\\\\/"'),
    ("\n\r\t\b\f\x00\x1f", r'"\n\r\t\b\f\u0000\u001f"'),
    (2**64, "18446744073709551616"),
    (-(10**40), "-" + "1" + "0" * 40),
    (1e16, "1e+16"),
    (1e15, "1000000000000000.0"),
    (1e-5, "1e-05"),
    (0.0001, "0.0001"),
    (0.1 + 0.2, "0.30000000000000004"),
    (5e-324, "5e-324"),
    (math.inf, "Infinity"),
    (-math.inf, "-Infinity"),
]

# Values of other classes that are written as a native one: value, bytes, what is read.
WRITTEN_AS_BASE: list[tuple[Any, str, Any]] = [
    ((1, (2, 3)), "[1,[2,3]]", [1, [2, 3]]),
    (IntSub(5), "5", 5),
    (StrSub("x"), '"x"', "x"),
    (FloatSub(1.5), "1.5", 1.5),
    (DictSub(a=1), '{"a":1}', {"a": 1}),
    (OrderedDict(b=1, a=2), '{"b":1,"a":2}', {"b": 1, "a": 2}),
    (ListSub([1]), "[1]", [1]),
    (Number.ONE, "1", 1),
    (Word.YES, '"yes"', "yes"),
    (Pair(1, 2), "[1,2]", [1, 2]),
    ({1: 0}, '{"1":0}', {"1": 0}),
    ({None: 0}, '{"null":0}', {"null": 0}),
    ({True: 0, False: 1}, '{"true":0,"false":1}', {"true": 0, "false": 1}),
    ({1.5: 0}, '{"1.5":0}', {"1.5": 0}),
    ({Number.ONE: 0}, '{"1":0}', {"1": 0}),
    ({StrSub("x"): 0}, '{"x":0}', {"x": 0}),
]

CUSTOM: list[tuple[Any, str]] = [
    (UUID(int=0xAB), '{"_type_":"uuid_hex","_data_":"000000000000000000000000000000ab"}'),
    (Decimal("1.10"), '{"_type_":"decimal_str","_data_":"1.10"}'),
    (Decimal("-1E+3"), '{"_type_":"decimal_str","_data_":"-1E+3"}'),
    (Decimal("Infinity"), '{"_type_":"decimal_str","_data_":"Infinity"}'),
    (
        datetime(2026, 1, 31, 12, 0, 0, 123, tzinfo=UTC),
        '{"_type_":"datetime_iso","_data_":"2026-01-31T12:00:00.000123+00:00"}',
    ),
    (
        datetime(2026, 1, 31, 12, tzinfo=UTC),
        '{"_type_":"datetime_iso","_data_":"2026-01-31T12:00:00+00:00"}',
    ),
    (datetime(2026, 1, 31, 12), '{"_type_":"datetime_iso","_data_":"2026-01-31T12:00:00"}'),
    (
        datetime(2026, 1, 31, 12, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
        '{"_type_":"datetime_iso","_data_":"2026-01-31T12:00:00-03:30"}',
    ),
    (
        {"a": [Decimal(1)]},
        '{"a":[{"_type_":"decimal_str","_data_":"1"}]}',
    ),
]


@pytest.mark.parametrize(("value", "text"), NATIVE)
def test_native_values_have_exactly_these_bytes(
    transcoder: JSONTranscoder, value: Any, text: str
) -> None:
    """T1, T2: compact UTF-8 with literal characters, members in insertion order."""
    assert transcoder.encode(value) == text.encode("utf-8")
    assert transcoder.decode(text.encode("utf-8")) == value


@pytest.mark.parametrize(("value", "text", "read"), WRITTEN_AS_BASE)
def test_subclasses_and_keys_are_written_as_native_values(
    transcoder: JSONTranscoder, value: Any, text: str, read: Any
) -> None:
    """T2: tuples decode as lists, subclasses as the base type, keys as text."""
    data = transcoder.encode(value)
    decoded = transcoder.decode(data)
    assert data == text.encode("utf-8")
    assert decoded == read
    assert type(decoded) is type(read)


def test_nan_is_a_bare_word(transcoder: JSONTranscoder) -> None:
    """T2: NaN is written and read."""
    assert transcoder.encode({"x": math.nan}) == b'{"x":NaN}'
    assert math.isnan(transcoder.decode(b"NaN"))


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e22, 123456789012345680.0, 1.7976931348623157e308])
def test_floats_use_the_shortest_representation(transcoder: JSONTranscoder, value: float) -> None:
    """T2: as Python's `repr()`."""
    assert transcoder.encode(value) == repr(value).encode()
    assert transcoder.decode(transcoder.encode(value)) == value


@pytest.mark.parametrize("key", [(1, 2), b"x", UUID(int=1), datetime(2026, 1, 1), Decimal(1)])
def test_other_keys_are_type_errors(transcoder: JSONTranscoder, key: Any) -> None:
    """T2: keys are not transcoded."""
    with pytest.raises(TypeError, match="keys must be"):
        transcoder.encode({key: 1})


@pytest.mark.parametrize(
    "text",
    [
        ' { "a" :\n[ 1 ,\t2 ] } ',
        '{"\\u0061":[1,2]}',
        '{"a":[1.0,2e0]}',
    ],
)
def test_any_spelling_is_read(transcoder: JSONTranscoder, text: str) -> None:
    """T1: spaces, escapes, other number formats."""
    assert transcoder.decode(text.encode()) == {"a": [1, 2]}


def test_escapes_of_old_releases_are_read(transcoder: JSONTranscoder) -> None:
    r"""T1: `\uXXXX` and surrogate pairs."""
    assert transcoder.decode(rb'"\u00e9\ud83d\ude00\u65E5"') == "é😀日"


def test_a_transcoding_may_be_spelled_with_escapes(transcoder: JSONTranscoder) -> None:
    """T1, T4: the names of the members count, not how they are written."""
    data = rb'{"\u005ftype_":"decimal\u005fstr", "_data\u005F":"1.5"}'
    assert transcoder.decode(data) == Decimal("1.5")


def test_lone_surrogates_cannot_be_written(transcoder: JSONTranscoder) -> None:
    """T1: UTF-8 has no place for them."""
    with pytest.raises(UnicodeEncodeError):
        transcoder.encode({"a": "\ud800"})


def test_circular_references_are_refused(transcoder: JSONTranscoder) -> None:
    """T2: as Python's `json` refuses them."""
    circular: list[Any] = []
    circular.append(circular)
    with pytest.raises(ValueError, match="Circular"):
        transcoder.encode(circular)


def test_a_transcoding_that_returns_its_object_is_refused(transcoder: JSONTranscoder) -> None:
    """T3: the payload is itself subject to transcoding, so this would never end."""

    class PointAsItself(PointAsPair):
        def encode(self, obj: Point) -> Any:
            return obj

    transcoder.register(PointAsItself())
    with pytest.raises(ValueError, match="Circular"):
        transcoder.encode(Point(1, 2))


@pytest.mark.parametrize(("value", "text"), CUSTOM)
def test_standard_transcodings_have_exactly_these_bytes(
    transcoder: JSONTranscoder, value: Any, text: str
) -> None:
    """T3, T7, T8: `_type_` first, then `_data_`."""
    data = transcoder.encode(value)
    decoded = transcoder.decode(data)
    assert data == text.encode("utf-8")
    assert decoded == value
    assert type(decoded) is type(value)
    assert str(decoded) == str(value)


def test_nested_transcodings(transcoder: JSONTranscoder) -> None:
    """T3, T4: a custom type in a custom type in a custom type, innermost first."""
    transcoder.register(PointAsPair())
    point = Point(1, Point(2, {"id": UUID(int=1)}))
    data = transcoder.encode(point)
    assert data == (
        b'{"_type_":"point","_data_":[1,{"_type_":"point","_data_":[2,{"id":'
        b'{"_type_":"uuid_hex","_data_":"00000000000000000000000000000001"}}]}]}'
    )
    assert transcoder.decode(data) == point


def test_a_transcoding_may_give_another_custom_type(transcoder: JSONTranscoder) -> None:
    """T3: the encoded value is encoded again."""

    class PointAsDecimal(Transcoding):
        type = Point
        name = "point_decimal"

        def encode(self, obj: Point) -> Decimal:
            return Decimal(obj.x)

        def decode(self, data: Decimal) -> Point:
            assert isinstance(data, Decimal)
            return Point(int(data), 0)

    transcoder.register(PointAsDecimal())
    data = transcoder.encode([Point(7, 0)])
    assert data == (b'[{"_type_":"point_decimal","_data_":{"_type_":"decimal_str","_data_":"7"}}]')
    assert transcoder.decode(data) == [Point(7, 0)]


def test_transcodings_are_found_by_the_exact_class(transcoder: JSONTranscoder) -> None:
    """T3: subclasses are not covered by the transcoding of their base."""

    class Money(Decimal):
        pass

    with pytest.raises(TranscodingNotRegisteredError, match="Money"):
        transcoder.encode(Money(1))


@pytest.mark.parametrize("native", [dict, list, tuple, str, int, float, bool, DictSub, Word, Pair])
def test_transcodings_for_native_types_are_never_consulted(
    transcoder: JSONTranscoder, native: Any
) -> None:
    """T2: also those for subclasses of native types."""

    class Never(Transcoding):
        type = native
        name = "never"

        def encode(self, obj: Any) -> Any:
            raise AssertionError

        def decode(self, data: Any) -> Any:
            raise AssertionError

    transcoder.register(Never())
    values = [{}, [], (), "", 1, 1.5, True, DictSub(), Word.YES, Pair(1, 2)]
    assert transcoder.encode(values) == b'[{},[],[],"",1,1.5,true,{},"yes",[1,2]]'


@pytest.mark.parametrize(
    "members",
    [
        {"_type_": "decimal_str"},
        {"_data_": "1"},
        {"_type_": "decimal_str", "data": "1"},
        {"_type": "decimal_str", "_data_": "1"},
        {"_type_": "decimal_str", "_data_": "1", "more": 1},
    ],
)
def test_other_members_make_a_plain_dict(
    transcoder: JSONTranscoder, members: dict[str, Any]
) -> None:
    """T4: exactly these two members, or it is a dict."""
    assert transcoder.decode(transcoder.encode(members)) == members


def test_order_of_the_two_members_does_not_matter(transcoder: JSONTranscoder) -> None:
    """T4: an object with these two members."""
    assert transcoder.decode(b'{"_data_":"1","_type_":"decimal_str"}') == Decimal(1)


def test_there_is_no_escaping(transcoder: JSONTranscoder) -> None:
    """T4: a user's dict with exactly these keys is read as a transcoded value."""
    written = transcoder.encode({"_type_": "decimal_str", "_data_": "1.50"})
    assert str(transcoder.decode(written)) == "1.50"


def test_later_registration_replaces_the_earlier_by_type(transcoder: JSONTranscoder) -> None:
    """T5: the type is written in the new way; what has the old name can still be read."""

    class DecimalAsList(Transcoding):
        type = Decimal
        name = "decimal_list"

        def encode(self, obj: Decimal) -> Any:
            return [str(obj)]

        def decode(self, data: Any) -> Decimal:
            return Decimal(data[0])

    transcoder.register(DecimalAsList())
    assert transcoder.encode(Decimal(1)) == b'{"_type_":"decimal_list","_data_":["1"]}'
    assert transcoder.decode(b'{"_type_":"decimal_str","_data_":"1"}') == Decimal(1)


def test_later_registration_replaces_the_earlier_by_name(transcoder: JSONTranscoder) -> None:
    """T5: the name is read in the new way; the old type is still written with it."""

    class PointAsDecimalStr(Transcoding):
        type = Point
        name = "decimal_str"

        def encode(self, obj: Point) -> str:
            return str(obj.x)

        def decode(self, data: str) -> Point:
            return Point(int(data), 0)

    transcoder.register(PointAsDecimalStr())
    assert transcoder.decode(transcoder.encode(Decimal(4))) == Point(4, 0)


def test_registrations_are_visible() -> None:
    """T5, section 4: `types` and `names` hold the transcodings."""
    transcoder, transcoding = JSONTranscoder(), UUIDAsHex()
    transcoder.register(transcoding)
    assert transcoder.types == {UUID: transcoding}
    assert transcoder.names == {"uuid_hex": transcoding}


def test_transcoders_do_not_share_registrations(transcoder: JSONTranscoder) -> None:
    """T8: a bare transcoder has no transcodings."""
    assert (JSONTranscoder().types, JSONTranscoder().names) == ({}, {})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 1, 1), "<class 'datetime.date'>"),
        (time(1), "<class 'datetime.time'>"),
        (b"x", "<class 'bytes'>"),
        ({1}, "<class 'set'>"),
        (object(), "<class 'object'>"),
        (1j, "<class 'complex'>"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: {"a": [value]}])
def test_unknown_type(transcoder: JSONTranscoder, value: Any, shown: str, wrap: Any) -> None:
    """T6: the text names the class; nothing is chained."""
    with pytest.raises(TranscodingNotRegisteredError) as caught:
        transcoder.encode(wrap(value))
    assert str(caught.value) == (
        f"Object of type {shown} is not serializable. "
        "Please define and register a custom transcoding for this type."
    )
    assert isinstance(caught.value, TypeError)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    ("json_name", "shown"),
    [('"x"', "x"), ("null", "None"), ("1", "1"), ("[1]", "[1]"), ("{}", "{}")],
)
def test_unknown_name(transcoder: JSONTranscoder, json_name: str, shown: str) -> None:
    """T6: the text names the name, which may be anything in damaged data."""
    with pytest.raises(TranscodingNotRegisteredError) as caught:
        transcoder.decode(f'{{"_type_":{json_name},"_data_":1}}'.encode())
    assert str(caught.value) == (
        f"Data serialized with name '{shown}' is not deserializable. "
        "Please register a custom transcoding for this type."
    )


@pytest.mark.parametrize("transcoding", [UUIDAsHex(), DatetimeAsISO()])
@pytest.mark.parametrize("data", [None, 5, ["x"], {"a": 1}])
def test_payloads_must_be_text(transcoding: Transcoding, data: Any) -> None:
    """T7, K9: something else is a TypeError, which does not tell the data."""
    with pytest.raises(TypeError) as caught:
        transcoding.decode(data)
    assert str(caught.value) == (
        f"'{transcoding.name}' data must be a str, not {type(data).__name__}"
    )


def test_uuids_are_read_in_all_spellings() -> None:
    """T7: as `UUID(str)` reads them."""
    expected = UUID(int=0xAB)
    for text in (expected.hex, str(expected), str(expected).upper(), f"{{{expected}}}"):
        assert UUIDAsHex().decode(text) == expected


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"nul", b"[1,]", b"{'a':1}", b"1 2"])
def test_damaged_json_is_a_value_error(transcoder: JSONTranscoder, data: bytes) -> None:
    """T1: what is no JSON is refused."""
    with pytest.raises(ValueError):
        transcoder.decode(data)


def test_transcoder_of_9_2_brings_its_own_registration() -> None:
    """T9: subclasses call `super().__init__()` and may override `register()`."""

    class Reprs(Transcoder):
        def __init__(self) -> None:
            super().__init__()
            self.registered: list[str] = []

        def register(self, transcoding: Transcoding) -> None:
            self.registered.append(transcoding.name)
            super().register(transcoding)

        def encode(self, obj: Any) -> bytes:
            return repr(obj).encode()

        def decode(self, data: bytes) -> Any:
            return json.loads(data)

    transcoder = Reprs()
    transcoder.register(UUIDAsHex())
    assert transcoder.registered == ["uuid_hex"]
    assert set(transcoder.types) == {UUID}
    assert set(transcoder.names) == {"uuid_hex"}


def test_only_encode_and_decode_are_abstract() -> None:
    """T9: `register()` is concrete."""
    assert Transcoder.__abstractmethods__ == {"encode", "decode"}
    assert Transcoding.__abstractmethods__ == {"encode", "decode"}


def test_many_threads_share_one_transcoder(transcoder: JSONTranscoder) -> None:
    """T10: stateless after registration."""
    wrong: list[Any] = []

    def work(number: int) -> None:
        for index in range(300):
            value = {"n": number, "id": UUID(int=index), "list": [Decimal(index)] * 5}
            if transcoder.decode(transcoder.encode(value)) != value:
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
