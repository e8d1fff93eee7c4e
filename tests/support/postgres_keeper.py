"""Runs the PostgreSQL server of a test session beside it; the first test in need starts it.

It lives as long as the session holds a lock on a file, which the operating system releases however
the session ends. So neither a worker that dies nor a session that is killed leaves a server behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.postgres_server import PostgresServer, PostgresServerError

_LIFELINE = "session.lock"
_STARTING = "start.lock"
_READY = "server.json"
_LOG = "keeper.log"
_PATIENCE = 240.0


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file, waiting for it if need be."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def lifeline(folder: Path) -> Iterator[None]:
    """Keep the server of this session alive, if a test starts one; stop it and wait for its end."""
    with locked(folder / _LIFELINE):
        yield
    deadline = time.monotonic() + _PATIENCE
    while (folder / _READY).exists() and time.monotonic() < deadline:
        time.sleep(0.01)


def server_environ(folder: Path) -> dict[str, str]:
    """How to reach the server of the session, which is started if this is the first call."""
    ready = folder / _READY
    with locked(folder / _STARTING):
        if not ready.exists():
            _start(folder)
        environ: dict[str, str] = json.loads(ready.read_text())
        return environ


def _start(folder: Path) -> None:
    log = folder / _LOG
    with log.open("wb") as output:
        # Not a child to wait for: it outlives this worker, and the session waits for its end.
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.postgres_keeper", str(folder)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + _PATIENCE
    while not (folder / _READY).exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            keeper.kill()
            keeper.wait()
            said = log.read_text(errors="replace")
            raise PostgresServerError(f"the PostgreSQL server of the tests did not start:\n{said}")
        time.sleep(0.01)
    keeper.returncode = 0  # it is not waited for on purpose: no warning about that


def main(folder: Path) -> None:
    """Run the server until the session's lock is free."""
    ready = folder / _READY
    try:
        with PostgresServer() as server:
            # The folder and the process ID are for those who look what is going on.
            facts = {**server.environ(), "folder": str(server.folder), "pid": str(os.getpid())}
            new = ready.with_suffix(".new")
            new.write_text(json.dumps(facts))
            new.rename(ready)
            with locked(folder / _LIFELINE):
                pass
        shutil.rmtree(folder, ignore_errors=True)  # a session that was killed cannot
    finally:
        ready.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
