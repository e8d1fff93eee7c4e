"""Times how soon those who follow events are woken: `python -m benchmarks.wakeups [ENGINE …]`.

The time is that from the end of a save until the thread (or task) that waits for the event has it,
or until the one who waits for a view is told that the event has been processed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.running import run_scenario
from tests.support.environments import PUBLISHED, python_of
from tools.postgres_server import PostgresServer

SCENARIOS = Path(__file__).with_name("wakeup_scenarios.py")
ENGINES = ("memory", "sqlite", "postgres")
COMMITS = 500
WOKEN = {
    "subscription": "subscription, by a thread of its process",
    "task": "subscription, by a task of its event loop",
    "subscription_elsewhere": "subscription, by another process",
    "wait": "`runner.wait()`, in the process of the runner",
    "wait_elsewhere": "`view.wait()`, in another process than the runner",
}
# What there is in the published library, too.
PUBLISHED_NAMES = frozenset(
    {
        "memory_subscription",
        "postgres_subscription",
        "postgres_subscription_elsewhere",
        *(f"{engine}_wait" for engine in ("memory", "postgres")),
        "postgres_wait_elsewhere",
    }
)
_PATIENCE = 600


def main(arguments: Sequence[str] | None = None) -> int:
    """Time the engines, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wakeups", description=__doc__)
    parser.add_argument("engines", nargs="*", default=ENGINES, help="memory, sqlite, postgres")
    parser.add_argument("--commits", type=int, default=COMMITS, help=f"default: {COMMITS}")
    options = parser.parse_args(arguments)
    published = python_of(PUBLISHED)
    with tempfile.TemporaryDirectory() as folder, PostgresServer(durable=True) as server:
        environ = {
            **os.environ,
            **server.environ(),
            "BENCH_FOLDER": folder,
            "BENCH_COMMITS": str(options.commits),
        }
        print("| who is woken | this: median, ms | 95 %, ms | published: median, ms | 95 %, ms |")
        print("|---|---|---|---|---|")
        for engine in options.engines:
            for what, text in WOKEN.items():
                name = f"{engine}_{what}"
                if engine == "memory" and what.endswith("_elsewhere"):
                    continue
                cells = _time(Path(sys.executable), name, environ)
                cells += _time(published, name, environ) if name in PUBLISHED_NAMES else ["", ""]
                print(f"| {engine}: {text} | {' | '.join(cells)} |", flush=True)
    return 0


def _time(python: Path, name: str, environ: dict[str, str]) -> list[str]:
    """Return the median and the 95th percentile of a scenario, as texts."""
    try:
        seconds = run_scenario(python, SCENARIOS, name, environ, _PATIENCE)
    except subprocess.TimeoutExpired:
        return ["hangs", ""]
    milliseconds = [1000 * each for each in seconds]
    quantiles = statistics.quantiles(milliseconds, n=20)
    return [f"{statistics.median(milliseconds):.2f}", f"{quantiles[-1]:.2f}"]


if __name__ == "__main__":
    sys.exit(main())
