"""The exceptions of applications."""

from __future__ import annotations

from eventsourcing import errors
from eventsourcing.errors import EventSourcingError


class AggregateNotFoundError(EventSourcingError):
    """There is no aggregate with the ID, or there was none yet at the version."""


class ProgrammingError(errors.ProgrammingError):
    """An application class was coded wrongly."""


AggregateNotFound = AggregateNotFoundError
