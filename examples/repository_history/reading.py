"""Reads the history of a git repository as a stream of commits; knows git, and nothing of events.

Only the main line is read: the commits that `git log --first-parent` lists, a merge being the sum
of what it brought. On this line each commit follows from the one before, so that the files recorded
up to a commit are exactly the files of that commit. The whole graph has no such order.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

_HASH = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_CHUNK = 1 << 16
# Set in the hooks of git, these would send it to the repository of the hook.
_ELSEWHERE = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
# What the user has configured for `git log` must not change what is read.
_LOG = (
    "log",
    "--first-parent",
    "--diff-merges=first-parent",
    "--reverse",
    "--root",
    "-z",
    "--raw",
    "--numstat",
    "--no-abbrev",
    "--find-renames",
    "-l1000",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-notes",
    "--no-show-signature",
    "--no-relative",
    "--submodule=short",
    "--format=tformat:%H%x00%aN%x00%at%x00%s",
)


class RepositoryError(Exception):
    """Raised when git cannot read the repository."""


@dataclass(frozen=True)
class FileChange:
    """What a commit did with one file; counts of lines are None where the file is binary."""

    status: str
    """As in git: A added, D deleted, M modified, R renamed, T type changed."""
    path: str
    added: int | None
    removed: int | None
    old_path: str | None = None


@dataclass(frozen=True)
class Commit:
    """One commit of the main line."""

    hash: str
    author: str
    date: datetime
    subject: str
    changes: tuple[FileChange, ...]


def main_line(repository: Path) -> list[str]:
    """The hashes of the main line, oldest first."""
    with _git(repository, "rev-list", "--first-parent", "--reverse", "HEAD") as output:
        return output.read().decode().split()


def read_commits(repository: Path, head: str, after: str | None = None) -> Iterator[Commit]:
    """Read the commits of the main line up to `head`, or those after a commit; oldest first.

    Raises `RepositoryError` when git fails on the way, before half a commit is given.
    """
    span = head if after is None else f"{after}..{head}"
    last: _Parts | None = None
    with _git(repository, *_LOG, span, "--") as output:
        for parts in _group(_split(output)):
            if last is not None:
                yield _commit(last)
            last = parts
    # Only now it is certain that nothing of the last one is missing.
    if last is not None:
        yield _commit(last)


@contextmanager
def _git(repository: Path, *arguments: str) -> Iterator[IO[bytes]]:
    """Run git and stream its output; raise its words if it failed, kill it if nobody reads on."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            ["git", "-C", str(repository), "--no-pager", *arguments],
            env={name: value for name, value in os.environ.items() if name not in _ELSEWHERE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        with process:
            if process.stdout is None:
                raise RepositoryError("git has no output")
            try:
                yield process.stdout
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
            raise RepositoryError(f"git cannot read {repository}: {said}")


def _split(stream: IO[bytes]) -> Iterator[bytes]:
    """The parts of the output, each of which ends with a zero byte."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        *parts, rest = (rest + chunk).split(b"\0")
        yield from parts


@dataclass
class _Parts:
    """What git wrote about one commit."""

    head: tuple[bytes, bytes, bytes, bytes]
    raw: list[tuple[str, bytes, bytes | None]] = field(default_factory=list)
    counts: dict[bytes, tuple[int | None, int | None]] = field(default_factory=dict)


def _group(parts: Iterator[bytes]) -> Iterator[_Parts]:
    """The parts by commit: four of its own, then those of --raw, then those of --numstat."""
    commit: _Parts | None = None

    def following() -> bytes:
        return next(parts, b"")  # empty when git died: then the commit is not used

    for part in parts:
        word = part.removeprefix(b"\n")  # which separates a commit from its files
        if _HASH.fullmatch(word):
            if commit is not None:
                yield commit
            commit = _Parts((word, following(), following(), following()))
        elif commit is None:
            raise RepositoryError(f"git wrote {word!r} where the hash of a commit was expected")
        elif word.startswith(b":"):
            status = word.rpartition(b" ")[2][:1].decode()
            old_path = following() if status == "R" else None
            commit.raw.append((status, following(), old_path))
        else:
            added, removed, path = word.split(b"\t", 2)
            if not path:  # a rename: the old and the new path follow
                following()
                path = following()
            commit.counts[path] = (_number(added), _number(removed))
    if commit is not None:
        yield commit


def _commit(parts: _Parts) -> Commit:
    commit, author, seconds, subject = parts.head
    changes = tuple(
        FileChange(
            status, as_text(path), *parts.counts[path], None if old is None else as_text(old)
        )
        for status, path, old in parts.raw
    )
    return Commit(
        hash=commit.decode(),
        author=author.decode(errors="replace"),
        date=_date(seconds),
        subject=subject.decode(errors="replace"),
        changes=changes,
    )


def _number(text: bytes) -> int | None:
    return None if text == b"-" else int(text)


def _date(seconds: bytes) -> datetime:
    """The author's date; 1970 for the broken dates that old tools wrote."""
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, tz=UTC)


def as_text(path: bytes) -> str:
    r"""A file name as text: itself, or if it is not UTF-8, in quotes and escaped: `"caf\xe9"`.

    Different names give different texts: a name that begins with a quote is escaped too.
    """
    try:
        if not path.startswith(b'"'):
            return path.decode()
    except UnicodeDecodeError:
        pass
    escaped = repr(path)[2:-1]
    return f'"{escaped}"'
