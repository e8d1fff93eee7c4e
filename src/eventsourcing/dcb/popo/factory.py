"""The factory of the in-memory engine of dynamic consistency boundaries."""

from __future__ import annotations

from typing import ClassVar

from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.popo.recorder import InMemoryDCBRecorder
from eventsourcing.persistence import TrackingRecorder


class InMemoryDCBFactory(DCBInfrastructureFactory[TrackingRecorder]):
    """Builds recorders that keep everything in memory; each call gives a new, empty one."""

    bridge_threads: ClassVar[int] = 0
    """Nothing here blocks, so the asynchronous side needs no threads."""

    def dcb_recorder(self) -> InMemoryDCBRecorder:
        """Return a new recorder."""
        return InMemoryDCBRecorder()
