"""Interfaces: an application's notification log as JSON, for other processes."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.interface.notification_log_sync import (
    NotificationLogInterface,
    NotificationLogJSONClient,
    NotificationLogJSONService,
)

if TYPE_CHECKING:
    from eventsourcing.interface.notification_log_async import (
        AsyncNotificationLogInterface,
        AsyncNotificationLogJSONClient,
        AsyncNotificationLogJSONService,
    )

__all__ = [
    "AsyncNotificationLogInterface",
    "AsyncNotificationLogJSONClient",
    "AsyncNotificationLogJSONService",
    "NotificationLogInterface",
    "NotificationLogJSONClient",
    "NotificationLogJSONService",
]

publish(__name__, __all__, later=["notification_log_async"])
