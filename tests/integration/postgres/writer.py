"""A process that, for each name it reads, forks one that writes until it is killed.

Forking spares each writer the time for importing. Run as a module by the tests.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.integration.postgres import writing_async, writing_sync

_ROOT = Path(__file__).parents[3]


class Writers:
    """Starts writing processes, one after the other."""

    def __init__(self, environ: Mapping[str, str], flavour: str) -> None:
        env = {"PERSISTENCE_MODULE": "eventsourcing.postgres", "CREATE_TABLE": "no", **environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, json.dumps(env), flavour],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def start(self, name: str) -> int:
        """Start a writer and return its process ID."""
        print(name, file=self._process.stdin, flush=True)
        return int(self.read())

    def read(self) -> str:
        """Return the next line: an acknowledged originator ID, or `gone`."""
        return self._process.stdout.readline().strip()


def main(env: dict[str, str], flavour: str) -> None:
    for line in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if pid == 0:
            os.write(1, f"{os.getpid()}\n".encode())
            if flavour == "async":
                asyncio.run(writing_async.write(env, line.strip()))
            else:
                writing_sync.write(env, line.strip())
            os._exit(0)
        os.waitpid(pid, 0)
        os.write(1, b"gone\n")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2])
