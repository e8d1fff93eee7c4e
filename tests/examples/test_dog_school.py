"""The example `examples/dog_school`: what `make demo` shows, once and again."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from examples.dog_school.__main__ import main
from examples.dog_school.story import shortened

ROOT = Path(__file__).parents[2]


def demo(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments]) == 0
    return capsys.readouterr().out


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check_first_run(output: str) -> None:
    for words in (
        "nothing: this is the first run",
        "school.register_dog('Fido')",
        "version 4: Fido, roll over, fetch ball, play dead",
        "version 3: Fido, roll over, fetch ball\n",
        "IntegrityError: ",
        "Nothing was stored: the log ends with event 4, as before.",
        "school.notification_log.select(start=1, limit=5)",
        "Dog.Registered(name='Fido')",
        '"trick":"play dead"}',
    ):
        assert words in output


def check_second_run(output: str, numbers: list[int]) -> None:
    for words in (
        "1 dog; the log ends with event 4",
        "version 5: Fido, roll over, fetch ball, play dead, trick 4",
        "school.register_dog('Millie')",
    ):
        assert words in output
    shown = re.findall(r"^ +(\d+)  \w{8} version", output, re.MULTILINE)
    assert [int(number) for number in shown] == numbers
    assert f"select(start={numbers[4] + 1}, limit=5)" in output


def test_sqlite_continues_with_the_events_of_the_first_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = demo(capsys)
    check_first_run(first)
    assert str(folder / "var" / "dog_school.db") in first
    assert [path.name for path in (folder / "var").iterdir()] == ["dog_school.db"]
    check_second_run(demo(capsys), [1, 2, 3, 4, 5, 6, 7, 8, 9])


def test_postgres_continues_with_the_events_of_the_first_run(
    folder: Path, postgres_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_first_run(demo(capsys, "--postgres"))
    assert not (postgres_folder / "data" / "postmaster.pid").exists()
    # The save that was refused has used up number 5.
    check_second_run(demo(capsys, "--postgres"), [1, 2, 3, 4, 6, 7, 8, 9, 10])


def test_the_command_to_look_at_the_rows_shows_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = [x for x in demo(capsys).splitlines() if x.startswith("    sqlite3 ")]
    program, path, query = shlex.split(line)
    # The machine may not have the program: Python's own does the same with the same words.
    script = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2]))"
    rows = subprocess.run(
        [sys.executable, "-c", script, path, query], capture_output=True, text=True, check=True
    ).stdout
    assert program == "sqlite3"
    assert rows.count("examples.dog_school.school:Dog.TrickAdded") == 3


def test_many_runs_show_only_the_last_pages(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = [demo(capsys) for _ in range(7)]
    assert "6 dogs (the last 5 are shown); the log ends with event 29" in outputs[-1]
    assert "(the pages before event 21 are left out)" in outputs[-1]
    assert outputs[-1].count("school.notification_log.select") == 3


def test_what_is_not_a_database_is_an_error_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "var").mkdir()
    (folder / "var" / "dog_school.db").write_text("not a database, " * 100)
    assert main([]) == 1
    assert "not a database" in capsys.readouterr().err


def test_long_words_are_shortened() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abc..."


def test_runs_as_a_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.dog_school"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    check_first_run(done.stdout)
