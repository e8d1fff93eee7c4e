"""The domain of the example: notes, which are written, rewritten and deleted."""

from __future__ import annotations

from eventsourcing.domain import Aggregate, event


class NoteDeletedError(Exception):
    """The note has been deleted."""


class Note(Aggregate):
    """A text under a title. Its event classes are written out, for others to refer to them."""

    class Written(Aggregate.Created):
        """There is a note."""

        title: str
        body: str

    class Rewritten(Aggregate.Event):
        """Title and text were replaced."""

        title: str
        body: str

    class Deleted(Aggregate.Event):
        """The note is not to be found any more."""

    @event(Written)
    def __init__(self, title: str, body: str) -> None:
        self.title = title
        self.body = body
        self.is_deleted = False

    def rewrite(self, title: str, body: str) -> None:
        """Replace title and text."""
        self._check_not_deleted()
        self._rewrite(title, body)

    def delete(self) -> None:
        """Delete the note; its events remain."""
        self._check_not_deleted()
        self._delete()

    @event(Rewritten)
    def _rewrite(self, title: str, body: str) -> None:
        self.title = title
        self.body = body

    @event(Deleted)
    def _delete(self) -> None:
        self.is_deleted = True

    def _check_not_deleted(self) -> None:
        if self.is_deleted:
            raise NoteDeletedError(f"note {self.id} has been deleted")
