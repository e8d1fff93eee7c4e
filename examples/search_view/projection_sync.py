# Generated from projection_async.py by tools/async_to_sync.py: do not edit.
"""The projection of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from typing import Any

from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.persistence import Tracking
from eventsourcing.projection import Projection
from examples.search_view.domain import Note
from examples.search_view.view_sync import SearchView


class NoteSearch(Projection[SearchView]):
    """Keeps the search view up to date."""

    name = "NoteSearch"

    @singledispatchmethod
    def process_event(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, _: Any, tracking: Tracking
    ) -> None:
        """Record the position of an event that does not concern the search."""
        self.view.insert_tracking(tracking)

    @process_event.register
    def _(self, event: Note.Written, tracking: Tracking) -> None:
        self.view.put_note(event.originator_id, event.title, event.body, tracking)

    @process_event.register
    def _(self, event: Note.Rewritten, tracking: Tracking) -> None:
        self.view.put_note(event.originator_id, event.title, event.body, tracking)

    @process_event.register
    def _(self, event: Note.Deleted, tracking: Tracking) -> None:
        self.view.drop_note(event.originator_id, tracking)
