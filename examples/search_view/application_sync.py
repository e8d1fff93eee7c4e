# Generated from application_async.py by tools/async_to_sync.py: do not edit.
"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from eventsourcing.application import Application
from examples.search_view.domain import Note


class Notes(Application[UUID]):
    """Keeps notes. It knows nothing of the search."""

    name = "Notes"

    def write(self, title: str, body: str) -> UUID:
        """Write a note; return its ID."""
        note = Note(title, body)
        self.save(note)
        return note.id

    def rewrite(self, note_id: UUID, title: str, body: str) -> None:
        """Replace title and text of a note."""
        note = self.get(note_id)
        note.rewrite(title, body)
        self.save(note)

    def delete(self, note_id: UUID) -> None:
        """Delete a note."""
        note = self.get(note_id)
        note.delete()
        self.save(note)

    def get(self, note_id: UUID) -> Note:
        """A note as it is now."""
        return cast("Note", self.repository.get(note_id))
