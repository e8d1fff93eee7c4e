"""The engine that keeps everything in memory, in plain old Python objects: the default."""

from eventsourcing._public import publish
from eventsourcing.popo.factory import Factory, POPOFactory
from eventsourcing.popo.leases import POPOLease
from eventsourcing.popo.recorders import (
    POPOAggregateRecorder,
    POPOApplicationRecorder,
    POPOProcessRecorder,
    POPORecorder,
    POPOTrackingRecorder,
)
from eventsourcing.popo.subscription import POPOSubscription

__all__ = [
    "Factory",
    "POPOAggregateRecorder",
    "POPOApplicationRecorder",
    "POPOFactory",
    "POPOLease",
    "POPOProcessRecorder",
    "POPORecorder",
    "POPOSubscription",
    "POPOTrackingRecorder",
]

publish(__name__, __all__)
