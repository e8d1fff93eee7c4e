"""Interfaces: an application's notification log as JSON, for other processes."""

from eventsourcing._public import publish
from eventsourcing.interface.notification_log_async import (
    AsyncNotificationLogInterface,
    AsyncNotificationLogJSONClient,
    AsyncNotificationLogJSONService,
)
from eventsourcing.interface.notification_log_sync import (
    NotificationLogInterface,
    NotificationLogJSONClient,
    NotificationLogJSONService,
)

__all__ = [
    "AsyncNotificationLogInterface",
    "AsyncNotificationLogJSONClient",
    "AsyncNotificationLogJSONService",
    "NotificationLogInterface",
    "NotificationLogJSONClient",
    "NotificationLogJSONService",
]

publish(__name__, __all__)
