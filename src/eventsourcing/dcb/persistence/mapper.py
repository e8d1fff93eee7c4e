"""Mappers: from decisions with tags to events that recorders store, and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Tagged, TDecision


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
