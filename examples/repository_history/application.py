"""The application of the example: records commits one by one, and answers questions about files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import JSONTranscoder, Transcoding
from examples.repository_history.domain import (
    MAIN_LINE,
    CommitRecorded,
    Edit,
    File,
    Revision,
    edited,
)
from examples.repository_history.reading import Commit, FileChange


class RevisionAsList(Transcoding):
    """Stores a revision as a JSON array."""

    type = Revision
    name = "revision"

    def encode(self, obj: Revision) -> list[object]:
        """The fields in their order."""
        return [obj.commit, obj.number, obj.author]

    def decode(self, data: list[object]) -> Revision:
        """The revision of the fields."""
        commit, number, author = data
        return Revision(cast("str", commit), cast("int", number), cast("str", author))


class EditAsList(Transcoding):
    """Stores an edit as a JSON array."""

    type = Edit
    name = "edit"

    def encode(self, obj: Edit) -> list[int]:
        """The fields in their order."""
        return [obj.added, obj.removed]

    def decode(self, data: list[int]) -> Edit:
        """The edit of the fields."""
        return Edit(*data)


class RepositoryHistory(Application[UUID]):
    """The history of one repository, in the order of its main line.

    Everything that a commit did is saved at once, together with the bookmark that the commit is
    done. So whenever the process ends, the next one continues after the last commit in the log.
    """

    # One process writes, and hot files have thousands of events: keep them at hand between commits.
    env = {  # noqa: RUF012
        "AGGREGATE_CACHE_MAXSIZE": "5000",
        "AGGREGATE_CACHE_FASTFORWARD": "n",
        "DEEPCOPY_FROM_AGGREGATE_CACHE": "n",
    }
    log_section_size = 1000

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        """Add the values of this domain to those that can be stored."""
        super().register_transcodings(transcoder)
        transcoder.register(RevisionAsList())
        transcoder.register(EditAsList())

    def last_commit(self) -> CommitRecorded | None:
        """The bookmark: the last commit that was recorded."""
        return next(self.commits(desc=True, limit=1), None)

    def commits(self, *, desc: bool = False, limit: int | None = None) -> Iterator[CommitRecorded]:
        """The recorded commits in their order, or from the last one on."""
        events = self.events.get(MAIN_LINE, desc=desc, limit=limit)
        return cast("Iterator[CommitRecorded]", events)

    def record(self, commit: Commit, number: int) -> int:
        """Record a commit as the one of this number; return how many events it gave.

        Raises `IntegrityError`, and records nothing, if that number is taken.
        """
        bookmark = CommitRecorded(
            originator_id=MAIN_LINE,
            originator_version=number,
            timestamp=commit.date,
            commit=commit.hash,
            author=commit.author,
            subject=commit.subject,
        )
        files = self._apply(commit, Revision(commit.hash, number, commit.author))
        return len(self.save(*files, bookmark))

    def file_at(self, path: str, commit: str | None = None) -> File:
        """A file as it was at a commit, given by its hash or the beginning of it; or as it is now.

        Raises `LookupError` if the commit is not recorded, or the path was not yet used then.
        """
        file_id = File.create_id(path)
        version: int | None = None
        if commit is not None:
            number = self._number_of(commit)
            events = cast("Iterator[File.Event]", self.events.get(file_id))
            versions = [e.originator_version for e in events if e.revision.number <= number]
            version = max(versions, default=0)
        try:
            if version == 0:
                raise AggregateNotFoundError
            return cast("File", self.repository.get(file_id, version=version))
        except AggregateNotFoundError:
            when = f" at commit {commit}" if commit else ""
            raise LookupError(f"no file has ever had the path {path!r}{when}") from None

    def _number_of(self, commit: str) -> int:
        for recorded in self.commits(desc=True):
            if recorded.commit.startswith(commit):
                return recorded.originator_version
        raise LookupError(f"commit {commit} is not recorded: is it on the main line?")

    def _apply(self, commit: Commit, revision: Revision) -> list[File]:
        """Do with the files what the commit did; return them in that order."""
        files: list[File] = []
        for change in commit.changes:
            edit, at = _edit(change), commit.date
            match change.status:
                case "A":
                    files.append(self._add(change, revision, 0, at))
                case "R" if change.old_path is not None:
                    source = self._get(change.old_path)
                    source.rename(revision, change.path, timestamp=at)
                    files += [source, self._add(change, revision, source.size, at)]
                case "D":
                    files.append(self._get(change.path))
                    files[-1].remove(revision, edit, timestamp=at)
                case _:
                    files.append(self._get(change.path))
                    files[-1].change(revision, edit, timestamp=at)
        return files

    def _get(self, path: str) -> File:
        return cast("File", self.repository.get(File.create_id(path)))

    def _add(
        self, change: FileChange, revision: Revision, size_before: int | None, at: datetime
    ) -> File:
        edit = _edit(change)
        size, old_path = edited(size_before, edit), change.old_path
        try:
            file = self._get(change.path)
        except AggregateNotFoundError:
            return File(change.path, revision, edit, size, old_path, timestamp=at)
        file.add_again(revision, edit, size, old_path, timestamp=at)
        return file


def _edit(change: FileChange) -> Edit | None:
    if change.added is None or change.removed is None:
        return None
    return Edit(change.added, change.removed)


def continue_after(application: RepositoryHistory, main_line: Sequence[str]) -> int:
    """How many commits of the main line are recorded already.

    Raises `LookupError` if other commits than these are: then the line was rewritten.
    """
    bookmark = application.last_commit()
    if bookmark is None:
        return 0
    number = bookmark.originator_version
    if number > len(main_line) or main_line[number - 1] != bookmark.commit:
        raise LookupError(
            f"commit {bookmark.commit[:12]}, the last one recorded, is not number {number} of the "
            "main line: another branch is checked out, or the history was rewritten"
        )
    return number
