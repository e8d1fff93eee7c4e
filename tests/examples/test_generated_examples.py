"""The applications of the examples for threads are those for asyncio, rewritten by the tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.async_to_sync import main

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_generated_applications_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", str(EXAMPLES)]) == 0, capsys.readouterr().out
