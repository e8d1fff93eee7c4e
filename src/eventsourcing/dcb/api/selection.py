"""What recorders are asked for, checked and simplified: pure, for all engines (C2-C11, C30).

A read, a subscription and the condition of an append all are a selection of events.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from eventsourcing.dcb.api.values import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.persistence.errors import DataError, IntegrityError, ProgrammingError

MAX_POSITION = 2**63 - 1
"""No position is greater: the largest integer of a database's `bigint`."""


class Criterion(NamedTuple):
    """Matches events that have one of the types, if there are any, and all of the tags.

    No type and no tag comes twice.
    """

    types: tuple[str, ...]
    tags: tuple[str, ...]


class Selection(NamedTuple):
    """Selects events with positions greater than `after` that one of the criteria matches.

    All events match if there are no criteria. No criterion comes twice, and each has types or tags.
    At most `limit` events are selected, those with the lowest positions.
    """

    criteria: tuple[Criterion, ...] = ()
    after: int = 0
    limit: int | None = None


def plan_selection(
    query: DCBQuery | None = None, after: int | None = None, limit: int | None = None
) -> Selection:
    """Return what a query selects; `after` is brought into the range from 0 to `MAX_POSITION`.

    Raises `DataError` if something is not what it must be.
    """
    _check_integer(after, "after")
    _check_integer(limit, "limit")
    if limit is not None and limit < 0:
        raise DataError(f"limit is {limit}: it must be at least 0, or None for no limit")
    start = min(max(after or 0, 0), MAX_POSITION)
    return Selection(_plan_criteria(query), start, limit)


def plan_condition(condition: DCBAppendCondition) -> Selection:
    """Return which events make an append with this condition fail; one of them is enough."""
    if not isinstance(condition, DCBAppendCondition):
        raise DataError(f"condition is {condition!r}: it must be a DCBAppendCondition, or None")
    return plan_selection(condition.fail_if_events_match, condition.after)


def check_events(events: Sequence[DCBEvent]) -> None:
    """Raise an error unless these events can be appended.

    Raises `ProgrammingError` if there are none, `IntegrityError` for a type or tags that are
    `None`, `DataError` for what is not a string, a list of strings, or bytes.
    """
    if not events:
        raise ProgrammingError("Should be at least one event. Avoid this elsewhere")
    for event in events:
        if event.type is None or event.tags is None:
            raise IntegrityError(f"{event!r} cannot be appended: its type or tags are None")
        if not isinstance(event.type, str):
            raise DataError(f"{event!r} cannot be appended: its type must be a string")
        _check_strings(event.tags, "tags", event)
        if not isinstance(event.data, bytes | bytearray | memoryview):
            raise DataError(f"{event!r} cannot be appended: its data must be bytes")


def refuse_append(condition: DCBAppendCondition) -> IntegrityError:
    """Return the error for an append whose condition is not fulfilled."""
    return IntegrityError(
        f"Events are recorded that match the condition of the append: {condition}"
    )


def _plan_criteria(query: DCBQuery | None) -> tuple[Criterion, ...]:
    if query is None:
        return ()
    if not isinstance(query, DCBQuery):
        raise DataError(f"query is {query!r}: it must be a DCBQuery, or None for all events")
    criteria = dict.fromkeys(map(_plan_criterion, query.items))
    return () if Criterion((), ()) in criteria else tuple(criteria)


def _plan_criterion(item: DCBQueryItem) -> Criterion:
    if not isinstance(item, DCBQueryItem):
        raise DataError(f"{item!r} is no item of a query: items must be DCBQueryItem objects")
    _check_strings(item.types, "types", item)
    _check_strings(item.tags, "tags", item)
    return Criterion(tuple(dict.fromkeys(item.types)), tuple(dict.fromkeys(item.tags)))


def _check_strings(values: Any, name: str, owner: object) -> None:
    if not isinstance(values, list):
        raise DataError(
            f"The {name} of {owner!r} are a {type(values).__name__}: they must be a list of strings"
        )
    for value in values:
        if not isinstance(value, str):
            raise DataError(f"The {name} of {owner!r} must be strings: {value!r} is none")


def _check_integer(value: Any, name: str) -> None:
    if value is not None and not isinstance(value, int):
        raise DataError(f"{name} is {value!r}: it must be an integer, or None")
