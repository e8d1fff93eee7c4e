"""Runs a scenario in a process of its own, in the environment of either library."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any


def run_scenario(
    python: Path, program: Path, name: str, environ: dict[str, str], timeout: float | None = None
) -> Any:
    """Return what the scenario of that name printed, or end the program with what went wrong."""
    done = subprocess.run(
        [str(python), str(program), name],
        env=environ,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{name} failed with {python}:\n{done.stderr}")
    return json.loads(done.stdout)
