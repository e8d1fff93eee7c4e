"""The exceptions of systems and their runners."""

from __future__ import annotations

from eventsourcing.errors import EventSourcingError


class RunnerAlreadyStartedError(EventSourcingError):
    """A runner was started a second time: make a new one instead."""


class NotificationPullingError(EventSourcingError):
    """Reading from a notification log failed in a worker; the cause is the original error."""


class NotificationConvertingError(EventSourcingError):
    """Reconstructing events failed in a worker; the cause is the original error."""


class EventProcessingError(EventSourcingError):
    """Processing an event failed in a worker; the cause is the original error."""


RunnerAlreadyStarted = RunnerAlreadyStartedError
