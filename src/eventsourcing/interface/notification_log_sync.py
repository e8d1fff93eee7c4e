# Generated from notification_log_async.py by tools/async_to_sync.py: do not edit.
"""An application's notification log over a text interface: the server's and the client's side."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic

from eventsourcing.application import NotificationLog, Section, TApplication
from eventsourcing.interface.notification_json import (
    decode_notifications,
    decode_section,
    encode_notifications,
    encode_section,
)
from eventsourcing.persistence import Notification


class NotificationLogInterface(ABC):
    """Access to a notification log with text in and text out, as over a network."""

    @abstractmethod
    def get_log_section(self, section_id: str) -> str:
        """Return the section with an ID such as `"1,10"` as JSON."""

    @abstractmethod
    def get_notifications(
        self,
        start: int | None,
        limit: int,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> str:
        """Return at most `limit` notifications as a JSON list, selected as `select()` does."""


class NotificationLogJSONService(NotificationLogInterface, Generic[TApplication]):
    """Presents the notification log of an application as JSON.

    The state of events goes out as it is stored: compressed and encrypted if that is configured.
    Errors of the log propagate.
    """

    def __init__(self, app: TApplication) -> None:
        self.app = app

    def get_log_section(self, section_id: str) -> str:
        """Return the section with an ID such as `"1,10"` as JSON."""
        return encode_section(self.app.notification_log[section_id])

    def get_notifications(
        self,
        start: int | None,
        limit: int,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> str:
        """Return at most `limit` notifications as a JSON list, selected as `select()` does."""
        notifications = self.app.notification_log.select(
            start=start, limit=limit, topics=topics, **_only_if_exclusive(inclusive_of_start)
        )
        return encode_notifications(notifications)


class NotificationLogJSONClient(NotificationLog):
    """A notification log that gets what it returns through a JSON interface.

    IDs of aggregates that read as a UUID become a `UUID`, others stay text.
    """

    def __init__(self, interface: NotificationLogInterface) -> None:
        self.interface = interface

    def __getitem__(self, section_id: str) -> Section:
        """Return the section with an ID such as `"1,10"`."""
        return decode_section(self.interface.get_log_section(section_id))

    def select(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs."""
        text = self.interface.get_notifications(
            start=start, limit=limit, topics=topics, **_only_if_exclusive(inclusive_of_start)
        )
        notifications = decode_notifications(text)
        # The interface does not know `stop`.
        return notifications if stop is None else [n for n in notifications if n.id <= stop]


def _only_if_exclusive(inclusive_of_start: bool) -> dict[str, Any]:
    # Logs and interfaces written for 9.2 do not know the keyword.
    return {} if inclusive_of_start else {"inclusive_of_start": False}
