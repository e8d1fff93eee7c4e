"""Base of the library's exceptions, and those of the domain model and the topic registry."""


class EventSourcingError(Exception):
    """Base class of the library's exceptions."""

    __module__ = "eventsourcing.domain"


class ProgrammingError(EventSourcingError):
    """Raised when the domain model was coded wrongly."""

    __module__ = "eventsourcing.domain"


class OriginatorIDError(EventSourcingError):
    """Raised when an event is applied to another aggregate than its own.

    `args` is `(originator_id of the event, id of the aggregate)`.
    """

    __module__ = "eventsourcing.domain"


class OriginatorVersionError(EventSourcingError):
    """Raised when an event is not the next one of the aggregate.

    `args` is `(originator_version of the event, expected version)`.
    """

    __module__ = "eventsourcing.domain"


class VersionError(OriginatorVersionError):
    """Old name of `OriginatorVersionError`; the library never raises it."""

    __module__ = "eventsourcing.domain"


class TopicError(Exception):
    """Raised when a topic cannot be resolved, or is taken by another object."""

    __module__ = "eventsourcing.utils"
