"""Dynamic consistency boundaries in SQLite (`PERSISTENCE_MODULE=eventsourcing.dcb.sqlite`)."""

from eventsourcing._public import publish
from eventsourcing.dcb.sqlite.factory import SQLiteDCBFactory
from eventsourcing.dcb.sqlite.factory import SQLiteDCBFactory as SQLiteDcbFactory
from eventsourcing.dcb.sqlite.recorder import SQLiteDCBRecorder
from eventsourcing.dcb.sqlite.recorder import SQLiteDCBRecorder as SQLiteDcbRecorder
from eventsourcing.dcb.sqlite.subscription import SQLiteDCBSubscription
from eventsourcing.dcb.sqlite.subscription import SQLiteDCBSubscription as SQLiteDcbSubscription

__all__ = [
    "SQLiteDCBFactory",
    "SQLiteDCBRecorder",
    "SQLiteDCBSubscription",
    # as the other engines' names are spelled in 10.0
    "SQLiteDcbFactory",
    "SQLiteDcbRecorder",
    "SQLiteDcbSubscription",
]

publish(__name__, __all__)
