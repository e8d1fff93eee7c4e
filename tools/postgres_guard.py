"""Stops a PostgreSQL server whose owner died without doing so; one runs beside each server.

Started as a script by `tools.postgres_server`, it reads what its owner says on standard input:
`run PID` (the server runs), `idle` (it does not), `done`. When the owner is gone, however it died,
the server is stopped and a throw-away folder is removed.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import time
from pathlib import Path

PATIENCE = 20.0
"""Seconds that the server has to stop before it is killed."""


def follow_owner() -> tuple[bool, int]:
    """Wait until the owner is done or gone; return whether it was done, and the server to stop."""
    owner, server, pending = os.getppid(), 0, b""
    while True:
        readable, _, _ = select.select([0], [], [], 1.0)
        # A process forked by the owner keeps the pipe open after the owner's death: look at both.
        if not readable and os.getppid() != owner:
            return False, server
        if not readable:
            continue
        received = os.read(0, 4096)
        if not received:
            return False, server
        *lines, pending = (pending + received).split(b"\n")
        for line in lines:
            word, _, argument = line.partition(b" ")
            if word == b"done":
                return True, 0
            server = int(argument) if word == b"run" else 0


def stop(pid: int, how: signal.Signals) -> None:
    """Stop the server, and kill it when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    try:
        os.kill(pid, how)
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def main() -> None:
    """Follow the owner to its end, and clear up what it left."""
    folder, fate = Path(sys.argv[1]), sys.argv[2]
    done, pid = follow_owner()
    if pid:
        stop(pid, signal.SIGQUIT if fate == "remove" else signal.SIGINT)
    if not done and fate == "remove":
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
