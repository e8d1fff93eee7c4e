"""What a process does that shares a projection with others, until it is killed."""

from __future__ import annotations

import asyncio
from typing import Any

from eventsourcing.projection import Partitions
from tests.integration.projection import sharing_async, sharing_sync


def run(
    env: dict[str, str], flavour: str, partitions: int | None = None, at_most: int | None = None
) -> None:
    """Run the projection for ever: lead or stand by, or take partitions."""
    if flavour == "async":
        asyncio.run(_run_async(env, partitions, at_most))
    with _make(sharing_sync, env, partitions, at_most) as runner:
        runner.run_forever()


async def _run_async(env: dict[str, str], partitions: int | None, at_most: int | None) -> None:
    async with _make(sharing_async, env, partitions, at_most) as runner:
        await runner.run_forever()


def _make(flavour: Any, env: dict[str, str], partitions: int | None, at_most: int | None) -> Any:
    if partitions is None:
        return flavour.make_leading(env)
    return flavour.make_partitioned(env, Partitions(partitions, at_most=at_most))
