"""Values for events that were put aside because they could not be processed.

Used by projections, and by the engines, which store a dead letter where they store positions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from eventsourcing.persistence.errors import IntegrityError
from eventsourcing.persistence.records import Tracking


@dataclass(frozen=True)
class DeadLetter(Tracking):
    """Says that a notification has been put aside: it is done with for now, and was not processed.

    Recording it keeps it and moves the position, together. If `follows` is given, the event was
    not tried, because of that earlier dead letter of the same aggregate; recording it raises
    `NotBlockedError` if the aggregate has no dead letters any more.

    A decision has `tags`, and no originator. It follows an earlier one that shares a tag, and
    `NotBlockedError` is raised if that one is no dead letter any more.
    """

    originator_id: UUID | str | None
    originator_version: int | None
    topic: str
    error: str
    traceback: str = field(repr=False)
    attempts: int
    put_aside_at: datetime
    follows: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class RetriedTracking(Tracking):
    """Says that a notification which had been put aside has been processed after all.

    Recording it removes the dead letter, and leaves the position alone. Raises `IntegrityError` if
    there is no such dead letter, so that it takes effect once.
    """


class NotBlockedError(IntegrityError):
    """An event is to be put aside because of an earlier one, and that is not there any more."""


def refuse_to_follow(dead_letter: DeadLetter) -> NotBlockedError:
    """Return the error for an event that follows nothing."""
    earlier: object = dead_letter.originator_id
    if earlier is None:
        earlier = f"notification {dead_letter.follows}"
    return NotBlockedError(
        f"No dead letter of {earlier} is left, so notification {dead_letter.notification_id} from "
        f"'{dead_letter.application_name}' is not put aside because of that"
    )


def refuse_retried(tracking: RetriedTracking) -> IntegrityError:
    """Return the error for an event without a dead letter, perhaps no longer."""
    return IntegrityError(
        f"There is no dead letter for {tracking.application_name} {tracking.notification_id}"
    )
