"""Leases of the in-memory engine: for one process, by name."""

from __future__ import annotations

from eventsourcing.persistence.leases_in_process import InProcessLease


class POPOLease(InProcessLease):
    """A lease held by one object of this process, whichever factory made it."""

    def __init__(self, name: str) -> None:
        super().__init__("popo", name)
