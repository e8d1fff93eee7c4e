"""Events, queries and recorders of dynamic consistency boundaries; see https://dcb.events."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.dcb.api.matching import item_matches, query_matches
from eventsourcing.dcb.api.recorder_sync import (
    DCBReadResponse,
    DCBRecorder,
    DCBSubscription,
    TDCBRecorder_co,
)
from eventsourcing.dcb.api.recorder_sync import TDCBRecorder_co as TDcbRecorder_co
from eventsourcing.dcb.api.values import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBSequencedEvent,
)

if TYPE_CHECKING:
    from eventsourcing.dcb.api.recorder_async import (
        AsyncDCBReadResponse,
        AsyncDCBRecorder,
        AsyncDCBSubscription,
        TAsyncDCBRecorder_co,
    )

# The spelling of the 10.0 pre-releases (C66): the same objects.
DcbAppendCondition = DCBAppendCondition
DcbEvent = DCBEvent
DcbQuery = DCBQuery
DcbQueryItem = DCBQueryItem
DcbReadResponse = DCBReadResponse
DcbRecorder = DCBRecorder
DcbSequencedEvent = DCBSequencedEvent
DcbSubscription = DCBSubscription

__all__ = [
    # values
    "DCBAppendCondition",
    "DCBEvent",
    "DCBQuery",
    "DCBQueryItem",
    "DCBSequencedEvent",
    "item_matches",
    "query_matches",
    # recorders
    "AsyncDCBReadResponse",
    "AsyncDCBRecorder",
    "AsyncDCBSubscription",
    "DCBReadResponse",
    "DCBRecorder",
    "DCBSubscription",
    # type variables
    "TAsyncDCBRecorder_co",
    "TDCBRecorder_co",
    # as spelled in 10.0
    "DcbAppendCondition",
    "DcbEvent",
    "DcbQuery",
    "DcbQueryItem",
    "DcbReadResponse",
    "DcbRecorder",
    "DcbSequencedEvent",
    "DcbSubscription",
    "TDcbRecorder_co",
]

publish(__name__, __all__, later=["recorder_async"])
