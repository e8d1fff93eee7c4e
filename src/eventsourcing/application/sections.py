"""The arithmetic of notification log sections (contract N4-N10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eventsourcing.persistence import Notification

DEFAULT_SECTION_SIZE = 10


@dataclass(frozen=True)
class Section:
    """A part of a notification log.

    `id` says which notifications it holds and `next_id` where the log goes on; both are `None` if
    there are none.
    """

    id: str | None
    items: Sequence[Notification]
    next_id: str | None


class SectionRange(NamedTuple):
    """Where a section begins, and how many notifications it has at most."""

    start: int
    limit: int


def format_section_id(first_id: int, last_id: int) -> str:
    """Return the ID of the section from the first to the last notification ID."""
    return f"{first_id},{last_id}"


def parse_section_id(section_id: str, section_size: int) -> SectionRange:
    """Return what to select for a section ID.

    Raises `ValueError` if a part is not an integer, `IndexError` if there is one part only.
    """
    first, last = _parse_parts(section_id)
    start = max(1, first)
    return SectionRange(start, min(max(0, last - start + 1), section_size))


def make_section(notifications: Sequence[Notification], limit: int) -> Section:
    """Return the section that holds what was selected with the limit."""
    if not notifications:
        return Section(None, notifications, None)
    last_id = notifications[-1].id
    is_full = len(notifications) == limit
    return Section(
        id=format_section_id(notifications[0].id, last_id),
        items=notifications,
        next_id=format_section_id(last_id + 1, last_id + limit) if is_full else None,
    )


def check_limit(limit: int, section_size: int) -> None:
    """Raise `ValueError` if more is asked for than one section may hold."""
    if limit > section_size:
        raise ValueError(f"Requested limit {limit} greater than section size {section_size}")


def _parse_parts(section_id: str) -> tuple[int, int]:
    parts = section_id.split(",")
    try:
        first = int(parts[0])
        if len(parts) == 1:
            raise IndexError(
                f"Section ID {section_id!r} has one part only: expected 'first,last', e.g. '1,10'"
            )
        return first, int(parts[1])
    except ValueError as error:
        raise ValueError(
            f"Section ID {section_id!r} is not a pair of integers: expected 'first,last', "
            f"e.g. '1,10' ({error})"
        ) from None
