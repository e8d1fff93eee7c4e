# Generated from view_async.py by tools/async_to_sync.py: do not edit.
"""What the projection and its users need of the view, whatever the database."""

from __future__ import annotations

from abc import abstractmethod
from uuid import UUID

from eventsourcing.persistence import Tracking, TrackingRecorder
from examples.search_view.texts import Hit


class SearchView(TrackingRecorder):
    """The notes as they are now, and an index of their words."""

    @abstractmethod
    def put_note(self, note_id: UUID, title: str, body: str, tracking: Tracking) -> None:
        """Add or replace a note, and record the position, or do neither."""

    @abstractmethod
    def drop_note(self, note_id: UUID, tracking: Tracking) -> None:
        """Forget a note, and record the position, or do neither."""

    @abstractmethod
    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The notes that have all the words, the best first; those in titles count more."""
