"""Snapshots of immutable aggregates of every kind: D186, D190, D191."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from pydantic import BaseModel, ConfigDict

from eventsourcing.domain import Snapshot


@dataclass(frozen=True)
class Plain:
    id: UUID
    version: int
    things: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slotted:
    id: UUID
    version: int
    things: Mapping[str, int] = field(default_factory=dict)


class Struct(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    things: Mapping[str, int] = {}


class Described:
    """A plain class, from which objects get a `__dict__`."""


class StructWithDict(msgspec.Struct, Described, frozen=True):
    id: UUID
    version: int
    things: Mapping[str, int] = {}


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: UUID
    version: int
    things: Mapping[str, int] = {}


@pytest.mark.parametrize("kind", [Plain, Slotted, Struct, StructWithDict, Model])
def test_state_has_the_attributes_and_rebuilds_the_aggregate(kind: Any) -> None:
    """D186 D191: whatever keeps the attributes."""
    aggregate = kind(id=uuid4(), version=3, things={"a": 1})

    snapshot = Snapshot.take(aggregate)

    assert snapshot.state == {"id": aggregate.id, "version": 3, "things": {"a": 1}}
    rebuilt = snapshot.mutate(None)
    assert type(rebuilt) is kind
    assert rebuilt == aggregate


def test_rebuilt_models_are_whole() -> None:
    """D191: pydantic keeps more than the attributes in its models."""
    rebuilt = Snapshot.take(Model(id=uuid4(), version=1)).mutate(None)

    assert "version=1" in repr(rebuilt)
    assert rebuilt.model_dump()["things"] == {}
    assert rebuilt.model_copy(update={"version": 2}).version == 2
