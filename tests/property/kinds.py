"""Bases of aggregates whose events are of each kind, and a plain class to compare them with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from pydantic import BaseModel, ConfigDict

from eventsourcing.domain import Aggregate, BaseAggregate, CanInitAggregate, CanMutateAggregate


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    originator_id: UUID
    originator_version: int
    timestamp: datetime


class ModelAggregate(BaseAggregate[UUID]):
    class Event(Model, CanMutateAggregate[UUID]):
        pass

    class Created(Event, CanInitAggregate[UUID]):
        originator_topic: str

    @staticmethod
    def create_id() -> UUID:
        return uuid4()


class Struct(msgspec.Struct, frozen=True):
    originator_id: UUID
    originator_version: int
    timestamp: datetime


class StructAggregate(BaseAggregate[UUID]):
    class Event(Struct, CanMutateAggregate[UUID], frozen=True):
        pass

    class Created(Event, CanInitAggregate[UUID], frozen=True):
        originator_topic: str

    @staticmethod
    def create_id() -> UUID:
        return uuid4()


class PlainObject:
    """What a declaration means without events: an ordinary class."""

    class Event:
        def __init_subclass__(cls, **_: Any) -> None:
            """Accept the arguments of structs."""

    Created = Event

    def __init_subclass__(cls, **_: Any) -> None:
        if "__annotations__" in vars(cls):
            dataclasses.dataclass(cls)


def leave_alone(*_: Any, **__: Any) -> Any:
    """Stand for `@event` in plain classes."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    return decorate


BASES: dict[str, Any] = {
    "dataclass": Aggregate,
    "pydantic": ModelAggregate,
    "msgspec": StructAggregate,
}
