"""What a process does that shares a projection with others, until it is killed."""

from __future__ import annotations

import asyncio
from typing import Any

from eventsourcing.projection import Partitions
from tests.integration.projection import (
    journals_async,
    journals_sync,
    sharing_async,
    sharing_sync,
)


def run(
    env: dict[str, str], flavour: str, partitions: int | None = None, at_most: int | None = None
) -> None:
    """Run the projection for ever: lead or stand by, or take partitions."""
    sharing: Any = sharing_async if flavour == "async" else sharing_sync
    if partitions is None:
        _run(flavour, sharing.make_leading, env)
    _run(flavour, sharing.make_partitioned, env, Partitions(partitions, at_most=at_most))


def run_journal(env: dict[str, str], flavour: str, partitions: int, at_most: int) -> None:
    """Run the event-sourced projection for ever, in partitions."""
    journals: Any = journals_async if flavour == "async" else journals_sync
    _run(flavour, journals.make_journal, env, Partitions(partitions, at_most=at_most))


def _run(flavour: str, make: Any, *args: Any) -> None:
    if flavour == "async":
        asyncio.run(_run_async(make, *args))
    with make(*args) as runner:
        runner.run_forever()


async def _run_async(make: Any, *args: Any) -> None:
    async with make(*args) as runner:
        await runner.run_forever()
