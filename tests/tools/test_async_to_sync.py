"""The command that writes and checks the sync twins."""

from pathlib import Path
from textwrap import dedent

import pytest

from tools.async_to_sync import main

SOURCE = dedent('''\
    """Things."""

    from collections.abc import Awaitable, AsyncIterator, Callable

    from eventsourcing._concurrency.primitives_async import wait_event
    from a_module import b, AsyncZ

    Handler = Callable[[int], Awaitable[None]]


    async def count(limit: int) -> AsyncIterator[int]:
        """Count."""
        for number in range(limit):
            await wait_event(b, AsyncZ)
            yield number
    ''')

TWIN = dedent('''\
    # Generated from things_async.py by tools/async_to_sync.py: do not edit.
    """Things."""

    from collections.abc import Callable, Iterator

    from a_module import Z, b

    from eventsourcing._concurrency.primitives_sync import wait_event

    Handler = Callable[[int], None]


    def count(limit: int) -> Iterator[int]:
        """Count."""
        for number in range(limit):
            wait_event(b, Z)
            yield number
    ''')


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "package" / "things_async.py"
    path.parent.mkdir()
    path.write_text(SOURCE)
    return path


@pytest.fixture
def twin(source: Path) -> Path:
    return source.with_name("things_sync.py")


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def test_twin_is_written_with_header_sorted_imports_and_the_projects_format(tmp_path, source, twin):
    assert run(tmp_path) == 0
    assert twin.read_text() == TWIN


def test_single_file_can_be_named(source, twin):
    assert run(source) == 0
    assert twin.read_text() == TWIN


def test_fresh_twin_is_not_written_again(tmp_path, source, twin, capsys):
    run(tmp_path)
    before = twin.stat().st_mtime_ns
    capsys.readouterr()

    assert run(tmp_path) == 0
    assert twin.stat().st_mtime_ns == before
    assert capsys.readouterr().out == ""


def test_check_passes_when_twins_are_fresh(tmp_path, source, twin, capsys):
    run(tmp_path)
    capsys.readouterr()

    assert run("--check", tmp_path) == 0
    assert capsys.readouterr().out == ""


def test_check_fails_when_a_twin_is_missing(tmp_path, source, twin, capsys):
    assert run("--check", tmp_path) == 1
    output = capsys.readouterr().out
    assert "things_sync.py: missing; run python -m tools.async_to_sync" in output
    assert "+def count(limit: int) -> Iterator[int]:" in output
    assert not twin.exists()


def test_check_fails_when_a_twin_is_stale(tmp_path, source, twin, capsys):
    run(tmp_path)
    stale = TWIN.replace("Count.", "Counted.")
    twin.write_text(stale)

    assert run("--check", tmp_path) == 1
    output = capsys.readouterr().out
    assert "things_sync.py: stale; run python -m tools.async_to_sync" in output
    assert '-    """Counted."""\n+    """Count."""\n' in output
    assert twin.read_text() == stale


@pytest.mark.parametrize("arguments", [["--check"], []])
def test_generated_twin_without_source_is_a_problem(tmp_path, source, twin, capsys, arguments):
    run(tmp_path)
    source.unlink()

    assert run(*arguments, tmp_path) == 1
    assert "things_sync.py: generated, but there is no things_async.py" in capsys.readouterr().out


def test_stale_twin_is_written_anew(tmp_path, source, twin):
    run(tmp_path)
    twin.write_text(TWIN + "x = 1\n")

    assert run(tmp_path) == 0
    assert twin.read_text() == TWIN


def test_module_without_generated_header_is_not_overwritten(tmp_path, source, twin, capsys):
    twin.write_text("by_hand = True\n")

    assert run(tmp_path) == 1
    assert "things_sync.py: has no generated header" in capsys.readouterr().out
    assert twin.read_text() == "by_hand = True\n"


def test_what_has_no_twin_is_reported_with_file_and_line(tmp_path, source, twin, capsys):
    source.write_text("x = 1\nimport asyncio\n")

    assert run(tmp_path) == 1
    assert "things_async.py:2: asyncio: a shell uses" in capsys.readouterr().out
    assert not twin.exists()


def test_text_that_is_not_python_is_reported_with_file_and_line(tmp_path, source, capsys):
    source.write_text("x = 1\nasync def f(:\n")

    assert run(tmp_path) == 1
    assert "things_async.py:2: " in capsys.readouterr().out


def test_one_problem_does_not_hide_another(tmp_path, source, capsys):
    source.write_text("import asyncio\n")
    source.with_name("others_async.py").write_text("import anyio\n")

    assert run(tmp_path) == 1
    output = capsys.readouterr().out
    assert "things_async.py:1:" in output
    assert "others_async.py:1:" in output


def test_path_that_does_not_exist_is_a_problem(tmp_path, capsys):
    assert run(tmp_path / "missing") == 1
    assert "missing: no such file or folder" in capsys.readouterr().out


def test_module_that_is_async_only_needs_no_twin(tmp_path, source, twin):
    source.write_text("# Async only: its driver has no other side.\nimport asyncio\n")

    assert run("--check", tmp_path) == 0
    assert run(tmp_path) == 0
    assert not twin.exists()


def test_marker_without_a_reason_does_not_count(tmp_path, source, twin):
    source.write_text("# Async only:\nx = 1\n")

    assert run("--check", tmp_path) == 1


HAND_WRITTEN = "# Hand-written pair: they differ.\n"


def test_hand_written_pair_needs_both_files(tmp_path, source, capsys):
    source.write_text(HAND_WRITTEN)

    assert run("--check", tmp_path) == 1
    assert "hand-written pair, but there is no things_sync.py" in capsys.readouterr().out


def test_hand_written_pair_needs_the_same_public_names(tmp_path, source, twin, capsys):
    source.write_text(HAND_WRITTEN + "class AsyncA: ...\nasync def f(): ...\nx = 1\n_y = 2\n")
    twin.write_text("class A: ...\ndef g(): ...\nx: int = 1\n")

    assert run("--check", tmp_path) == 1
    output = capsys.readouterr().out
    assert "things_sync.py: lacks f\n" in output
    assert "things_async.py: lacks g\n" in output
    assert output.count("lacks") == 2


def test_public_names_are_those_in_all_where_there_is_one(tmp_path, source, twin):
    source.write_text(HAND_WRITTEN + "__all__ = ['AsyncA', 'f']\nfrom x import AsyncA, f\n")
    twin.write_text("class A: ...\ndef f(): ...\n")

    assert run("--check", tmp_path) == 0
    assert run(tmp_path) == 0


def test_hand_written_pair_whose_twin_says_that_it_was_generated_is_a_problem(
    tmp_path, source, twin, capsys
):
    run(tmp_path)
    source.write_text(HAND_WRITTEN + SOURCE)

    assert run("--check", tmp_path) == 1
    assert "things_sync.py: has a generated header" in capsys.readouterr().out
