"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from eventsourcing.application import AsyncApplication
from examples.search_view.domain import Note


class AsyncNotes(AsyncApplication[UUID]):
    """Keeps notes. It knows nothing of the search."""

    name = "Notes"

    async def write(self, title: str, body: str) -> UUID:
        """Write a note; return its ID."""
        note = Note(title, body)
        await self.save(note)
        return note.id

    async def rewrite(self, note_id: UUID, title: str, body: str) -> None:
        """Replace title and text of a note."""
        note = await self.get(note_id)
        note.rewrite(title, body)
        await self.save(note)

    async def delete(self, note_id: UUID) -> None:
        """Delete a note."""
        note = await self.get(note_id)
        note.delete()
        await self.save(note)

    async def get(self, note_id: UUID) -> Note:
        """A note as it is now."""
        return cast("Note", await self.repository.get(note_id))
