"""What users' type checkers see of the library: `typing_tests/`, and the completeness of its types.

In `typing_tests/` every call that must be an error has a `type: ignore`, which both checkers
report when it is not needed. So they find nothing exactly when all expectations hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import async_to_sync

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment, which then finds this environment's Python first."""
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=folder,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def completeness(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    # In the folder of the project pyright would not look for the installed package.
    folder = tmp_path_factory.mktemp("elsewhere")
    done = run(
        folder, "pyright", "--verifytypes", "eventsourcing", "--ignoreexternal", "--outputjson"
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_mypy_sees_what_is_promised() -> None:
    done = run(ROOT, "mypy", "--no-error-summary", "typing_tests")
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyright_sees_what_is_promised() -> None:
    done = run(ROOT, "pyright", "--pythonpath", sys.executable, "typing_tests")
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyright_looks_at_the_whole_library(completeness: dict[str, Any]) -> None:
    modules = {module["name"] for module in completeness["typeCompleteness"]["modules"]}
    assert {
        "eventsourcing.domain",
        "eventsourcing.application",
        "eventsourcing.postgres",
    } <= modules


def test_types_of_public_names_are_complete(completeness: dict[str, Any]) -> None:
    problems = [
        f"{symbol['name']}: {diagnostic['message']}"
        for symbol in completeness["typeCompleteness"]["symbols"]
        if not symbol["isTypeKnown"] or symbol["isTypeAmbiguous"]
        for diagnostic in symbol["diagnostics"]
    ]
    assert problems == []
    assert completeness["typeCompleteness"]["completenessScore"] == 1


def test_both_flavours_are_tested_alike(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--check", str(ROOT / "typing_tests")]
    assert async_to_sync.main(arguments) == 0, capsys.readouterr().out
