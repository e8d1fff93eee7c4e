"""A process that forks, for each line it reads, one that rebuilds a view until it is killed.

A line is the arguments of `run`, as JSON. Run as a module by the tests.
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
from typing import Self

from tests.integration.projection import rebuilds_async, rebuilds_sync

_ROOT = Path(__file__).parents[3]


class Builders:
    """Starts processes that rebuild a view; ends those that are left."""

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

    def start(self, version: int) -> int:
        """Start a process that builds the version, and keeps it; return its ID."""
        print(json.dumps(version), file=self._process.stdin, flush=True)
        self.pids.append(int(self._process.stdout.readline()))
        return self.pids[-1]

    def kill(self, pid: int) -> None:
        """End a process, without giving it time for anything."""
        self.pids.remove(pid)
        os.kill(pid, signal.SIGKILL)


def run(env: dict[str, str], flavour: str, version: int) -> None:
    """Build the version, and keep it for ever."""
    if flavour == "async":
        asyncio.run(_run_async(env, version))
    with (
        rebuilds_sync.opened(env) as (app, versions),
        rebuilds_sync.make_rebuild(app, versions, version) as rebuild,
    ):
        rebuild.run_forever()


async def _run_async(env: dict[str, str], version: int) -> None:
    async with (
        rebuilds_async.opened(env) as (app, versions),
        rebuilds_async.make_rebuild(app, versions, version) as rebuild,
    ):
        await rebuild.run_forever()


def main(env: dict[str, str], flavour: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if pid == 0:
            os.close(0)
            run(env, flavour, json.loads(line))
        os.write(1, f"{pid}\n".encode())


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2])
