"""Both libraries answer the same, statement by statement, but where ours differs on purpose."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.libraries import PROGRAMS, environ_for_programs
from tests.support.databases import PostgresDatabase


def run(python: Path, program: str, *arguments: str, **environ: str) -> str:
    done = subprocess.run(
        [str(python), str(PROGRAMS / program), *arguments],
        env=environ_for_programs(**environ),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def answers(python: Path, session: str, folder: Path, **environ: str) -> list[dict[str, Any]]:
    folder.mkdir()
    path = PROGRAMS / "sessions" / f"{session}.txt"
    told = run(python, "session.py", str(path), SESSION_FOLDER=str(folder), **environ)
    outcomes: list[dict[str, Any]] = json.loads(told)
    return outcomes


def disagreement(theirs: dict[str, Any], ours: dict[str, Any]) -> str:
    """What is wrong about the answers to one statement; nothing if they are as they should be."""
    compared = [
        [answer.get(name) for name in ("value", "error", "warnings")] for answer in (theirs, ours)
    ]
    is_same = compared[0] == compared[1]
    caught_alike = set(theirs.get("kinds", ())) <= set(ours.get("kinds", ()))
    match theirs["mark"]:
        case "":
            is_right = is_same and caught_alike
        case "other text":
            is_right = not is_same and caught_alike and "error" in theirs
        case _:
            is_right = not is_same
    mark = f" ({theirs['mark']})" if theirs["mark"] else ""
    told = f"line {theirs['line']}{mark}: {theirs['source']}\n  {compared[0]}\n  {compared[1]}"
    return "" if is_right else told


def disagreements(theirs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> str:
    assert len(theirs) == len(ours) > 20
    return "\n".join(filter(None, map(disagreement, theirs, ours)))


@pytest.mark.parametrize(
    "session",
    [
        "utils",
        "domain",
        "persistence",
        "application",
        "sqlite",
        "extending",
        "dcb_domain",
        "dcb_application",
    ],
)
def test_answers_are_the_same(published_python: Path, tmp_path: Path, session: str) -> None:
    """Values, classes and texts of errors, warnings; differences are marked in the session."""
    theirs = answers(published_python, session, tmp_path / "theirs")
    ours = answers(Path(sys.executable), session, tmp_path / "ours")
    assert disagreements(theirs, ours) == ""


@pytest.fixture
def two_databases(
    postgres_server: PostgresDatabase,
) -> Iterator[tuple[PostgresDatabase, PostgresDatabase]]:
    with postgres_server.fresh_database() as first, postgres_server.fresh_database() as second:
        yield first, second


def test_answers_are_the_same_on_postgres(
    published_python: Path,
    tmp_path: Path,
    two_databases: tuple[PostgresDatabase, PostgresDatabase],
) -> None:
    """Section 16 and 17: the same settings, values, classes of errors and (mostly) texts."""
    environs = [database.environ() for database in two_databases]
    theirs = answers(published_python, "postgres", tmp_path / "theirs", **environs[0])
    ours = answers(Path(sys.executable), "postgres", tmp_path / "ours", **environs[1])
    assert disagreements(theirs, ours) == ""


def test_the_tutorial_runs_with_both_libraries(
    published_python: Path, two_databases: tuple[PostgresDatabase, PostgresDatabase]
) -> None:
    """D210, V1: memory, SQLite, and PostgreSQL with compression and encryption."""
    environs = [database.environ() for database in two_databases]
    ours = run(Path(sys.executable), "tutorial.py", **environs[0])
    theirs = run(published_python, "tutorial.py", **environs[1])
    assert ours == theirs == "tutorial: 6 environments passed\n"
