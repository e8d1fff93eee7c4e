"""Times scenarios with both libraries in turn, and prints ratios: `python -m benchmarks [NAME …]`.

Names that begin with `rebuild_` and `wakeup_`, such as `rebuild_sqlite` and `wakeup_postgres`, are
for `benchmarks.rebuild` and `benchmarks.wakeups`, which take minutes, and are only run when asked
for.

Each pair of runs follows directly upon the other, in changing order, so that the ratio holds when
the machine's speed drifts. Absolute times are for orientation only.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import rebuild, wakeups
from benchmarks.running import run_scenario
from benchmarks.scenarios import DCB_ENGINES, ENGINES, ON_DCB_ENGINES, ON_ENGINES
from eventsourcing import __version__
from tests.support.environments import PUBLISHED, python_of
from tools.postgres_server import PostgresServer

SCENARIOS = Path(__file__).with_name("scenarios.py")
PUBLISHED_VERSION = "9.5.6"
NAMES = [
    "domain_create",
    "domain_command",
    "domain_replay",
    *(f"{engine}_{what}" for engine in ENGINES for what in ON_ENGINES),
    "postgres_project",
    *(f"{engine}_{what}" for engine in DCB_ENGINES for what in ON_DCB_ENGINES),
]
NOT_PUBLISHED = ("sqlite_dcb_",)  # what the published library does not have
ON_THEIR_OWN = {"rebuild_": rebuild.main, "wakeup_": wakeups.main}
BARE = {
    name: f"{name}_bare"
    for name in (
        "sqlite_save",
        "postgres_save",
        "sqlite_dcb_append_conditionally",
        "sqlite_dcb_read_tag",
    )
}


def main() -> int:
    """Run the benchmarks and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES, help="scenarios (default: all)")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of runs (default: 5)")
    options = parser.parse_args()
    for prefix, run in ON_THEIR_OWN.items():
        chosen = [name for name in options.names if name.startswith(prefix)]
        if chosen:
            run([name.removeprefix(prefix) for name in chosen])
            options.names = [name for name in options.names if name not in chosen]
    if not options.names:
        return 0
    published = python_of(PUBLISHED)
    with tempfile.TemporaryDirectory() as folder, PostgresServer(durable=True) as server:
        environ = {**os.environ, **server.environ(), "BENCH_FOLDER": folder}
        print(_describe_machine())
        print()
        print(
            f"| scenario | this, µs | {PUBLISHED_VERSION}, µs "
            f"| {PUBLISHED_VERSION} / this | this / bare driver |"
        )
        print("|---|---|---|---|---|")
        for name in options.names:
            print(_time_pairs(name, options.pairs, published, environ), flush=True)
    return 0


def _time_pairs(name: str, pairs: int, published: Path, environ: dict[str, str]) -> str:
    ours: list[float] = []
    theirs: list[float] = []
    bare: list[float] = []
    for i in range(pairs):
        runs = [(ours, Path(sys.executable), name)]
        if not name.startswith(NOT_PUBLISHED):
            runs.append((theirs, published, name))
        if name in BARE:
            runs.append((bare, Path(sys.executable), BARE[name]))
        for seconds, python, scenario in runs if i % 2 else reversed(runs):
            seconds.append(run_scenario(python, SCENARIOS, scenario, environ))
    cells = [
        name,
        f"{statistics.median(ours) * 1e6:.1f}",
        f"{statistics.median(theirs) * 1e6:.1f}" if theirs else "",
        _compare(theirs, ours),
        _compare(ours, bare),
    ]
    return f"| {' | '.join(cells)} |"


def _compare(some: list[float], others: list[float]) -> str:
    """Return the ratio of paired runs, if there are any."""
    if not some or not others:
        return ""
    return f"{statistics.median(a / b for a, b in zip(some, others, strict=True)):.2f}"


def _describe_machine() -> str:
    return (
        f"eventsourcing {__version__} and {PUBLISHED_VERSION}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}; "
        "PostgreSQL 18 with fsync on, on the same machine. Medians of paired runs."
    )


if __name__ == "__main__":
    sys.exit(main())
