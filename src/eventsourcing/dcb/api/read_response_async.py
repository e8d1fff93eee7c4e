"""A read response over an iterator, for recorders that have selected the events already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eventsourcing.dcb.api.recorder_async import AsyncDCBReadResponse
from eventsourcing.dcb.api.values import DCBSequencedEvent


class AsyncSimpleDCBReadResponse(AsyncDCBReadResponse):
    """The events of an iterator, which needs no waiting, and the head that is given with them."""

    def __init__(self, events: Iterable[DCBSequencedEvent], head: int | None = None) -> None:
        self.events: Iterator[DCBSequencedEvent] = iter(events)
        self._head = head

    @property
    def head(self) -> int | None:
        """The position up to which nothing that matches is missing."""
        return self._head

    async def __anext__(self) -> DCBSequencedEvent:
        for event in self.events:
            return event
        raise StopAsyncIteration
