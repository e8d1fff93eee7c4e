"""Mappers: from decisions with tags to events that recorders store, and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Tagged, TDecision
from eventsourcing.persistence.errors import InfrastructureFactoryError
from eventsourcing.utils import resolve_topic


class DCBMapper(ABC, Generic[TDecision]):
    """Converts decisions of one kind, those that its serialisation understands."""

    @abstractmethod
    def to_dcb_event(self, event: Tagged[TDecision]) -> DCBEvent:
        """Return the event to be stored: the topic of the decision's class, its data, its tags."""

    @abstractmethod
    def to_domain_event(self, event: DCBEvent) -> Tagged[TDecision]:
        """Return the decision that was stored, with its tags.

        Raises `TopicError` if the type cannot be resolved.
        """


def make_mapper(topic: str) -> DCBMapper[Any]:
    """Return a mapper of the class with this topic, which must be constructible without arguments.

    Raises `InfrastructureFactoryError` if it is something else, `TopicError` if it is nothing.
    """
    mapper_class = resolve_topic(topic)
    if not (isinstance(mapper_class, type) and issubclass(mapper_class, DCBMapper)):
        raise InfrastructureFactoryError(
            f"MAPPER_TOPIC '{topic}' names {mapper_class!r}: it must name a class of mappers for "
            "dynamic consistency boundaries, such as "
            "'eventsourcing.dcb.msgpack:MessagePackMapper'"
        )
    return mapper_class()
