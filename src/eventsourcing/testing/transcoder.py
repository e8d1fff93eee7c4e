"""What every transcoder must do, and what is stored by those that write JSON (contract T1-T10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.persistence import (
    DatetimeAsISO,
    DecimalAsStr,
    Transcoder,
    Transcoding,
    TranscodingNotRegisteredError,
    UUIDAsHex,
)
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.samples import HOSTILE_TEXTS


class Point:
    """A value that only a custom transcoding can store."""

    def __init__(self, x: Any, y: Any) -> None:
        self.x: Any = x
        self.y: Any = y

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((self.x, self.y))


class SpecialPoint(Point):
    """A value of a subclass, for which nothing is registered."""


class PointAsDict(Transcoding):
    """Points as dicts, whose values may need transcoding themselves."""

    type = Point
    name = "sample_point"

    def encode(self, obj: Point) -> dict[str, Any]:
        """Return both coordinates."""
        return {"x": obj.x, "y": obj.y}

    def decode(self, data: dict[str, Any]) -> Point:
        """Return the point."""
        return Point(data["x"], data["y"])


class PointAsList(PointAsDict):
    """Points as lists, under another name."""

    name = "sample_point_list"

    def encode(self, obj: Point) -> Any:
        """Return both coordinates."""
        return [obj.x, obj.y]

    def decode(self, data: Any) -> Point:
        """Return the point."""
        return Point(*data)


_NATIVE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**53, 1.5, -0.1, "", "text", *HOSTILE_TEXTS),
    *([], {}, [1, [2, [3]]], {"a": {"b": [None, True]}}, {"_type_": "x"}, {"_data_": 1, "z": 2}),
)
_STANDARD: tuple[Any, ...] = (
    UUID("b2723fe2c01a40d2875ea3aac6a09ff5"),
    *(Decimal("1.10"), Decimal("-0.000"), Decimal("1E+30")),
    datetime(2026, 1, 31, 12),  # noqa: DTZ001 - naive ones must come back, too
    datetime(2026, 1, 31, 12, 0, 0, 123, tzinfo=UTC),
    datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
)
_STORED: tuple[tuple[Any, str], ...] = (
    ({"a": 1, "b": [1, 2.5, None, True]}, '{"a":1,"b":[1,2.5,null,true]}'),
    ({"z": [1, 2], "a": "ü"}, '{"z":[1,2],"a":"ü"}'),
    (Decimal("1.10"), '{"_type_":"decimal_str","_data_":"1.10"}'),
    (
        UUID("b2723fe2c01a40d2875ea3aac6a09ff5"),
        '{"_type_":"uuid_hex","_data_":"b2723fe2c01a40d2875ea3aac6a09ff5"}',
    ),
    (
        datetime(2026, 1, 31, 12, 0, 0, 123, tzinfo=UTC),
        '{"_type_":"datetime_iso","_data_":"2026-01-31T12:00:00.000123+00:00"}',
    ),
    (Point(1, None), '{"_type_":"sample_point","_data_":{"x":1,"y":null}}'),
)


class TranscoderSuite:
    """What every transcoder must do. A test class derives from this, and overrides the hook."""

    def create_transcoder(self) -> Transcoder:
        """Return a new transcoder, with nothing registered (a hook)."""
        raise NotImplementedError(f"{type(self).__qualname__} must override create_transcoder()")

    def prepare_transcoder(self) -> Transcoder:
        """Return a new transcoder with the standard transcodings, and one of the suite."""
        transcoder = self.create_transcoder()
        for transcoding in (UUIDAsHex(), DecimalAsStr(), DatetimeAsISO(), PointAsDict()):
            transcoder.register(transcoding)
        return transcoder

    def check_round_trip(self, transcoder: Transcoder, value: Any, rule: str) -> None:
        """Check that the value is encoded as bytes, and comes back equal and of its type."""
        data = transcoder.encode(value)
        expect(type(data), bytes, "T9: encode() returns bytes")
        decoded = transcoder.decode(data)
        expect(decoded, value, f"{rule}: {value!r} comes back")
        expect(type(decoded), type(value), f"{rule}: the type of {value!r}")

    @pytest.mark.parametrize("value", _NATIVE)
    def test_native_values(self, value: Any) -> None:
        """T2, T4: values of the types of JSON need no transcoding; nor do dicts that look alike."""
        self.check_round_trip(self.create_transcoder(), value, "T2")

    @pytest.mark.parametrize("value", _STANDARD)
    def test_standard_transcodings(self, value: Any) -> None:
        """T7: UUIDs, decimals with their zeros, datetimes with and without an offset."""
        transcoder = self.prepare_transcoder()
        self.check_round_trip(transcoder, value, "T7")
        expect(str(transcoder.decode(transcoder.encode(value))), str(value), "T7: the same text")

    def test_nested_values(self) -> None:
        """T3, T4: a custom value may be in, and may have, others that need transcoding."""
        inner = Point(Decimal("1.0"), [UUID(int=1), {"at": datetime(2026, 1, 1, tzinfo=UTC)}])
        value = {"points": [Point(inner, None), inner]}
        self.check_round_trip(self.prepare_transcoder(), value, "T3")

    def test_later_registrations_replace_earlier_ones(self) -> None:
        """T5: for the same type; what was stored under the other name stays readable."""
        transcoder = self.prepare_transcoder()
        old = transcoder.encode(Point(1, 2))
        transcoder.register(PointAsList())
        new = transcoder.encode(Point(1, 2))
        expect(new == old, False, "T5: the transcoding that was registered last is used")
        for data in (old, new):
            expect(transcoder.decode(data), Point(1, 2), "T5: both names are known")

    @pytest.mark.parametrize("value", [date(2026, 1, 31), SpecialPoint(1, 2), object()])
    def test_unknown_types(self, value: Any) -> None:
        """T3, T6: an error, also for a subclass of a type that is registered."""
        transcoder = self.prepare_transcoder()
        because = f"T6: {type(value).__name__} is not registered"
        with expect_error(TranscodingNotRegisteredError, because) as caught:
            transcoder.encode({"nested": [value]})
        expect(
            str(caught[0]),
            f"Object of type {type(value)} is not serializable. "
            "Please define and register a custom transcoding for this type.",
            "T6: the text of the error",
        )

    def test_unknown_names(self) -> None:
        """T6: what was stored with a transcoding that is not registered is an error."""
        data = self.prepare_transcoder().encode([Point(1, 2)])
        with expect_error(TranscodingNotRegisteredError, "T6: an unknown name") as caught:
            self.create_transcoder().decode(data)
        expect(
            str(caught[0]),
            "Data serialized with name 'sample_point' is not deserializable. "
            "Please register a custom transcoding for this type.",
            "T6: the text of the error",
        )

    def test_several_threads(self) -> None:
        """T10: one transcoder is used by many threads at once."""
        transcoder = self.prepare_transcoder()
        errors: list[BaseException] = []

        def work(number: int) -> None:
            try:
                for turn in range(50):
                    value = Point([number] * turn, Point(Decimal(turn), UUID(int=number)))
                    self.check_round_trip(transcoder, value, "T10")
            except BaseException as error:
                errors.append(error)

        threads = [Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect(errors, [], "T10: several threads")


class JSONTranscoderSuite(TranscoderSuite):
    """What transcoders must do that read and write what `JSONTranscoder` does."""

    @pytest.mark.parametrize(("value", "text"), _STORED)
    def test_stored_form(self, value: Any, text: str) -> None:
        """T1, T3, T8: compact JSON, members in order, non-ASCII characters as they are."""
        data = self.prepare_transcoder().encode(value)
        expect(data.decode(), text, f"T1: the stored form of {value!r}")

    @pytest.mark.parametrize(("value", "text"), _STORED)
    def test_other_spellings(self, value: Any, text: str) -> None:
        """T1: blanks and escapes are read, too."""
        escaped = text.replace(",", " ,\n").replace(":{", ": {").replace("ü", "\\u00fc")
        decoded = self.prepare_transcoder().decode(escaped.encode())
        expect(decoded, value, f"T1: {escaped!r}")

    def test_tuples_are_lists(self) -> None:
        """T2: tuples come back as lists, and keys as texts."""
        transcoder = self.create_transcoder()
        decoded = transcoder.decode(transcoder.encode({"z": (1, (2,)), 3: None}))
        expect(decoded, {"z": [1, [2]], "3": None}, "T2: tuples, and keys that are numbers")
