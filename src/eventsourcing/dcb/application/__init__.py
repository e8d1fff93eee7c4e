"""Applications with dynamic consistency boundaries, and their repositories."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.dcb.application.application_sync import DCBApplication, TDCBApplication
from eventsourcing.dcb.application.application_sync import DCBApplication as DcbApplication
from eventsourcing.dcb.application.repository_sync import DCBRepository
from eventsourcing.dcb.application.repository_sync import DCBRepository as DcbRepository

if TYPE_CHECKING:
    from eventsourcing.dcb.application.application_async import (
        AsyncDCBApplication,
        TAsyncDCBApplication,
    )
    from eventsourcing.dcb.application.repository_async import AsyncDCBRepository

__all__ = [
    "AsyncDCBApplication",
    "AsyncDCBRepository",
    "DCBApplication",
    "DCBRepository",
    # type variables
    "TAsyncDCBApplication",
    "TDCBApplication",
    # as spelled in 10.0
    "DcbApplication",
    "DcbRepository",
]

publish(__name__, __all__, later=["application_async", "repository_async"])
