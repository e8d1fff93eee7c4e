"""The example `examples/repository_history`: exact, and continued after any interruption."""

from __future__ import annotations

import io
import itertools
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from eventsourcing.persistence import IntegrityError, Notification
from examples.repository_history.__main__ import INTERRUPTED, database_of, main, printable
from examples.repository_history.application import RepositoryHistory, continue_after
from examples.repository_history.progress import Progress
from examples.repository_history.ranking import Ranking
from examples.repository_history.reading import (
    RepositoryError,
    as_text,
    main_line,
    read_commits,
)
from tests.examples.git_repository import (
    GitRepository,
    eventful_repository,
    lines,
    long_repository,
)

ROOT = Path(__file__).parents[2]


@contextmanager
def opened(database: Path | None = None) -> Iterator[RepositoryHistory]:
    env = {}
    if database is not None:
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(database)}
    application = RepositoryHistory(env)
    try:
        yield application
    finally:
        application.close()


def record(application: RepositoryHistory, repository: Path, limit: int | None = None) -> None:
    """Record what is missing, or at most so many commits of it."""
    hashes = main_line(repository)
    done = continue_after(application, hashes)
    if done < len(hashes):
        commits = read_commits(repository, hashes[-1], hashes[done - 1] if done else None)
        for number, commit in enumerate(itertools.islice(commits, limit), start=done + 1):
            application.record(commit, number)


def log_of(application: RepositoryHistory) -> list[Notification]:
    pages: list[Notification] = []
    while page := application.notification_log.select(len(pages) + 1, 1000):
        pages += page
    return pages


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return eventful_repository(tmp_path / "repository")


def test_the_files_of_each_commit_are_those_that_git_has(repository: GitRepository) -> None:
    hashes = main_line(repository.folder)
    everything = {name for commit in hashes for name in repository.sizes(commit)}
    with opened() as application:
        record(application, repository.folder)
        for commit in hashes:
            recorded = {}
            for path in everything:
                try:
                    file = application.file_at(path, commit)
                except LookupError:
                    continue
                if file.exists:
                    recorded[path] = file.size
            expected = repository.sizes(commit)
            # git counts no lines when a binary file becomes text: its size stays unknown
            if recorded.get("b.bin", 0) is None and "b.bin" in expected:
                expected["b.bin"] = None
            assert recorded == expected


def test_a_rename_is_an_event_of_both_paths(repository: GitRepository) -> None:
    with opened() as application:
        record(application, repository.folder)
        commit = main_line(repository.folder)[3]
        old, new = (application.file_at(path, commit) for path in ("a.txt", "dir/b.txt"))
    assert (old.exists, old.new_path) == (False, "dir/b.txt")
    assert (new.exists, new.old_path, new.size) == (True, "a.txt", 12)


def test_a_path_can_come_back(repository: GitRepository) -> None:
    with opened() as application:
        record(application, repository.folder)
        commit = main_line(repository.folder)[5]
        file = application.file_at("a.txt", commit)
    assert (file.exists, file.size, file.old_path, file.new_path) == (True, 20, None, None)


def test_a_merge_counts_as_what_it_brought(repository: GitRepository) -> None:
    with opened() as application:
        record(application, repository.folder)
        commits = list(application.commits())
        file = application.file_at("side.txt")
    assert [c.commit for c in commits] == main_line(repository.folder)
    assert "on a branch" not in [c.subject for c in commits]
    assert (file.version, file.size) == (1, 2)
    assert commits[file.revision.number - 1].subject == "merge"


@pytest.mark.parametrize("stop", range(13))
def test_an_interruption_after_any_commit_leaves_the_same_log(
    repository: GitRepository, tmp_path: Path, stop: int
) -> None:
    with opened() as application:
        record(application, repository.folder)
        expected = log_of(application)
    database = tmp_path / "history.db"
    with opened(database) as application:
        record(application, repository.folder, limit=stop)
    with opened(database) as application:
        record(application, repository.folder)
        assert log_of(application) == expected
    assert stop < len(main_line(repository.folder))


def test_a_commit_is_recorded_as_a_whole_or_not_at_all(repository: GitRepository) -> None:
    hashes = main_line(repository.folder)
    first, second, *_ = read_commits(repository.folder, hashes[-1])
    with opened() as application:
        application.record(first, 1)
        before = log_of(application)
        with pytest.raises(IntegrityError):
            application.record(second, 1)
        assert log_of(application) == before


def test_kills_lose_and_repeat_nothing(tmp_path: Path) -> None:
    repository = long_repository(tmp_path / "repository", 120)
    with opened() as application:
        record(application, repository.folder)
        expected = log_of(application)
    database = tmp_path / "history.db"
    # Each process is killed as it is about to send its n-th statement or commit to the database.
    program = """
import itertools, os, sqlite3, sys
from examples.repository_history.__main__ import main
calls, last = itertools.count(), int(sys.argv[1])
def trace(statement):
    if next(calls) == last:
        os.kill(os.getpid(), 9)
connect = sqlite3.connect
def traced(*args, **kwargs):
    connection = connect(*args, **kwargs)
    connection.set_trace_callback(trace)
    return connection
sqlite3.connect = traced
sys.exit(main([sys.argv[2], "--database", sys.argv[3]]))
"""
    kills = 0
    for calls in itertools.count(20, 83):
        done = subprocess.run(
            [sys.executable, "-c", program, str(calls), str(repository.folder), str(database)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        kills += 1
    assert kills >= 5
    with opened(database) as application:
        assert log_of(application) == expected


def test_ctrl_c_stops_with_a_word_and_the_next_run_continues(tmp_path: Path) -> None:
    repository = long_repository(tmp_path / "repository", 60)
    database = tmp_path / "history.db"
    program = """
import signal, sys
from examples.repository_history import __main__ as cli
class Progress(cli.Progress):
    def advance(self, events):
        super().advance(events)
        if self.done == 30:
            signal.raise_signal(signal.SIGINT)
cli.Progress = Progress
sys.exit(cli.main(sys.argv[1:]))
"""
    command = [sys.executable, "-c", program, str(repository.folder), "--database", str(database)]
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert first.returncode == INTERRUPTED
    assert "the same command continues" in first.stderr
    assert "Traceback" not in first.stderr
    assert "recorded    30 commits" in first.stdout
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "60 commits, 30 of them recorded already" in second.stdout


def test_new_commits_are_added_to_those_recorded(
    repository: GitRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(repository.folder), "--database", str(tmp_path / "history.db")]
    assert main(arguments) == 0
    assert main(arguments) == 0
    assert "13 commits, 13 of them recorded already" in capsys.readouterr().out
    repository.commit("more", {"new.txt": lines(1)}, author="Zoë")
    assert main([*arguments, "--top", "3"]) == 0
    output = capsys.readouterr().out
    assert "recorded    1 commits as 2 events" in output
    assert re.search(r"^ +2 +\d+  Zoë$", output, re.MULTILINE)


def test_the_ranking_counts_commits_and_lines_and_follows_renames(
    repository: GitRepository,
) -> None:
    with opened() as application:
        record(application, repository.folder, limit=5)
        ranking = Ranking()
        ranking.follow(application)
        # added with ten lines; two added; renamed with one line more and one less
        assert ranking.file_commits["dir/b.txt"] == 3
        assert ranking.file_lines["dir/b.txt"] == 14
        assert "a.txt" not in ranking.file_commits
        record(application, repository.folder)
        ranking.follow(application)
        assert ranking.file_commits["dir/b.txt"] == 4
        assert ranking.file_commits["a.txt"] == 2
        assert set(ranking.file_commits) == set(repository.sizes("HEAD"))
        assert ranking.position == len(log_of(application))
    assert ranking.author_commits["Zoë"] == 1
    assert sum(ranking.author_commits.values()) == len(main_line(repository.folder))


def test_settings_of_the_user_change_nothing(repository: GitRepository) -> None:
    head = main_line(repository.folder)[-1]
    expected = list(read_commits(repository.folder, head))
    for name, value in {
        "diff.renames": "copies",
        "diff.noprefix": "true",
        "diff.external": "/bin/false",
        "diff.relative": "true",
        "log.decorate": "full",
        "log.showRoot": "false",
        "log.showSignature": "true",
        "log.diffMerges": "combined",
        "color.ui": "always",
        "format.pretty": "oneline",
        "core.abbrev": "4",
        "core.quotePath": "true",
        "core.pager": "false",
    }.items():
        repository.git("config", name, value)
    assert list(read_commits(repository.folder, head)) == expected


def test_a_name_that_is_not_text_is_escaped(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "repository")
    repository.write(b"caf\xe9", lines(1))
    repository.commit("latin-1")
    with opened() as application:
        record(application, repository.folder)
        assert application.file_at('"caf\\xe9"').size == 1


def test_different_names_have_different_texts() -> None:
    names = [
        b"a",
        b"caf\xe9",
        b'"caf\\xe9"',
        b'"',
        b'""',
        "é".encode(),
        b"caf\\xe9",
        b"\xff'",
        b"'",
    ]
    assert len({as_text(name) for name in names}) == len(names)


def test_no_history_can_be_read_halfway(repository: GitRepository, tmp_path: Path) -> None:
    head = main_line(repository.folder)[-1]
    (blob,) = repository.git("rev-parse", "HEAD~3:dir/b.txt").decode().split()
    loose = repository.folder / ".git" / "objects" / blob[:2] / blob[2:]
    loose.unlink()
    with pytest.raises(RepositoryError, match=blob):
        list(read_commits(repository.folder, head))


def test_reading_can_be_left_at_any_commit(repository: GitRepository) -> None:
    commits = read_commits(repository.folder, main_line(repository.folder)[-1])
    assert next(commits).subject == "first"
    assert isinstance(commits, Iterator)
    commits.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder.mkdir(), "not a git repository"),
        (lambda folder: None, "No such file or directory"),
        (lambda folder: GitRepository(folder), "HEAD"),
    ],
)
def test_what_cannot_be_read_is_an_error_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: object, words: str
) -> None:
    assert callable(make)
    make(tmp_path / "it")
    database = tmp_path / "history.db"
    assert main([str(tmp_path / "it"), "--database", str(database)]) == 1
    assert words in capsys.readouterr().err


def test_a_rewritten_history_is_refused(
    repository: GitRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(repository.folder), "--database", str(tmp_path / "history.db")]
    main(arguments)
    repository.git("commit", "-q", "--amend", "-m", "other words")
    assert main(arguments) == 1
    assert "history was rewritten" in capsys.readouterr().err


def test_a_file_that_is_not_a_database_is_refused_in_words(
    repository: GitRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text").write_text("not a database, " * 100)
    assert main([str(repository.folder), "--database", str(tmp_path / "text")]) == 1
    assert "not a database" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "at", "expected"),
    [
        ("a.txt", None, ["size        12 lines", "version     5"]),
        ("dir/b.txt", 3, ["size        12 lines", "came from   a.txt", "version     1"]),
        ("a.txt", 3, ["size        none: renamed to dir/b.txt", "version     3"]),
        ("b.bin", 1, ["size        binary", "by Bob"]),
        ("b.bin", -1, ["size        none: removed"]),
    ],
)
def test_a_file_is_shown_as_of_a_commit(
    repository: GitRepository,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    path: str,
    at: int | None,
    expected: Sequence[str],
) -> None:
    arguments = [str(repository.folder), "--database", str(tmp_path / "db"), "--file", path]
    if at is not None:
        arguments += ["--at", main_line(repository.folder)[at][:10]]
    assert main(arguments) == 0
    output = capsys.readouterr().out
    for words in expected:
        assert words in output


@pytest.mark.parametrize(
    ("path", "commit", "words"),
    [
        ("no.txt", None, "no file has ever had the path 'no.txt'"),
        ("side.txt", "first", "no file has ever had the path 'side.txt' at commit"),
        ("a.txt", "0000000", "commit 0000000 is not recorded"),
    ],
)
def test_an_unknown_file_or_commit_is_an_error(
    repository: GitRepository, path: str, commit: str | None, words: str
) -> None:
    if commit == "first":
        commit = main_line(repository.folder)[0]
    with opened() as application:
        record(application, repository.folder)
        with pytest.raises(LookupError, match=re.escape(words)):
            application.file_at(path, commit)


def test_each_repository_has_a_database_of_its_own(tmp_path: Path) -> None:
    first, second = database_of(tmp_path / "a" / "x"), database_of(tmp_path / "b" / "x")
    assert first != second
    assert first.parent == Path("var")
    assert database_of(Path("/")).name.startswith("history-root-")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_rewrites_one_line_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(0.0, 0.2)
    monkeypatch.setattr(
        f"{Progress.__module__}.time", SimpleNamespace(monotonic=lambda: next(clock))
    )
    terminal = Terminal()
    progress = Progress(10, 13, terminal)
    for _ in range(3):
        progress.advance(1000)
    progress.finish()
    assert "12 of 13 commits, 2,000 new events" in terminal.getvalue()
    assert "\n" not in terminal.getvalue()
    assert (progress.commits, progress.events) == (3, 3000)


def test_progress_writes_few_lines_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(0.0, 0.2)
    monkeypatch.setattr(
        f"{Progress.__module__}.time", SimpleNamespace(monotonic=lambda: next(clock))
    )
    output = io.StringIO()
    progress = Progress(0, 100, output)
    for _ in range(100):
        progress.advance(1)
    progress.finish()
    assert 2 <= output.getvalue().count("\n") <= 20
    assert "\r" not in output.getvalue()


def test_names_cannot_control_the_terminal() -> None:
    assert printable("a\x1b[2Jü\n") == "a\\x1b[2Jü\\n"


def test_the_program_runs_as_a_command(repository: GitRepository, tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "examples.repository_history", str(repository.folder)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    assert "events/s" in done.stdout
    assert list((tmp_path / "var").glob("history-repository-*.db"))
