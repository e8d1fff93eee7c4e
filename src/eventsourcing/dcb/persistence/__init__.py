"""What stores decisions: mappers, event stores and infrastructure factories."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.dcb.persistence.errors import NotFoundError
from eventsourcing.dcb.persistence.event_store_sync import (
    DCBEventStore,
    DCBEventStoreReadResponse,
)
from eventsourcing.dcb.persistence.event_store_sync import DCBEventStore as DcbEventStore
from eventsourcing.dcb.persistence.event_store_sync import (
    DCBEventStoreReadResponse as DcbEventStoreReadResponse,
)
from eventsourcing.dcb.persistence.factory_sync import DCBInfrastructureFactory
from eventsourcing.dcb.persistence.factory_sync import (
    DCBInfrastructureFactory as DcbInfrastructureFactory,
)
from eventsourcing.dcb.persistence.mapper import DCBMapper
from eventsourcing.dcb.persistence.mapper import DCBMapper as DcbMapper
from eventsourcing.dcb.persistence.selectors import make_condition, make_query
from eventsourcing.dcb.persistence.subscription_sync import DCBListenNotifySubscription
from eventsourcing.dcb.persistence.subscription_sync import (
    DCBListenNotifySubscription as DcbListenNotifySubscription,
)

if TYPE_CHECKING:
    from eventsourcing.dcb.persistence.event_store_async import (
        AsyncDCBEventStore,
        AsyncDCBEventStoreReadResponse,
    )
    from eventsourcing.dcb.persistence.factory_async import AsyncDCBInfrastructureFactory
    from eventsourcing.dcb.persistence.subscription_async import AsyncDCBListenNotifySubscription

__all__ = [
    "AsyncDCBEventStore",
    "AsyncDCBEventStoreReadResponse",
    "AsyncDCBInfrastructureFactory",
    "AsyncDCBListenNotifySubscription",
    "DCBEventStore",
    "DCBEventStoreReadResponse",
    "DCBInfrastructureFactory",
    "DCBListenNotifySubscription",
    "DCBMapper",
    "NotFoundError",
    "make_condition",
    "make_query",
    # as spelled in 10.0
    "DcbEventStore",
    "DcbEventStoreReadResponse",
    "DcbInfrastructureFactory",
    "DcbListenNotifySubscription",
    "DcbMapper",
]

publish(__name__, __all__, later=["event_store_async", "factory_async", "subscription_async"])
