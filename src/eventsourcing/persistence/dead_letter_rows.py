"""Dead letters as rows of a table: what engines with SQL have in common. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence.dead_letters import DeadLetter

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
    "tags",
)
"""The columns of a table of dead letters, in SQL engines."""


def make_row(dead_letter: DeadLetter) -> tuple[Any, ...]:
    """Return the values of the columns."""
    values = {each.name: getattr(dead_letter, each.name) for each in fields(DeadLetter)}
    id_text, id_type = format_id(dead_letter.originator_id)
    values |= {"originator_id": id_text, "originator_id_type": id_type}
    values["tags"] = json.dumps(dead_letter.tags) if dead_letter.tags else None
    return tuple(values[column] for column in COLUMNS)


def read_row(row: Sequence[Any]) -> DeadLetter:
    """Return the dead letter with these values; the time may be text in ISO 8601."""
    values = dict(zip(COLUMNS, row, strict=True))
    values["originator_id"] = read_id(values["originator_id"], values.pop("originator_id_type"))
    values["tags"] = tuple(json.loads(values["tags"] or "[]"))
    put_aside_at = values["put_aside_at"]
    if isinstance(put_aside_at, str):
        put_aside_at = datetime.fromisoformat(put_aside_at)
    values["put_aside_at"] = put_aside_at.astimezone(UTC)
    return DeadLetter(**values)


def format_id(originator_id: UUID | str | None) -> tuple[str | None, str | None]:
    """Return the text of the ID, and its type; of decisions, which have no ID, neither.

    The type is stored because the application that is followed may have IDs of another type than
    the database in which the dead letters are.
    """
    if originator_id is None:
        return None, None
    if isinstance(originator_id, UUID):
        return str(originator_id), "uuid"
    return originator_id, "text"


def read_id(text: str, id_type: str | None) -> UUID | str:
    """Return the ID that was formatted."""
    return UUID(text) if id_type == "uuid" else text


class DeadLetterStatements(NamedTuple):
    """The statements for one table, as text or bytes, with the placeholders of the driver.

    Their parameters are, in this order: the application name, the notification ID or the two texts
    of an originator ID, and the limit. An update has the new values first.
    """

    insert: Any
    select: Any
    after: Any
    """Appended to `select`: only after a notification ID."""
    of_aggregate: Any
    """Appended to `select`: only those of one aggregate."""
    in_order: Any
    """Appended to `select`: in ascending order of notification IDs, at most so many."""
    select_blocked: Any
    find_blocking: Any
    find_followed: Any
    """Looks for the dead letter that a decision follows, by its notification ID."""
    count: Any
    update: Any
    delete_one: Any
    delete_all: Any


def plan_select(
    statements: DeadLetterStatements,
    application_name: str,
    limit: int,
    gt: int | None,
    originator_id: UUID | str | None,
) -> tuple[Any, list[Any]]:
    """Return the statement that selects dead letters, and its parameters."""
    statement = statements.select
    params: list[Any] = [application_name]
    if gt is not None:
        statement += statements.after
        params.append(gt)
    if originator_id is not None:
        statement += statements.of_aggregate
        params.extend(format_id(originator_id))
    return statement + statements.in_order, [*params, max(limit, 0)]


def blocked_params(application_name: str, limit: int, gt: int | None) -> list[Any]:
    """Return the parameters for selecting which aggregates have dead letters."""
    return [application_name, -1 if gt is None else gt, max(limit, 0)]


def read_blocked(rows: Iterable[Sequence[Any]]) -> Mapping[UUID | str, int]:
    """Return the IDs of aggregates, each with the ID of its first dead letter."""
    return {read_id(text, id_type): first_id for text, id_type, first_id in rows}


def update_params(dead_letter: DeadLetter) -> list[Any]:
    """Return the parameters for changing what an attempt has shown."""
    return [
        dead_letter.error,
        dead_letter.traceback,
        dead_letter.attempts,
        dead_letter.follows,
        dead_letter.application_name,
        dead_letter.notification_id,
    ]
