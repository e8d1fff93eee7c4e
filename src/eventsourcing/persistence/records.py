"""The values that recorders store and return: stored events, notifications, tracking records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from eventsourcing.domain import DomainEventProtocol

AggregateID: TypeAlias = UUID | str
TAggregateIDType = TypeVar("TAggregateIDType", bound=AggregateID)
TDomainEvent_co = TypeVar("TDomainEvent_co", bound="DomainEventProtocol[Any]", covariant=True)


@dataclass(frozen=True)
class StoredEvent:
    """A domain event as it is stored: serialised, perhaps compressed and encrypted.

    `originator_id` and `originator_version` together are unique in a table of events.
    """

    originator_id: AggregateID
    originator_version: int
    topic: str
    state: bytes


@dataclass(frozen=True)
class Notification(StoredEvent):
    """A stored event with its position, counted from 1, in the application's total order."""

    id: int


@dataclass(frozen=True)
class Tracking:
    """Says that the notification with this ID from the named application has been processed."""

    application_name: str
    notification_id: int


@dataclass(frozen=True)
class BatchTracking(Tracking):
    """Says that a batch of notifications has been processed, from the first to this ID.

    Recording it raises `IntegrityError` if any of them has been processed before, whereas a
    `Tracking` only tells whether the last one has.
    """

    first_notification_id: int


@dataclass(frozen=True)
class Recording(Generic[TDomainEvent_co]):
    """A domain event together with the notification under which it was recorded."""

    domain_event: TDomainEvent_co
    notification: Notification
