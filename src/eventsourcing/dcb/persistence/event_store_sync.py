# Generated from event_store_async.py by tools/async_to_sync.py: do not edit.
"""The store of decisions: a mapper and a recorder together (C50)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic

from eventsourcing.dcb.api import DCBReadResponse, DCBRecorder
from eventsourcing.dcb.domain import Selector, Tagged, TDecision
from eventsourcing.dcb.persistence.mapper import DCBMapper
from eventsourcing.dcb.persistence.selectors import make_condition, make_query


class DCBEventStore(Generic[TDecision]):
    """Stores and selects decisions through a mapper and a recorder."""

    def __init__(self, mapper: DCBMapper[TDecision], recorder: DCBRecorder) -> None:
        self.mapper = mapper
        self.recorder = recorder

    def append(
        self,
        events: Sequence[Tagged[TDecision]],
        cb: Selector | Sequence[Selector] | None = None,
        after: int | None = None,
    ) -> int:
        """Store all the decisions atomically, or none; return the position of the last.

        Raises `IntegrityError` if a decision within the consistency boundary `cb` is stored with a
        position greater than `after`. An empty boundary is that of all decisions; without a
        boundary and a position, nothing is checked. Without decisions, returns 0.
        """
        if not events:
            return 0
        dcb_events = [self.mapper.to_dcb_event(event) for event in events]
        return self.recorder.append(dcb_events, make_condition(cb, after))

    def read(
        self, cb: Selector | Sequence[Selector] | None = None, *, after: int | None = None
    ) -> DCBEventStoreReadResponse[TDecision]:
        """Select the decisions within a consistency boundary with positions greater than `after`.

        They are mapped while the response is iterated.
        """
        response = self.recorder.read(make_query(cb), after=after)
        return DCBEventStoreReadResponse(self.mapper, response)


class DCBEventStoreReadResponse(Iterator[Tagged[TDecision]], Generic[TDecision]):
    """The decisions that were selected, in the order of their positions; can be iterated once."""

    def __init__(self, mapper: DCBMapper[TDecision], response: DCBReadResponse) -> None:
        self._mapper = mapper
        self._response = response

    @property
    def head(self) -> int | None:
        """The last position of all when the decisions were selected, `None` if there was none.

        It is the `after` for storing what is decided because of them.
        """
        return self._response.head

    def __next__(self) -> Tagged[TDecision]:
        return self._mapper.to_domain_event(self._response.__next__().event)
