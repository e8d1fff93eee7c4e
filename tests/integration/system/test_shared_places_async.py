"""Applications of a system that store events in the same tables are told of."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from eventsourcing.projection import (
    AsyncEventSourcedProjection,
    AsyncEventSourcedProjectionRunner,
)
from eventsourcing.system import (
    AsyncFollower,
    AsyncLeader,
    AsyncLeadingRunner,
    AsyncMultiThreadedRunner,
    AsyncSingleThreadedRunner,
    AsyncSystem,
)

SQLITE = {"PERSISTENCE_MODULE": "eventsourcing.sqlite"}


class AsyncShop(AsyncLeader[Any]):
    name = "Shop"


class AsyncCounting(AsyncFollower[Any]):
    name = "Counting"


class AsyncMirror(AsyncEventSourcedProjection[Any]):
    name = "Mirror"


@pytest.fixture
def one_file(tmp_path: Path) -> dict[str, str]:
    """Settings with which all applications have the same database."""
    return {**SQLITE, "SQLITE_DBNAME": str(tmp_path / "one.db")}


@pytest.fixture
def own_files(tmp_path: Path) -> dict[str, str]:
    """Settings with which each application has a database of its own."""
    names = ("shop", "counting", "mirror")
    files = {f"{name.upper()}_SQLITE_DBNAME": str(tmp_path / f"{name}.db") for name in names}
    return {**SQLITE, **files}


@pytest.mark.parametrize(
    "runner_class", [AsyncSingleThreadedRunner, AsyncMultiThreadedRunner, AsyncLeadingRunner]
)
async def test_a_system_in_one_file_is_told_of(
    runner_class: Any, one_file: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Section 1.1: a follower would follow its own events, perhaps without end."""
    caplog.set_level(logging.WARNING)
    async with runner_class(AsyncSystem([[AsyncShop, AsyncCounting]]), one_file):
        pass
    (record,) = caplog.records
    assert "stores events and positions in the tables of" in record.getMessage()
    assert one_file["SQLITE_DBNAME"] in record.getMessage()


async def test_an_event_sourced_projection_in_its_applications_file_is_told_of(
    one_file: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """J14: it is an application, too."""
    caplog.set_level(logging.WARNING)
    async with AsyncEventSourcedProjectionRunner(
        application_class=AsyncShop, projection_class=AsyncMirror, env=one_file
    ):
        pass
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "Mirror stores events and positions in the tables of Shop"
    )


async def test_applications_with_files_of_their_own_are_not_told_of(
    own_files: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """The recommended settings."""
    caplog.set_level(logging.WARNING)
    async with AsyncSingleThreadedRunner(AsyncSystem([[AsyncShop, AsyncCounting]]), own_files):
        pass
    async with AsyncEventSourcedProjectionRunner(
        application_class=AsyncShop, projection_class=AsyncMirror, env=own_files
    ):
        pass
    assert caplog.records == []


async def test_applications_in_memory_are_not_told_of(caplog: pytest.LogCaptureFixture) -> None:
    """Each has data of its own."""
    caplog.set_level(logging.WARNING)
    async with AsyncSingleThreadedRunner(AsyncSystem([[AsyncShop, AsyncCounting]])):
        pass
    assert caplog.records == []
