"""Notification logs: the total order of an application's events, in sections or by position."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from eventsourcing.application.sections import (
    DEFAULT_SECTION_SIZE,
    Section,
    check_limit,
    format_section_id,
    make_section,
    parse_section_id,
)
from eventsourcing.persistence import AsyncApplicationRecorder, Notification


class AsyncNotificationLog(ABC):
    """Gives access to an application's notifications, locally or remotely."""

    @abstractmethod
    async def __getitem__(self, section_id: str) -> Section:
        """Return the section with an ID such as `"1,10"`; `get_section()` does the same."""

    @abstractmethod
    async def select(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs.

        IDs from `start` (or greater than it, unless `inclusive_of_start`) up to and including
        `stop`; of the given topics, if any. `start=None` is the beginning.
        """

    async def get_section(self, section_id: str) -> Section:
        """Return the section with an ID such as `"1,10"`: first and last notification ID.

        It may hold fewer notifications; its `next_id` says where to go on. Raises `ValueError` or
        `IndexError` if the ID is not a pair of integers.
        """
        return await self[section_id]


class AsyncLocalNotificationLog(AsyncNotificationLog):
    """Reads notifications from a recorder, at most `section_size` at a time."""

    DEFAULT_SECTION_SIZE: ClassVar[int] = DEFAULT_SECTION_SIZE

    def __init__(
        self, recorder: AsyncApplicationRecorder, section_size: int = DEFAULT_SECTION_SIZE
    ) -> None:
        self.recorder = recorder
        self.section_size = section_size

    async def __getitem__(self, section_id: str) -> Section:
        """Return the section, which may hold fewer notifications than its ID says."""
        start, limit = parse_section_id(section_id, self.section_size)
        return make_section(await self.select(start, limit) if limit else [], limit)

    async def select(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs.

        Raises `ValueError` if the limit is greater than the section size.
        """
        check_limit(limit, self.section_size)
        # Recorders written for 9.2 do not know the keyword.
        kwargs: dict[str, Any] = {} if inclusive_of_start else {"inclusive_of_start": False}
        return await self.recorder.select_notifications(
            start=start, limit=limit, stop=stop, topics=topics, **kwargs
        )

    @staticmethod
    def format_section_id(first_id: int, last_id: int) -> str:
        """Return the ID of the section from the first to the last notification ID."""
        return format_section_id(first_id, last_id)
