"""The table of engines in the documentation is made from what the engines declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventsourcing.persistence.capabilities import Capabilities, describe_capabilities
from tools import capability_table


def test_the_committed_table_is_fresh() -> None:
    assert capability_table.main(["--check"]) == 0


def test_a_stale_table_is_reported_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "capabilities.md"
    monkeypatch.setattr(capability_table, "PAGE", page)

    assert capability_table.main(["--check"]) == 1
    assert capability_table.main([]) == 0
    assert capability_table.main(["--check"]) == 0


def test_each_capability_has_a_row_and_each_engine_a_column() -> None:
    page = capability_table.render({"one": Capabilities(), "two": Capabilities(durable=False)})

    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) == len(describe_capabilities())
    durable = next(row for row in rows if "`durable`" in row)
    assert durable.endswith("| yes | no |")
