"""What the PostgreSQL engine can do."""

from __future__ import annotations

from eventsourcing.persistence import Capabilities

CAPABILITIES = Capabilities(
    native_async=True, leases=True, dead_letters=True, multi_row_tracking=True
)
