"""What engines declare about themselves, and what the documentation makes of it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict
from importlib import import_module
from typing import Any

import pytest

from eventsourcing.persistence import (
    AsyncInfrastructureFactory,
    Capabilities,
    InfrastructureFactory,
    describe_capabilities,
)
from eventsourcing.persistence.factory_lookup import find_factory_classes

ENGINES = ["popo", "sqlite", "postgres"]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_declares_its_capabilities(engine: str) -> None:
    """In one place, from which the documentation's table is made."""
    module = import_module(f"eventsourcing.{engine}.capabilities")
    assert isinstance(module.CAPABILITIES, Capabilities)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "base"),
    [("native_sync", InfrastructureFactory), ("native_async", AsyncInfrastructureFactory)],
)
def test_native_sides_are_there(engine: str, name: str, base: Any) -> None:
    """An engine has a factory of its own for each side that it declares, and for no other."""
    capabilities = import_module(f"eventsourcing.{engine}.capabilities").CAPABILITIES
    factories = find_factory_classes(import_module(f"eventsourcing.{engine}"), base)
    assert bool(factories) == getattr(capabilities, name)


def test_capabilities_are_frozen() -> None:
    """They are facts about a class of engines, not settings."""
    with pytest.raises(FrozenInstanceError):
        Capabilities().durable = False  # type: ignore[misc]


def test_each_capability_is_described() -> None:
    """The documentation's table says what each means."""
    descriptions = describe_capabilities()
    assert list(descriptions) == list(asdict(Capabilities()))
    assert all(descriptions.values())


def test_capabilities_are_given_by_name() -> None:
    """A list of truth values without names could not be read."""
    with pytest.raises(TypeError):
        Capabilities(True)  # type: ignore[misc]
