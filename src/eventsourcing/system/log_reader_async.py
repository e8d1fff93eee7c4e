"""Reading notification logs, batch by batch (contract Y58-Y60)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, Self

from eventsourcing.application import AsyncNotificationLog
from eventsourcing.persistence import Notification


class AsyncNotificationLogReader:
    """Reads a notification log, local or remote, to its end."""

    DEFAULT_SECTION_SIZE: ClassVar[int] = 10

    def __init__(
        self, notification_log: AsyncNotificationLog, section_size: int = DEFAULT_SECTION_SIZE
    ) -> None:
        self.notification_log = notification_log
        self.section_size = section_size

    async def read(self, *, start: int) -> AsyncIterator[Notification]:
        """Iterate over the notifications from `start` on, section by section.

        Sections are as large as the log makes them, if that is less than the section size.
        """
        section_id: str | None = f"{start},{start + self.section_size - 1}"
        while section_id is not None:
            section = await self.notification_log[section_id]
            items = list(section.items)
            while items:
                yield items.pop(0)
            section_id = section.next_id

    def select(
        self,
        *,
        start: int | None,
        stop: int | None = None,
        topics: Sequence[str] = (),
        inclusive_of_start: bool = True,
    ) -> AsyncIterator[Sequence[Notification]]:
        """Iterate over batches of notifications, none of them empty, until there are no more.

        IDs from `start` (or greater than it, unless `inclusive_of_start`) up to and including
        `stop`; of the given topics, if any. `start=None` is the beginning. Each batch is read when
        it is asked for. Raises `ValueError` if the section size is greater than that of the log.
        """
        # Logs written for 9.2 do not know the keyword.
        first = start if start is None or inclusive_of_start else start + 1
        return _Batches(self, first, stop, topics)


class _Batches(AsyncIterator[Sequence[Notification]]):
    """The batches of one selection; leaves nothing to clean up when it is not exhausted."""

    def __init__(
        self,
        reader: AsyncNotificationLogReader,
        start: int | None,
        stop: int | None,
        topics: Sequence[str],
    ) -> None:
        self._reader = reader
        self._start = start
        self._stop = stop
        self._topics = topics

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Sequence[Notification]:
        if self._start is not None and self._stop is not None and self._start > self._stop:
            raise StopAsyncIteration
        batch = await self._reader.notification_log.select(
            start=self._start,
            limit=self._reader.section_size,
            stop=self._stop,
            topics=self._topics,
        )
        if not batch:
            raise StopAsyncIteration
        self._start = batch[-1].id + 1
        return batch
