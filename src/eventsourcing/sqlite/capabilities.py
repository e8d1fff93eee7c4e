"""What the SQLite engine can do with a database file."""

from __future__ import annotations

from dataclasses import replace

from eventsourcing.persistence import Capabilities

CAPABILITIES = Capabilities(
    contiguous_ids=True,
    leases=True,
    dead_letters=True,
    view_versions=True,
    multi_row_tracking=True,
    dcb=True,
)

MEMORY_CAPABILITIES = replace(CAPABILITIES, durable=False, shared_by_processes=False)
"""What it can do with a database in memory that its connections share."""
