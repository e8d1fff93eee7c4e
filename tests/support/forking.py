"""Processes that do some work until they are killed, forked from one that has imported everything.

Forking spares each the time for importing. Run as a module by the tests.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from eventsourcing.utils import resolve_topic

_ROOT = Path(__file__).parents[2]


class Workers:
    """Starts processes that call a function; ends those that are left.

    The function is named as in "module:name". Its first arguments are given here, the others when
    a process is started. They are sent as JSON.
    """

    def __init__(self, function: str, *args: Any) -> None:
        self.pids: list[int] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, function, json.dumps(args)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        for pid in tuple(self.pids):
            self.kill(pid)
        self._stdin.close()
        self._process.wait(60)
        self._stdout.close()

    def start(self, *args: Any) -> int:
        """Start a process; return its ID."""
        print(json.dumps(args), file=self._stdin, flush=True)
        self.pids.append(int(self._stdout.readline()))
        return self.pids[-1]

    def kill(self, pid: int) -> None:
        """End a process, without giving it time for anything."""
        self.pids.remove(pid)
        os.kill(pid, signal.SIGKILL)


def main(function: str, args: str) -> None:
    """Start a process for each line, and write its ID."""
    run = resolve_topic(function)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if pid == 0:
            os.close(0)
            run(*json.loads(args), *json.loads(line))
            os._exit(0)
        os.write(1, f"{pid}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
