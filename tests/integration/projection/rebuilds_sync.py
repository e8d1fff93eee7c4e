# Generated from rebuilds_async.py by tools/async_to_sync.py: do not edit.
"""What the tests of rebuilding have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eventsourcing.projection import Projection, Rebuild, ViewVersions
from tests.integration.projection.ledgers_sync import LEDGER_CLASSES
from tests.integration.projection.samples_sync import PATIENCE, BatchListing, Upstream


def make_versions(env: dict[str, str], view_class: Any = None) -> ViewVersions[Any]:
    """Return the versions of the ledger."""
    return ViewVersions("Listing", view_class or LEDGER_CLASSES[env["PERSISTENCE_MODULE"]], env)


@contextmanager
def opened(
    env: dict[str, str],
) -> Iterator[tuple[Upstream, ViewVersions[Any]]]:
    """Lend an application, and the versions of a view of it."""
    with Upstream(env) as app, make_versions(env) as versions:
        yield app, versions


def make_rebuild(
    app: Upstream,
    versions: ViewVersions[Any],
    version: int,
    projection_class: type[Projection[Any]] = BatchListing,
    **kwargs: Any,
) -> Rebuild[Any]:
    """Return a rebuild of the ledger."""
    return Rebuild(versions, version, app=app, projection_class=projection_class, **kwargs)


def build(app: Upstream, versions: ViewVersions[Any], version: int, **kwargs: Any) -> None:
    """Build a version until it is live and has caught up, and leave it."""
    with make_rebuild(app, versions, version, **kwargs) as rebuild:
        rebuild.wait_until_live(PATIENCE)
        rebuild.wait(app.recorder.max_notification_id(), PATIENCE)
