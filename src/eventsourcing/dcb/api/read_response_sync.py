# Generated from read_response_async.py by tools/async_to_sync.py: do not edit.
"""A read response over an iterator, for recorders that have selected the events already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eventsourcing.dcb.api.recorder_sync import DCBReadResponse
from eventsourcing.dcb.api.values import DCBSequencedEvent


class SimpleDCBReadResponse(DCBReadResponse):
    """The events of an iterator, which needs no waiting, and the head that is given with them."""

    def __init__(self, events: Iterable[DCBSequencedEvent], head: int | None = None) -> None:
        self.events: Iterator[DCBSequencedEvent] = iter(events)
        self._head = head

    @property
    def head(self) -> int | None:
        """The position up to which nothing that matches is missing."""
        return self._head

    def __next__(self) -> DCBSequencedEvent:
        for event in self.events:
            return event
        raise StopIteration
