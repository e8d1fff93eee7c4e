"""Values for events that were put aside because they could not be processed, and their rows.

Used by projections, and by the engines, which store a dead letter where they store positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from eventsourcing.persistence.errors import IntegrityError
from eventsourcing.persistence.records import Tracking


@dataclass(frozen=True)
class DeadLetter(Tracking):
    """Says that a notification has been put aside: it is done with for now, and was not processed.

    Recording it keeps it and moves the position, together. If `follows` is given, the event was
    not tried, because of that earlier dead letter of the same aggregate; recording it raises
    `NotBlockedError` if the aggregate has no dead letters any more.
    """

    originator_id: UUID | str
    originator_version: int
    topic: str
    error: str
    traceback: str
    attempts: int
    put_aside_at: datetime
    follows: int | None = None


@dataclass(frozen=True)
class RetriedTracking(Tracking):
    """Says that a notification which had been put aside has been processed after all.

    Recording it removes the dead letter, and leaves the position alone. Raises `IntegrityError` if
    there is no such dead letter, so that it takes effect once.
    """


class NotBlockedError(IntegrityError):
    """An event is to be put aside because of an earlier one of its aggregate, and none is there."""


def refuse_to_follow(dead_letter: DeadLetter) -> NotBlockedError:
    """Return the error for an event that follows nothing."""
    return NotBlockedError(
        f"No dead letter of {dead_letter.originator_id} is left, so notification "
        f"{dead_letter.notification_id} from '{dead_letter.application_name}' is to be processed"
    )


def refuse_retried(tracking: RetriedTracking) -> IntegrityError:
    """Return the error for an event without a dead letter, perhaps no longer."""
    return IntegrityError(
        f"There is no dead letter for {tracking.application_name} {tracking.notification_id}"
    )


COLUMNS = (
    "application_name",
    "notification_id",
    "originator_id",
    "originator_id_type",
    "originator_version",
    "topic",
    "error",
    "traceback",
    "attempts",
    "put_aside_at",
    "follows",
)
"""The columns of a table of dead letters, in SQL engines."""


def make_row(dead_letter: DeadLetter) -> tuple[Any, ...]:
    """Return the values of the columns."""
    values = {each.name: getattr(dead_letter, each.name) for each in fields(DeadLetter)}
    id_text, id_type = format_id(dead_letter.originator_id)
    values |= {"originator_id": id_text, "originator_id_type": id_type}
    return tuple(values[column] for column in COLUMNS)


def read_row(row: Sequence[Any]) -> DeadLetter:
    """Return the dead letter with these values; the time may be text in ISO 8601."""
    values = dict(zip(COLUMNS, row, strict=True))
    values["originator_id"] = read_id(values["originator_id"], values.pop("originator_id_type"))
    put_aside_at = values["put_aside_at"]
    if isinstance(put_aside_at, str):
        put_aside_at = datetime.fromisoformat(put_aside_at)
    values["put_aside_at"] = put_aside_at.astimezone(UTC)
    return DeadLetter(**values)


def format_id(originator_id: UUID | str) -> tuple[str, str]:
    """Return the text of the ID, and its type.

    The type is stored because the application that is followed may have IDs of another type than
    the database in which the dead letters are.
    """
    if isinstance(originator_id, UUID):
        return str(originator_id), "uuid"
    return originator_id, "text"


def read_id(text: str, id_type: str) -> UUID | str:
    """Return the ID that was formatted."""
    return UUID(text) if id_type == "uuid" else text
