"""The recorder of dynamic consistency boundaries that keeps everything in memory (C16-C18)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Self

from eventsourcing._concurrency.listeners import Listeners
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBRecorder,
    DCBSequencedEvent,
    SimpleDCBReadResponse,
    check_events,
    plan_condition,
    plan_selection,
    refuse_append,
)
from eventsourcing.dcb.popo.event_index import EventIndex
from eventsourcing.persistence.listening import Listener

if TYPE_CHECKING:
    from eventsourcing.dcb.popo.subscription import InMemorySubscription


class InMemoryDCBRecorder(DCBRecorder):
    """Keeps events in memory; their positions are 1, 2, 3, … without gaps.

    What is appended is copied, and so is what is read: changing the one or the other later has no
    effect on what is stored.
    """

    def __init__(self) -> None:
        self.events: list[DCBSequencedEvent] = []
        self._index = EventIndex()
        self._database_lock = RLock()
        self._listeners = Listeners()

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> SimpleDCBReadResponse:
        """Select events that match, with positions greater than `after`; at most `limit`."""
        selection = plan_selection(query, after, limit)
        with self._database_lock:
            head = self.head()
            positions = self._index.find(selection)
        if limit is None:
            return SimpleDCBReadResponse(self._copy(positions), head)
        selected = list(positions)
        return SimpleDCBReadResponse(self._copy(iter(selected)), selected[-1] if selected else None)

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """Store all the events atomically, in this order, and return the position of the last."""
        check_events(events)
        copies = [_copy(event) for event in events]
        with self._database_lock:
            if condition is not None and any(self._index.find(plan_condition(condition))):
                raise refuse_append(condition)
            for event in copies:
                self._index.add(event)
                self.events.append(DCBSequencedEvent(event, len(self._index)))
            position = len(self._index)
        self._listeners.set()
        return position

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> InMemorySubscription[Self]:
        """Return an iterator over the events that match, which waits for new ones at the end."""
        from eventsourcing.dcb.popo.subscription import InMemorySubscription

        return InMemorySubscription(self, query, after)

    def head(self) -> int | None:
        """Return the last position, `None` if there are no events."""
        with self._database_lock:
            return len(self._index) or None

    def listen(self, event: Listener) -> None:
        """Have the event set after each append from now on; may be called repeatedly."""
        self._listeners.add(event)

    def unlisten(self, event: Listener) -> None:
        """Leave the event alone from now on; may be called repeatedly."""
        self._listeners.discard(event)

    def _copy(self, positions: Iterator[int]) -> Iterator[DCBSequencedEvent]:
        stored = self.events
        return (DCBSequencedEvent(_copy(stored[each - 1].event), each) for each in positions)


def _copy(event: DCBEvent) -> DCBEvent:
    # Strings and bytes cannot be changed, so nothing deeper needs to be copied.
    return DCBEvent(event.type, bytes(event.data), list(event.tags))
