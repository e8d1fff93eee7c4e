"""What the in-memory engine can do."""

from __future__ import annotations

from eventsourcing.persistence import Capabilities

CAPABILITIES = Capabilities(
    durable=False,
    shared=False,
    shared_by_processes=False,
    contiguous_ids=True,
    leases=True,
    dead_letters=True,
    dcb=True,
    view_versions=True,
)
