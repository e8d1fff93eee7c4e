"""Versions of views: their numbers, in memory, and where an engine has none: issue 5.5."""

from __future__ import annotations

import pytest

from eventsourcing.persistence import (
    AsyncInfrastructureFactory,
    InfrastructureFactory,
    PlacedView,
    ProgrammingError,
    Tracking,
    ViewVersion,
)
from eventsourcing.popo import POPOFactory, POPOTrackingRecorder
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


@pytest.mark.parametrize("version", [0, -1, "2"])
def test_versions_are_positive_numbers(version) -> None:
    """Issue 5.5: 1 is the view as it was before it had versions."""
    with pytest.raises(ProgrammingError, match="is not a version"):
        POPOFactory({}).view_versions().add_version(version)


def test_views_in_memory_have_leases_of_their_own() -> None:
    """Issue 5.5: leases in memory are those of the whole process, but views are not."""
    one, other = POPOFactory({}).view_versions(), POPOFactory({}).view_versions()
    names = [each.lease_name(version, "Totals") for each in (one, other) for version in (1, 2)]
    assert len(set(names)) == 4


def test_a_switch_in_memory_compares_positions() -> None:
    """Issue 5.5: of the application that is followed."""
    versions = POPOFactory({}).view_versions()
    old, new = POPOTrackingRecorder(), POPOTrackingRecorder()
    old.insert_tracking(Tracking("Upstream", 3))
    new.insert_tracking(Tracking("Another", 5))
    versions.add_version(2)
    places = PlacedView(1, old), PlacedView(2, new)
    assert not versions.switch(*places, "Upstream", 1.0)
    assert versions.live_version() == 1
    new.insert_tracking(Tracking("Upstream", 3))
    assert versions.switch(*places, "Upstream", 1.0)
    assert versions.select_versions() == [ViewVersion(1, "retired"), ViewVersion(2, "live")]
