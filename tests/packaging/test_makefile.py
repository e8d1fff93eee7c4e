"""The Makefile: what `make help` says, and what the steps of `make test` are."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make(*arguments: str) -> str:
    # These tests may themselves run below make, whose variables are none of their business.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_help_describes_every_target_that_is_not_a_file() -> None:
    text = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    (checks,) = re.findall(r"^CHECKS := (.*)$", text, re.MULTILINE)
    targets = {*phony.replace("$(STEPS)", checks).split(), "unit"}
    described = {line.split()[1] for line in make("help").splitlines()}
    assert described == targets


def test_each_step_of_make_test_runs_once_and_the_tests_run_last() -> None:
    commands = make("--dry-run", "--always-make", "test")
    steps = re.findall(r'^echo "== (\w+)"$', commands, re.MULTILINE)
    assert steps == ["formatted", "lint", "types", "architecture", "generated", "docs", "unit"]


def test_the_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().rstrip().endswith("exec make test")
