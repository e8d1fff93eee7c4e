"""Ranks files and authors: a projection of the notification log into counts, held in memory."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from eventsourcing.application import Application
from examples.repository_history.domain import CommitRecorded, Edit, File


class Ranking:
    """Counts of commits and lines, for each file that exists and each author.

    A file that is renamed takes its counts along. `position` is the last notification counted:
    `follow()` continues from there.
    """

    def __init__(self) -> None:
        self.position = 0
        self.file_commits: Counter[str] = Counter()
        self.file_lines: Counter[str] = Counter()
        self.author_commits: Counter[str] = Counter()
        self.author_lines: Counter[str] = Counter()
        self._paths: dict[UUID, str] = {}
        self._leaving: dict[str, tuple[int, int]] = {}

    def follow(self, application: Application[UUID]) -> None:
        """Count all that is in the log after the position, page by page."""
        log, size = application.notification_log, application.log_section_size
        while page := log.select(start=self.position + 1, limit=size):
            for notification in page:
                self.apply(application.mapper.to_domain_event(notification))
                self.position = notification.id

    def apply(self, event: object) -> None:
        """Count one event."""
        match event:
            case CommitRecorded():
                self.author_commits[event.author] += 1
            case File.Added():
                self._paths[event.originator_id] = event.path
                self._arrive(event.path, event)
            case File.AddedAgain():
                self._arrive(self._paths[event.originator_id], event)
            case File.Changed():
                self._count(self._paths[event.originator_id], event.revision.author, event.edit)
            case File.Renamed():
                path = self._paths[event.originator_id]
                self._leaving[path] = (self.file_commits.pop(path), self.file_lines.pop(path))
            case File.Removed():
                path = self._paths[event.originator_id]
                self._count(path, event.revision.author, event.edit)
                del self.file_commits[path], self.file_lines[path]
            case _:
                raise TypeError(f"{event!r} is not an event of this example")

    def _arrive(self, path: str, event: File.Added | File.AddedAgain) -> None:
        commits, lines = self._leaving.pop(event.old_path or "", (0, 0))
        self.file_commits[path], self.file_lines[path] = commits, lines
        self._count(path, event.revision.author, event.edit)

    def _count(self, path: str, author: str, edit: Edit | None) -> None:
        lines = edit.added + edit.removed if edit else 0
        self.file_commits[path] += 1
        self.file_lines[path] += lines
        self.author_lines[author] += lines
