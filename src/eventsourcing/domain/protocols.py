"""What other modules and other kinds of domain models must look like: protocols, type variables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, Union, runtime_checkable
from uuid import UUID

if TYPE_CHECKING:
    from eventsourcing.domain.aggregates import BaseAggregate
    from eventsourcing.domain.snapshots import CanSnapshotAggregate

TAggregateID = TypeVar("TAggregateID", bound=UUID | str)
TAggregateID_co = TypeVar("TAggregateID_co", bound=UUID | str, covariant=True)


@runtime_checkable
class DomainEventProtocol(Protocol[TAggregateID_co]):
    """Anything that says which aggregate it belongs to, and at which position."""

    @property
    def originator_id(self) -> TAggregateID_co:
        """ID of the aggregate."""
        ...

    @property
    def originator_version(self) -> int:
        """Version of the aggregate after this event."""
        ...


class MutableAggregateProtocol(Protocol[TAggregateID_co]):
    """An aggregate whose version is written by its events."""

    @property
    def id(self) -> TAggregateID_co:
        """ID of the aggregate."""
        ...

    @property
    def version(self) -> int:
        """Version of the aggregate."""
        ...

    @version.setter
    def version(self, value: int) -> None: ...


class ImmutableAggregateProtocol(Protocol[TAggregateID_co]):
    """An aggregate that is replaced by a new object when an event is applied."""

    @property
    def id(self) -> TAggregateID_co:
        """ID of the aggregate."""
        ...

    @property
    def version(self) -> int:
        """Version of the aggregate."""
        ...


MutableOrImmutableAggregate = Union[  # noqa: UP007 - subscripted with the ID type
    ImmutableAggregateProtocol[TAggregateID], MutableAggregateProtocol[TAggregateID]
]

TMutableOrImmutableAggregate = TypeVar(
    "TMutableOrImmutableAggregate", bound=MutableOrImmutableAggregate[Any]
)
TDomainEvent = TypeVar("TDomainEvent", bound=DomainEventProtocol[Any])
SDomainEvent = TypeVar("SDomainEvent", bound=DomainEventProtocol[Any])
TLogEvent = TypeVar("TLogEvent", bound=DomainEventProtocol[Any])
TAggregate = TypeVar("TAggregate", bound="BaseAggregate[Any]")
TCanSnapshotAggregate = TypeVar("TCanSnapshotAggregate", bound="CanSnapshotAggregate[Any]")


@runtime_checkable
class CollectEventsProtocol(Protocol):
    """An object that has made events which wait to be recorded."""

    def collect_events(self) -> Sequence[DomainEventProtocol[Any]]:
        """Return the new events, and forget them."""
        ...


@runtime_checkable
class CanMutateProtocol(DomainEventProtocol[Any], Protocol[TMutableOrImmutableAggregate]):
    """An event that makes the next state of an aggregate from the previous one."""

    def mutate(
        self, aggregate: TMutableOrImmutableAggregate | None
    ) -> TMutableOrImmutableAggregate | None:
        """Return the aggregate after this event, or `None` when its life has ended."""
        ...


class SnapshotProtocol(DomainEventProtocol[TAggregateID_co], Protocol[TAggregateID_co]):
    """A recorded state of an aggregate."""

    @property
    def state(self) -> Any:
        """The recorded state."""
        ...

    @classmethod
    def take(cls, aggregate: MutableOrImmutableAggregate[Any]) -> Self:
        """Record the state of an aggregate."""
        ...


class CanTriggerEvent(Protocol):
    """An object whose commands are decorated with `@event`."""

    def trigger_event(self, event_class: type[Any], **kwargs: Any) -> None:
        """Make an event of the given class, and apply it."""
        ...


CallableType = Callable[..., None]
DecoratableType = CallableType | property
TDecoratableType = TypeVar("TDecoratableType", bound=DecoratableType)
