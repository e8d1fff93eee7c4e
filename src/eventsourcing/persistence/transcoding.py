"""Serialisation of the state of events: transcodings, and the JSON transcoder (contract T1-T10)."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from eventsourcing.persistence.errors import TranscodingNotRegisteredError

_TYPE_KEY = "_type_"
_DATA_KEY = "_data_"


class Transcoding(ABC):
    """Converts objects of one class to and from something that the transcoder can serialise.

    The class attribute `type` is the class of the objects, `name` is what is stored instead of
    the class: renaming the class is harmless, changing `name` makes stored events unreadable.
    """

    type: Any
    name: str

    @abstractmethod
    def encode(self, obj: Any) -> Any:
        """Return an object that stands for the given one; it may need transcoding itself."""

    @abstractmethod
    def decode(self, data: Any) -> Any:
        """Return the object that the given, already decoded, data stand for."""


class Transcoder(ABC):
    """Serialises the state of events, for many threads at once: stateless after registration."""

    def __init__(self) -> None:
        self.types: dict[type, Transcoding] = {}
        self.names: dict[str, Transcoding] = {}

    def register(self, transcoding: Transcoding) -> None:
        """Use the transcoding for its type and its name, in place of any earlier one."""
        self.types[transcoding.type] = transcoding
        self.names[transcoding.name] = transcoding

    @abstractmethod
    def encode(self, obj: Any) -> bytes:
        """Return the object as bytes."""

    @abstractmethod
    def decode(self, data: bytes) -> Any:
        """Return the object that the bytes stand for."""


class JSONTranscoder(Transcoder):
    """Writes compact UTF-8 JSON; objects of other types become `{"_type_":name,"_data_":data}`."""

    def __init__(self) -> None:
        super().__init__()
        self._encode = json.JSONEncoder(
            default=self._encode_object, separators=(",", ":"), ensure_ascii=False
        ).encode
        self._decode = json.JSONDecoder(object_hook=self._decode_object).decode

    def encode(self, obj: Any) -> bytes:
        """Return the object as compact JSON.

        Raises `TranscodingNotRegisteredError` for an object of an unknown class, `TypeError` for
        dict keys that JSON cannot have, `ValueError` for circular references and lone surrogates.
        """
        return self._encode(obj).encode("utf-8")

    def decode(self, data: bytes) -> Any:
        """Return the object that the JSON stands for (tuples come back as lists)."""
        return self._decode(data.decode("utf-8"))

    def _encode_object(self, obj: Any) -> dict[str, Any]:
        transcoding = self.types.get(type(obj))
        if transcoding is None:
            _raise_not_serializable(obj)
        return {_TYPE_KEY: transcoding.name, _DATA_KEY: transcoding.encode(obj)}

    def _decode_object(self, members: dict[str, Any]) -> Any:
        if len(members) != 2 or _TYPE_KEY not in members or _DATA_KEY not in members:
            return members
        name = members[_TYPE_KEY]
        transcoding = self.names.get(name) if isinstance(name, str) else None
        if transcoding is None:
            raise TranscodingNotRegisteredError(
                f"Data serialized with name '{name}' is not deserializable. "
                "Please register a custom transcoding for this type."
            )
        return transcoding.decode(members[_DATA_KEY])


def _raise_not_serializable(obj: Any) -> NoReturn:
    raise TranscodingNotRegisteredError(
        f"Object of type {type(obj)} is not serializable. "
        "Please define and register a custom transcoding for this type."
    ) from None


def _require_text(transcoding: Transcoding, data: Any) -> str:
    if not isinstance(data, str):
        # The data may have been stored encrypted, so the error does not tell them.
        raise TypeError(f"'{transcoding.name}' data must be a str, not {type(data).__name__}")
    return data


class UUIDAsHex(Transcoding):
    """UUIDs as 32 lower-case hex digits."""

    type = UUID
    name = "uuid_hex"

    def encode(self, obj: UUID) -> str:
        """Return the hex digits without hyphens."""
        return obj.hex

    def decode(self, data: str) -> UUID:
        """Return the UUID; other data than text are a `TypeError`."""
        return UUID(_require_text(self, data))


class DecimalAsStr(Transcoding):
    """Decimals as their text, which keeps trailing zeros."""

    type = Decimal
    name = "decimal_str"

    def encode(self, obj: Decimal) -> str:
        """Return `str(obj)`."""
        return str(obj)

    def decode(self, data: str) -> Decimal:
        """Return the decimal."""
        return Decimal(data)


class DatetimeAsISO(Transcoding):
    """Datetimes in ISO 8601, with the offset if they are aware."""

    type = datetime
    name = "datetime_iso"

    def encode(self, obj: datetime) -> str:
        """Return `obj.isoformat()`."""
        return obj.isoformat()

    def decode(self, data: str) -> datetime:
        """Return the datetime; other data than text are a `TypeError`."""
        return datetime.fromisoformat(_require_text(self, data))
