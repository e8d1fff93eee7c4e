"""The projection of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from typing import Any

from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.persistence import Tracking
from eventsourcing.projection import AsyncProjection
from examples.search_view.domain import Note
from examples.search_view.view_async import AsyncSearchView


class AsyncNoteSearch(AsyncProjection[AsyncSearchView]):
    """Keeps the search view up to date."""

    name = "NoteSearch"

    @singledispatchmethod
    async def process_event(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, _: Any, tracking: Tracking
    ) -> None:
        """Record the position of an event that does not concern the search."""
        await self.view.insert_tracking(tracking)

    @process_event.register
    async def _(self, event: Note.Written, tracking: Tracking) -> None:
        await self.view.put_note(event.originator_id, event.title, event.body, tracking)

    @process_event.register
    async def _(self, event: Note.Rewritten, tracking: Tracking) -> None:
        await self.view.put_note(event.originator_id, event.title, event.body, tracking)

    @process_event.register
    async def _(self, event: Note.Deleted, tracking: Tracking) -> None:
        await self.view.drop_note(event.originator_id, tracking)
