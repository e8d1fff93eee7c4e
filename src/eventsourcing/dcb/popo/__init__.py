"""Dynamic consistency boundaries in memory: the default engine of DCB applications."""

from eventsourcing._public import publish
from eventsourcing.dcb.api import SimpleDCBReadResponse
from eventsourcing.dcb.api import SimpleDCBReadResponse as SimpleDcbReadResponse
from eventsourcing.dcb.popo.factory import InMemoryDCBFactory
from eventsourcing.dcb.popo.factory import InMemoryDCBFactory as InMemoryDcbFactory
from eventsourcing.dcb.popo.recorder import InMemoryDCBRecorder
from eventsourcing.dcb.popo.recorder import InMemoryDCBRecorder as InMemoryDcbRecorder
from eventsourcing.dcb.popo.subscription import InMemorySubscription

__all__ = [
    "InMemoryDCBFactory",
    "InMemoryDCBRecorder",
    "InMemorySubscription",
    "SimpleDCBReadResponse",
    # as spelled in 10.0
    "InMemoryDcbFactory",
    "InMemoryDcbRecorder",
    "SimpleDcbReadResponse",
]

publish(__name__, __all__)
