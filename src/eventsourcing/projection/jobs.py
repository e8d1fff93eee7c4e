"""What is processed: events with their positions."""

from __future__ import annotations

from typing import TypeAlias

from eventsourcing.domain import DomainEventProtocol, TAggregateID
from eventsourcing.persistence import Tracking

Job: TypeAlias = tuple[DomainEventProtocol[TAggregateID], Tracking]
"""An event, and its position in the log of its application."""
