"""The command line: `python -m examples.repository_history PATH`, or `make history REPO=PATH`."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from eventsourcing.errors import EventSourcingError
from eventsourcing.persistence import IntegrityError
from examples.repository_history.application import RepositoryHistory, continue_after
from examples.repository_history.progress import Progress
from examples.repository_history.ranking import Ranking
from examples.repository_history.reading import (
    RepositoryError,
    main_line,
    read_commits,
)

INTERRUPTED = 130  # what shells report after ctrl-C


def record(application: RepositoryHistory, repository: Path) -> None:
    """Record the commits that are not recorded yet, and say how it goes."""
    hashes = main_line(repository)
    done = continue_after(application, hashes)
    print(f"main line   {len(hashes):,} commits, {done:,} of them recorded already")
    if done == len(hashes):
        return
    after = hashes[done - 1] if done else None
    progress = Progress(done, len(hashes))
    try:
        for commit in read_commits(repository, hashes[-1], after):
            progress.advance(application.record(commit, progress.done + 1))
    finally:
        progress.finish()
        print(
            f"recorded    {progress.commits:,} commits as {progress.events:,} events in "
            f"{progress.seconds:.1f} s ({progress.events_per_second:,.0f} events/s)"
        )


def show_ranking(application: RepositoryHistory, top: int) -> None:
    """Print the files and authors with the most commits."""
    ranking = Ranking()
    ranking.follow(application)
    print(f"log         {ranking.position:,} events")
    for title, commits, lines in (
        ("file", ranking.file_commits, ranking.file_lines),
        ("author", ranking.author_commits, ranking.author_lines),
    ):
        print(f"\n{'commits':>9} {'lines':>10}  {title}")
        for name, lines_of_name in _top(commits, lines, top):
            print(f"{commits[name]:>9,} {lines_of_name:>10,}  {printable(name)}")


def _top(commits: Counter[str], lines: Counter[str], top: int) -> list[tuple[str, int]]:
    names = sorted(commits, key=lambda name: (-commits[name], -lines[name], name))
    return [(name, lines[name]) for name in names[:top]]


def show_file(application: RepositoryHistory, path: str, commit: str | None) -> None:
    """Print what is known of a path as of a commit, or now."""
    file = application.file_at(path, commit)
    revision = file.revision
    print(f"path        {printable(file.path)}")
    print(f"version     {file.version}, of {file.modified_on:%Y-%m-%d %H:%M} UTC")
    print(f"commit      {revision.commit[:12]} by {printable(revision.author)}")
    if file.exists:
        print(f"size        {'binary' if file.size is None else f'{file.size:,} lines'}")
    else:
        print(f"size        none: {f'renamed to {file.new_path}' if file.new_path else 'removed'}")
    if file.old_path:
        print(f"came from   {printable(file.old_path)}")


def printable(text: str) -> str:
    """The text without characters that would change the terminal's state."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def database_of(repository: Path) -> Path:
    """The file of a repository's events, below the current folder."""
    path = repository.resolve()
    digest = hashlib.sha256(str(path).encode(errors="surrogateescape")).hexdigest()[:8]
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in path.name) or "root"
    return Path("var") / f"history-{name}-{digest}.db"


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.repository_history")
    parser.add_argument("repository", type=Path, nargs="?", default=Path())
    parser.add_argument("--database", type=Path, help="the SQLite file (default: one below var/)")
    parser.add_argument("--top", type=int, default=10, help="how many files and authors to show")
    parser.add_argument("--file", help="show this path of the repository, not the ranking")
    parser.add_argument("--at", metavar="COMMIT", help="show the file as it was at this commit")
    parsed = parser.parse_args(arguments)
    if parsed.at and not parsed.file:
        parser.error("--at needs --file")
    return parsed


def main(argv: list[str] | None = None) -> int:
    """Record what is new, then answer; return the exit code."""
    arguments = _arguments(argv)
    database: Path = arguments.database or database_of(arguments.repository)
    print(f"repository  {arguments.repository.resolve()}")
    print(f"database    {database}")

    def work(application: RepositoryHistory) -> None:
        record(application, arguments.repository)
        if arguments.file:
            show_file(application, arguments.file, arguments.at)
        else:
            show_ranking(application, arguments.top)

    return run(database, work)


def run(database: Path, work: Callable[[RepositoryHistory], None]) -> int:
    """Open the application on its file, work with it, and put errors into words."""
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        application = RepositoryHistory(
            {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(database)}
        )
        try:
            work(application)
        finally:
            application.close()
    except KeyboardInterrupt:
        print("interrupted; the same command continues", file=sys.stderr)
        return INTERRUPTED
    except IntegrityError:
        print(f"error: another process is recording into {database}", file=sys.stderr)
        return 1
    except (RepositoryError, EventSourcingError, LookupError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
