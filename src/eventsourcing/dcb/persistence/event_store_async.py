"""The store of decisions: a mapper and a recorder together (C50)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Generic

from eventsourcing.dcb.api import AsyncDCBReadResponse, AsyncDCBRecorder
from eventsourcing.dcb.domain import Selector, Tagged, TDecision
from eventsourcing.dcb.persistence.mapper import DCBMapper
from eventsourcing.dcb.persistence.selectors import make_condition, make_query


class AsyncDCBEventStore(Generic[TDecision]):
    """Stores and selects decisions through a mapper and a recorder."""

    def __init__(self, mapper: DCBMapper[TDecision], recorder: AsyncDCBRecorder) -> None:
        self.mapper = mapper
        self.recorder = recorder

    async def append(
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
        return await self.recorder.append(dcb_events, make_condition(cb, after))

    async def read(
        self, cb: Selector | Sequence[Selector] | None = None, *, after: int | None = None
    ) -> AsyncDCBEventStoreReadResponse[TDecision]:
        """Select the decisions within a consistency boundary with positions greater than `after`.

        They are mapped while the response is iterated.
        """
        response = await self.recorder.read(make_query(cb), after=after)
        return AsyncDCBEventStoreReadResponse(self.mapper, response)


class AsyncDCBEventStoreReadResponse(AsyncIterator[Tagged[TDecision]], Generic[TDecision]):
    """The decisions that were selected, in the order of their positions; can be iterated once."""

    def __init__(self, mapper: DCBMapper[TDecision], response: AsyncDCBReadResponse) -> None:
        self._mapper = mapper
        self._response = response

    @property
    def head(self) -> int | None:
        """The last position of all when the decisions were selected, `None` if there was none.

        It is the `after` for storing what is decided because of them.
        """
        return self._response.head

    async def __anext__(self) -> Tagged[TDecision]:
        return self._mapper.to_domain_event((await self._response.__anext__()).event)
