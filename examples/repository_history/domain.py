"""The domain of the example: what happened to each path, and which commits there were. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import Aggregate, DomainEvent, event


@dataclass(frozen=True)
class Revision:
    """The commit that an event comes from; its number is its place on the main line, from 1."""

    commit: str
    number: int
    author: str


@dataclass(frozen=True)
class Edit:
    """How many lines a commit added to a file and removed from it."""

    added: int
    removed: int


class File(Aggregate):
    """All that happened to one path; its ID follows from the path.

    A path can come back after it was removed or renamed. `size` counts lines, and is None for a
    binary file. An edit of None is one of a binary file.
    """

    class Event(Aggregate.Event):
        """What all events of a file have; their timestamp is the author's date."""

        revision: Revision

    class Added(Event, Aggregate.Created):
        """The path appeared for the first time; the file came from `old_path`, if that is given."""

        path: str
        edit: Edit | None
        size: int | None
        old_path: str | None

    class AddedAgain(Event):
        """The path appeared again."""

        edit: Edit | None
        size: int | None
        old_path: str | None

    class Changed(Event):
        """The file was changed in place."""

        edit: Edit | None

    class Renamed(Event):
        """The file went to another path: this path is free."""

        new_path: str

    class Removed(Event):
        """The file was deleted."""

        edit: Edit | None

    @staticmethod
    def create_id(path: str) -> UUID:
        """The ID of the aggregate of a path."""
        return uuid5(NAMESPACE_URL, f"/files/{path}")

    @event(Added)
    def __init__(
        self,
        path: str,
        revision: Revision,
        edit: Edit | None,
        size: int | None,
        old_path: str | None,
        timestamp: datetime | None = None,
    ) -> None:
        self.path = path
        self.revision = revision
        self.exists = True
        self.size = size
        self.old_path = old_path
        self.new_path: str | None = None

    @event(AddedAgain)
    def add_again(
        self,
        revision: Revision,
        edit: Edit | None,
        size: int | None,
        old_path: str | None,
        timestamp: datetime | None = None,
    ) -> None:
        """Put a file to this path again."""
        self.revision = revision
        self.exists = True
        self.size = size
        self.old_path = old_path
        self.new_path = None

    @event(Changed)
    def change(
        self, revision: Revision, edit: Edit | None, timestamp: datetime | None = None
    ) -> None:
        """Change the file."""
        self.revision = revision
        self.size = edited(self.size, edit)

    @event(Renamed)
    def rename(self, revision: Revision, new_path: str, timestamp: datetime | None = None) -> None:
        """Move the file to another path."""
        self.revision = revision
        self.exists = False
        self.new_path = new_path

    @event(Removed)
    def remove(
        self, revision: Revision, edit: Edit | None, timestamp: datetime | None = None
    ) -> None:
        """Delete the file."""
        self.revision = revision
        self.exists = False


class CommitRecorded(DomainEvent):
    """One commit of the main line is in the log with all its changes; saved together with them.

    These events form one sequence, whose versions number the commits. The last one is the bookmark.
    """

    commit: str
    author: str
    subject: str


MAIN_LINE = uuid5(NAMESPACE_URL, "/main-line")
"""The originator of all `CommitRecorded` events."""


def edited(size: int | None, edit: Edit | None) -> int | None:
    """The size of a file after an edit."""
    return None if size is None or edit is None else size + edit.added - edit.removed
