"""Infrastructure factories of dynamic consistency boundaries: contract C51."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.dcb.persistence import AsyncDCBInfrastructureFactory
from eventsourcing.persistence import InfrastructureFactoryError


async def construct(topic: str) -> Any:
    return AsyncDCBInfrastructureFactory[Any].construct({"PERSISTENCE_MODULE": topic})


@pytest.mark.parametrize(
    "topic", ["eventsourcing.dcb.popo", "eventsourcing.dcb.popo:InMemoryDCBFactory"]
)
async def test_module_or_class_is_named(topic: str) -> None:
    """C51: `PERSISTENCE_MODULE` names the one or the other."""
    async with await construct(topic) as factory:
        assert await factory.dcb_recorder().head() is None


async def test_spelling_of_later_releases() -> None:
    """C66: the same factory, so that its module still has exactly one."""
    async with await construct("eventsourcing.dcb.popo:InMemoryDcbFactory") as factory:
        assert await factory.dcb_recorder().head() is None


async def test_module_without_a_factory() -> None:
    """C51: modules of other persistence are not enough."""
    with pytest.raises(
        InfrastructureFactoryError,
        match=r"Found 0 infrastructure factory classes in 'eventsourcing\.popo', expected 1\.",
    ) as caught:
        await construct("eventsourcing.popo")
    (note,) = caught.value.__notes__
    assert "DCBInfrastructureFactory" in note


async def test_topic_of_something_else() -> None:
    """C51: with these words."""
    with pytest.raises(
        InfrastructureFactoryError,
        match=r"Topic 'eventsourcing\.popo:POPOFactory' didn't resolve to a persistence module or "
        r"infrastructure factory class: <class 'eventsourcing\.popo\.POPOFactory'>",
    ):
        await construct("eventsourcing.popo:POPOFactory")
