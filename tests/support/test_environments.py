"""Environments are built once, whole, and again when what is in them should be different."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.environments import ROOT, EnvironmentBuildError, EnvironmentSpec, python_of

EMPTY = EnvironmentSpec("empty", (), with_our_library=False)


def environments(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_dir()]


def test_an_environment_is_built_once(tmp_path: Path) -> None:
    python = python_of(EMPTY, tmp_path)
    (python.parent / "mark").touch()
    assert python_of(EMPTY, tmp_path) == python
    assert (python.parent / "mark").exists()
    subprocess.run([python, "-c", "pass"], check=True)


def test_other_contents_replace_an_environment(tmp_path: Path) -> None:
    python = python_of(EMPTY, tmp_path)
    other = python_of(replace(EMPTY, with_our_library=True), tmp_path)
    assert not python.exists()
    code = "import eventsourcing; print(eventsourcing.__file__)"
    told = subprocess.run([other, "-c", code], check=True, capture_output=True, text=True)
    assert Path(told.stdout.strip()) == ROOT / "src" / "eventsourcing" / "__init__.py"


def test_a_failed_build_leaves_nothing_and_says_why(tmp_path: Path) -> None:
    broken = replace(EMPTY, packages=(str(tmp_path / "nowhere-1.0-py3-none-any.whl"),))
    with pytest.raises(EnvironmentBuildError, match="nowhere"):
        python_of(broken, tmp_path)
    assert environments(tmp_path) == []


def test_what_a_killed_build_left_is_built_again(tmp_path: Path) -> None:
    python = python_of(EMPTY, tmp_path)
    (python.parent.parent / "finished").unlink()
    python.unlink()
    assert python_of(EMPTY, tmp_path) == python
    subprocess.run([python, "-c", "pass"], check=True)


def test_processes_wait_for_the_one_that_builds(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from tests.support.test_environments import *; "
        "print(python_of(EMPTY, pathlib.Path(sys.argv[1])).stat().st_ino)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    builders = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    told = {builder.communicate()[0] for builder in builders}
    assert [builder.returncode for builder in builders] == [0, 0, 0]
    assert len(told) == 1
    assert len(environments(tmp_path)) == 1
