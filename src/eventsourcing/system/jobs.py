"""What the stages of a runner hand to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from eventsourcing.application import RecordingEvent
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Notification, Tracking

ProcessingJob: TypeAlias = tuple[DomainEventProtocol[Any], Tracking]
"""One event to process, and its position."""

ConvertingJob: TypeAlias = RecordingEvent[Any] | Sequence[Notification] | None
"""What becomes processing jobs; `None` is the stop marker."""
