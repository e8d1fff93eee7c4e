"""The exceptions of systems and their runners."""

from __future__ import annotations

from collections.abc import Iterable

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


def raise_first(errors: Iterable[Exception | None]) -> None:
    """Raise the first error, if there is one."""
    for error in errors:
        if error is not None:
            raise error
