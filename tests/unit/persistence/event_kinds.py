"""Event classes of many kinds, which the tests of the mapper store and read."""

# No `from __future__ import annotations`: pydantic and msgspec evaluate the annotations.

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import msgspec
import pydantic

from eventsourcing.domain import CanMutateAggregate, DomainEvent


class LibraryEvent(DomainEvent):
    """An event of the library's own kind: a frozen dataclass with UUID IDs."""

    name: str
    amount: Decimal


@dataclass(frozen=True)
class FrozenEvent(CanMutateAggregate[UUID]):
    """A user's frozen dataclass; it counts how often it is initialised."""

    originator_id: UUID
    originator_version: int
    timestamp: datetime
    name: str
    amount: Decimal
    initialised: ClassVar[int] = 0

    def __post_init__(self) -> None:
        type(self).initialised += 1


@dataclass(frozen=True, slots=True)
class SlottedEvent(CanMutateAggregate[UUID]):
    """A frozen dataclass with slots, so without a `__dict__`."""

    originator_id: UUID
    originator_version: int
    timestamp: datetime
    name: str
    amount: Decimal

    def __post_init__(self) -> None:
        if not isinstance(self.timestamp, datetime):
            raise AssertionError("initialised while it was read")

    def _as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class PydanticEvent(pydantic.BaseModel, CanMutateAggregate[UUID]):
    """A frozen pydantic model."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    originator_id: UUID
    originator_version: int
    timestamp: datetime
    name: str
    amount: Decimal

    def _as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


class StructEvent(msgspec.Struct, CanMutateAggregate[UUID], frozen=True):
    """A frozen msgspec struct, which has no `__dict__`."""

    originator_id: UUID
    originator_version: int
    timestamp: datetime
    name: str
    amount: Decimal

    def _as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__}


class PlainEvent:
    """A class of 9.2 that declares nothing and takes what it gets."""

    def __init__(self, **kwargs: Any) -> None:
        self.__dict__.update(kwargs)
        self.initialised = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]


class TextEvent(CanMutateAggregate[str]):
    """An event of an aggregate with text IDs."""

    def __init__(self, **kwargs: Any) -> None:
        self.__dict__.update(kwargs)


class AnnotatedEvent:
    """An event that only annotates its ID."""

    originator_id: UUID

    def __new__(cls, *args: Any) -> Any:
        raise AssertionError("made while it was read")


class BareEvent:
    """An event whose `__init__` wants what the state has not."""

    originator_id: UUID

    def __init__(self, mandatory: object) -> None:
        self.mandatory = mandatory
