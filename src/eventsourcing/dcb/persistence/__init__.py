"""What stores decisions: mappers, event stores and infrastructure factories."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.dcb.persistence.errors import NotFoundError
from eventsourcing.dcb.persistence.factory_sync import DCBInfrastructureFactory
from eventsourcing.dcb.persistence.factory_sync import (
    DCBInfrastructureFactory as DcbInfrastructureFactory,
)
from eventsourcing.dcb.persistence.subscription_sync import DCBListenNotifySubscription
from eventsourcing.dcb.persistence.subscription_sync import (
    DCBListenNotifySubscription as DcbListenNotifySubscription,
)

if TYPE_CHECKING:
    from eventsourcing.dcb.persistence.factory_async import AsyncDCBInfrastructureFactory
    from eventsourcing.dcb.persistence.subscription_async import AsyncDCBListenNotifySubscription

__all__ = [
    "AsyncDCBInfrastructureFactory",
    "AsyncDCBListenNotifySubscription",
    "DCBInfrastructureFactory",
    "DCBListenNotifySubscription",
    "NotFoundError",
    # as spelled in 10.0
    "DcbInfrastructureFactory",
    "DcbListenNotifySubscription",
]

publish(__name__, __all__, later=["factory_async", "subscription_async"])
