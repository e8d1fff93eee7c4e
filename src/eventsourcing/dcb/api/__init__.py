"""Events, queries and recorders of dynamic consistency boundaries; see https://dcb.events."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.dcb.api.matching import item_matches, query_matches
from eventsourcing.dcb.api.read_response_sync import SimpleDCBReadResponse
from eventsourcing.dcb.api.recorder_sync import (
    DCBReadResponse,
    DCBRecorder,
    DCBSubscription,
    TDCBRecorder_co,
)
from eventsourcing.dcb.api.recorder_sync import DCBReadResponse as DcbReadResponse
from eventsourcing.dcb.api.recorder_sync import DCBRecorder as DcbRecorder
from eventsourcing.dcb.api.recorder_sync import DCBSubscription as DcbSubscription
from eventsourcing.dcb.api.recorder_sync import TDCBRecorder_co as TDcbRecorder_co
from eventsourcing.dcb.api.selection import (
    MAX_POSITION,
    Criterion,
    Selection,
    check_events,
    plan_condition,
    plan_selection,
    refuse_append,
)
from eventsourcing.dcb.api.values import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBSequencedEvent,
)
from eventsourcing.dcb.api.values import DCBAppendCondition as DcbAppendCondition
from eventsourcing.dcb.api.values import DCBEvent as DcbEvent
from eventsourcing.dcb.api.values import DCBQuery as DcbQuery
from eventsourcing.dcb.api.values import DCBQueryItem as DcbQueryItem
from eventsourcing.dcb.api.values import DCBSequencedEvent as DcbSequencedEvent

if TYPE_CHECKING:
    from eventsourcing.dcb.api.read_response_async import AsyncSimpleDCBReadResponse
    from eventsourcing.dcb.api.recorder_async import (
        AsyncDCBReadResponse,
        AsyncDCBRecorder,
        AsyncDCBSubscription,
        TAsyncDCBRecorder_co,
    )

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
    # for those who write recorders
    "MAX_POSITION",
    "AsyncSimpleDCBReadResponse",
    "Criterion",
    "Selection",
    "SimpleDCBReadResponse",
    "check_events",
    "plan_condition",
    "plan_selection",
    "refuse_append",
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

publish(__name__, __all__, later=["read_response_async", "recorder_async"])
