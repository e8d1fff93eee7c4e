"""What the PostgreSQL engine can do."""

from __future__ import annotations

from eventsourcing.persistence import Capabilities

CAPABILITIES = Capabilities(
    native_async=True,
    leases=True,
    dead_letters=True,
    view_versions=True,
    multi_row_tracking=True,
    dcb=True,
)
