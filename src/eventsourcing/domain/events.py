"""The library's own event classes: frozen dataclasses with UUID IDs."""

from datetime import datetime
from uuid import UUID

from eventsourcing.domain.created import CanInitAggregate
from eventsourcing.domain.metaclasses import MetaDomainEvent
from eventsourcing.domain.mixins import CanMutateAggregate
from eventsourcing.domain.timestamps import CanCreateTimestamp


class DomainEvent(CanCreateTimestamp, metaclass=MetaDomainEvent):
    """Something that happened in the domain: a frozen dataclass with ID, version and time.

    Raises `TypeError` when constructed with an ID that is not a `UUID`.
    """

    __module__ = "eventsourcing.domain"

    originator_id: UUID
    originator_version: int
    timestamp: datetime

    def __post_init__(self) -> None:
        originator_id: object = self.originator_id
        if not isinstance(originator_id, UUID):
            msg = f"{type(self)} was initialized with a non-UUID originator_id: {originator_id!r}"
            raise TypeError(msg)


class AggregateEvent(CanMutateAggregate[UUID], DomainEvent):
    """An event that evolves an aggregate."""

    __module__ = "eventsourcing.domain"


class AggregateCreated(CanInitAggregate[UUID], AggregateEvent):
    """The first event of an aggregate, which constructs it."""

    __module__ = "eventsourcing.domain"

    originator_topic: str


class LogEvent(DomainEvent):
    """Deprecated: inherit from `DomainEvent`."""

    __module__ = "eventsourcing.domain"
