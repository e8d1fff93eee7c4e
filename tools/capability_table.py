"""Writes the documentation's table of what each engine can do, or checks that it is fresh.

python -m tools.capability_table [--check]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eventsourcing.persistence.capabilities import Capabilities, describe_capabilities
from eventsourcing.popo.capabilities import CAPABILITIES as POPO
from eventsourcing.postgres.capabilities import CAPABILITIES as POSTGRES
from eventsourcing.sqlite.capabilities import CAPABILITIES as SQLITE
from eventsourcing.sqlite.capabilities import MEMORY_CAPABILITIES as SQLITE_IN_MEMORY

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "capabilities.md"
ENGINES = {
    "memory (POPO)": POPO,
    "SQLite, file": SQLITE,
    "SQLite, shared memory": SQLITE_IN_MEMORY,
    "PostgreSQL": POSTGRES,
}
HEAD = """\
# What each engine can do

Made from the code by `tools/capability_table.py`: do not edit. All engines have the four kinds of
recorders, atomic saves, conflicts, snapshots, tracking, compression and encryption; and both
flavours, sync and async, whether of their own or through a bridge.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the page; return 0 when all is well, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tools.capability_table", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say what is stale")
    options = parser.parse_args(arguments)
    page = render(ENGINES)
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    if options.check:
        print(f"{PAGE.name} is stale: run python -m tools.capability_table")
        return 1
    PAGE.write_text(page, encoding="utf-8")
    print(f"wrote {PAGE.name}")
    return 0


def render(engines: dict[str, Capabilities]) -> str:
    """Return the page: a row for each capability, a column for each engine."""
    rows = [["", *engines], ["---"] * (len(engines) + 1)]
    for name, text in describe_capabilities().items():
        marks = ["yes" if getattr(each, name) else "no" for each in engines.values()]
        rows.append([f"`{name}`: {text}", *marks])
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"{HEAD}\n{table}\n"


if __name__ == "__main__":
    sys.exit(main())
