"""What a process does that rebuilds a view, until it is killed."""

from __future__ import annotations

import asyncio

from tests.integration.projection import rebuilds_async, rebuilds_sync


def run(env: dict[str, str], flavour: str, version: int) -> None:
    """Build the version, and keep it for ever."""
    if flavour == "async":
        asyncio.run(_run_async(env, version))
    with (
        rebuilds_sync.opened(env) as (app, versions),
        rebuilds_sync.make_rebuild(app, versions, version) as rebuild,
    ):
        rebuild.run_forever()


async def _run_async(env: dict[str, str], version: int) -> None:
    async with (
        rebuilds_async.opened(env) as (app, versions),
        rebuilds_async.make_rebuild(app, versions, version) as rebuild,
    ):
        await rebuild.run_forever()
