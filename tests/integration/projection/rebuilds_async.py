"""What the tests of rebuilding have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from eventsourcing.projection import AsyncProjection, AsyncRebuild, AsyncViewVersions
from tests.integration.projection.ledgers_async import LEDGER_CLASSES
from tests.integration.projection.samples_async import PATIENCE, AsyncBatchListing, AsyncUpstream


def make_versions(env: dict[str, str], view_class: Any = None) -> AsyncViewVersions[Any]:
    """Return the versions of the ledger."""
    return AsyncViewVersions(
        "Listing", view_class or LEDGER_CLASSES[env["PERSISTENCE_MODULE"]], env
    )


@asynccontextmanager
async def opened(
    env: dict[str, str],
) -> AsyncIterator[tuple[AsyncUpstream, AsyncViewVersions[Any]]]:
    """Lend an application, and the versions of a view of it."""
    async with AsyncUpstream(env) as app, make_versions(env) as versions:
        yield app, versions


def make_rebuild(
    app: AsyncUpstream,
    versions: AsyncViewVersions[Any],
    version: int,
    projection_class: type[AsyncProjection[Any]] = AsyncBatchListing,
    **kwargs: Any,
) -> AsyncRebuild[Any]:
    """Return a rebuild of the ledger."""
    return AsyncRebuild(versions, version, app=app, projection_class=projection_class, **kwargs)


async def build(
    app: AsyncUpstream, versions: AsyncViewVersions[Any], version: int, **kwargs: Any
) -> None:
    """Build a version until it is live and has caught up, and leave it."""
    async with make_rebuild(app, versions, version, **kwargs) as rebuild:
        await rebuild.wait_until_live(PATIENCE)
        await rebuild.wait(await app.recorder.max_notification_id(), PATIENCE)
