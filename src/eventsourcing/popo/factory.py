"""The factory of the in-memory engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from weakref import WeakSet

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    ProcessRecorder,
)
from eventsourcing.persistence.factory_lookup import check_subclass
from eventsourcing.popo.leases import POPOLease
from eventsourcing.popo.recorders import (
    POPOAggregateRecorder,
    POPOApplicationRecorder,
    POPOProcessRecorder,
    POPOTrackingRecorder,
)
from eventsourcing.popo.view_versions import POPOViewVersionRecorder
from eventsourcing.utils import Environment, resolve_topic


class POPOFactory(InfrastructureFactory[POPOTrackingRecorder]):
    """Builds recorders that keep everything in memory; each call gives a new, empty one."""

    bridge_threads: ClassVar[int] = 0
    """Nothing here blocks, so the asynchronous side needs no threads."""

    def __init__(self, env: Environment | Mapping[str, str] | None) -> None:
        super().__init__(env)
        self._leases: WeakSet[POPOLease] = WeakSet()

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:  # noqa: ARG002
        """Return a new recorder for events of aggregates; the purpose makes no difference."""
        return POPOAggregateRecorder()

    def application_recorder(self) -> ApplicationRecorder:
        """Return a new recorder for the events of an application."""
        return POPOApplicationRecorder()

    def process_recorder(self) -> ProcessRecorder:
        """Return a new recorder for the events and tracking records of an application."""
        return POPOProcessRecorder()

    def tracking_recorder(
        self, tracking_recorder_class: type[POPOTrackingRecorder] | None = None
    ) -> POPOTrackingRecorder:
        """Return a new tracking recorder (a view).

        Its class is the argument, or what `TRACKING_RECORDER_TOPIC` names, or
        `POPOTrackingRecorder`; `AssertionError` if that is not derived from `POPOTrackingRecorder`.
        """
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        selected: type[POPOTrackingRecorder] = tracking_recorder_class or (
            resolve_topic(topic) if topic else POPOTrackingRecorder
        )
        check_subclass(selected, POPOTrackingRecorder)
        return selected()

    def lease(self, name: str) -> POPOLease:
        """Return a lease of that name in this process, whichever factory makes it."""
        lease = POPOLease(name)
        self._leases.add(lease)
        return lease

    def view_versions(self) -> POPOViewVersionRecorder:
        """Return a new recorder of the versions of a view."""
        return POPOViewVersionRecorder(self.env.name)

    def close(self) -> None:
        """Release the leases."""
        for lease in tuple(self._leases):
            lease.release()


Factory = POPOFactory
