"""Snapshots: the recorded state of an aggregate, and its upcasting."""

# Without `from __future__ import annotations`: pydantic evaluates the annotations of mixins.

from typing import Any, Self, cast
from uuid import UUID

from eventsourcing.domain.events import DomainEvent
from eventsourcing.domain.mixins import HasOriginatorIDVersion
from eventsourcing.domain.protocols import MutableOrImmutableAggregate, TAggregateID
from eventsourcing.domain.rebuilding import find_builder, keeps_plain_dict, read_attributes
from eventsourcing.domain.timestamps import CanCreateTimestamp
from eventsourcing.utils import get_topic, resolve_topic

_NOT_IN_STATE = ("_id", "_version", "_pending_events")


class CanSnapshotAggregate(HasOriginatorIDVersion[TAggregateID], CanCreateTimestamp):
    """An event that records the state of an aggregate."""

    __module__ = "eventsourcing.domain"
    __slots__ = ()

    topic: str
    state: Any

    @classmethod
    def take(cls, aggregate: MutableOrImmutableAggregate[Any]) -> Self:
        """Record the state of an aggregate as it is now, pending events or not.

        The values are not copied.
        """
        aggregate_class = type(aggregate)
        state = read_attributes(aggregate)
        if hasattr(aggregate_class, "__es_spec__"):
            for name in _NOT_IN_STATE:
                state.pop(name, None)
        class_version: int = getattr(aggregate_class, "class_version", 1)
        if class_version > 1:
            state["class_version"] = class_version
        make_snapshot = cast("Any", cls)
        snapshot: Self = make_snapshot(
            originator_id=aggregate.id,
            originator_version=aggregate.version,
            timestamp=cls.create_timestamp(),
            topic=get_topic(aggregate_class),
            state=state,
        )
        return snapshot

    def mutate(self, _: Any) -> Any:
        """Return the recorded aggregate, its state upcast to the present version of its class.

        The argument is ignored, and none of the class's own code runs, except that pydantic models
        and msgspec structs can only be made by calling them with the state.
        """
        aggregate_class = resolve_topic(self.topic)
        state = dict(self.state)
        from_version = state.pop("class_version", 1)
        upcast_state(aggregate_class, state, from_version)
        if keeps_plain_dict(aggregate_class):
            state["_id"] = self.originator_id
            state["_version"] = self.originator_version
            state["_pending_events"] = []
        return find_builder(aggregate_class)(state)


def upcast_state(stored_class: type, state: dict[str, Any], from_version: int) -> None:
    """Bring a stored state, in place, to the present version of its class, step by step.

    Raises `AttributeError` when a method `upcast_vX_vY` is missing.
    """
    for version in range(from_version, getattr(stored_class, "class_version", 1)):
        getattr(stored_class, f"upcast_v{version}_v{version + 1}")(state)


class Snapshot(CanSnapshotAggregate[UUID], DomainEvent):
    """The recorded state of an aggregate with a UUID."""

    __module__ = "eventsourcing.domain"

    topic: str
    state: dict[str, Any]
