"""A process that forks, for each line it reads, one that runs a projection until it is killed.

Forking spares each the time for importing. A line is the arguments of `run`, as JSON. Run as a
module by the tests.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from eventsourcing.projection import Partitions
from tests.integration.projection import sharing_async, sharing_sync

_ROOT = Path(__file__).parents[3]


class Workers:
    """Starts processes that run a projection; ends those that are left."""

    def __init__(self, env: Mapping[str, str], flavour: str) -> None:
        self.pids: list[int] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, json.dumps(dict(env)), flavour],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        for pid in tuple(self.pids):
            self.kill(pid)
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def start(self, partitions: int | None = None, at_most: int | None = None) -> int:
        """Start a process that leads or stands by, or takes partitions; return its ID."""
        print(json.dumps([partitions, at_most]), file=self._process.stdin, flush=True)
        self.pids.append(int(self._process.stdout.readline()))
        return self.pids[-1]

    def kill(self, pid: int) -> None:
        """End a process, without giving it time for anything."""
        self.pids.remove(pid)
        os.kill(pid, signal.SIGKILL)


def run(env: dict[str, str], flavour: str, partitions: int | None, at_most: int | None) -> None:
    """Run the projection for ever."""
    if flavour == "async":
        asyncio.run(_run_async(env, partitions, at_most))
    with _make(sharing_sync, env, partitions, at_most) as runner:
        runner.run_forever()


async def _run_async(env: dict[str, str], partitions: int | None, at_most: int | None) -> None:
    async with _make(sharing_async, env, partitions, at_most) as runner:
        await runner.run_forever()


def _make(flavour: Any, env: dict[str, str], partitions: int | None, at_most: int | None) -> Any:
    if partitions is None:
        return flavour.make_leading(env)
    return flavour.make_partitioned(env, Partitions(partitions, at_most=at_most))


def main(env: dict[str, str], flavour: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if pid == 0:
            os.close(0)
            run(env, flavour, *json.loads(line))
        os.write(1, f"{pid}\n".encode())


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2])
