"""Versions of views: their numbers, in memory, and where an engine has none: issue 5.5."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.persistence import (
    AsyncInfrastructureFactory,
    InfrastructureFactory,
    ProgrammingError,
)
from eventsourcing.persistence.bridge import BridgeTrackingRecorder
from eventsourcing.persistence.bridge_base import BridgeRunner
from eventsourcing.persistence.bridge_view_versions import BridgeViewVersionRecorder
from eventsourcing.popo import POPOFactory, POPOTrackingRecorder
from eventsourcing.popo.view_versions import POPOViewVersionRecorder
from eventsourcing.utils import Environment
from tests.unit.persistence import bridge_engine

ENGINE = Environment("Totals", {"PERSISTENCE_MODULE": bridge_engine.__name__})


def test_an_engine_may_have_no_versions() -> None:
    """Issue 5.5: and says so."""
    with pytest.raises(NotImplementedError, match="does not support versions"):
        InfrastructureFactory.construct(ENGINE).view_versions()


async def test_the_bridge_says_so_too() -> None:
    """Issue 5.5: for asyncio."""
    async with AsyncInfrastructureFactory.construct(ENGINE) as factory:
        with pytest.raises(NotImplementedError, match="does not support versions"):
            factory.view_versions()


async def test_a_view_that_would_leave_its_place_is_refused_over_the_bridge() -> None:
    """Issue 5.5: the engine sees its own view, not the bridged one."""

    class Versions(POPOViewVersionRecorder):
        def check_place(self, view: Any) -> None:
            raise ProgrammingError(f"{type(view).__qualname__} would leave its place")

    runner = BridgeRunner(0)
    versions = BridgeViewVersionRecorder(Versions("Totals"), runner.run, may_wait=False)
    view = BridgeTrackingRecorder(POPOTrackingRecorder, runner)
    with pytest.raises(ProgrammingError, match="POPOTrackingRecorder would leave its place"):
        await versions.check_place(view)


def test_views_in_memory_have_leases_of_their_own() -> None:
    """Issue 5.5: leases in memory are those of the whole process, but views are not."""
    one, other = POPOFactory({}).view_versions(), POPOFactory({}).view_versions()
    names = [each.lease_name(version, "Totals") for each in (one, other) for version in (1, 2)]
    assert len(set(names)) == 4
