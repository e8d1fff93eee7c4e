"""Acquires a lease, forks, and prints who holds it; then waits to be killed.

    python -m tests.integration.sqlite.lease_holder PATH

The forked process says whether it holds the lease, and lives on.
"""

from __future__ import annotations

import os
import signal
import sys

from eventsourcing.sqlite import SQLiteFactory


def main() -> None:
    lease = SQLiteFactory({"SQLITE_DBNAME": sys.argv[1]}).lease("projection")
    is_acquired = lease.try_acquire()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, f"{lease.is_held()} {lease.try_acquire()}".encode())
        os.close(writing)
        os.close(1)
        signal.pause()
    os.close(writing)
    with os.fdopen(reading) as pipe:
        by_child = pipe.read()
    print(is_acquired, by_child, lease.is_held(), child, flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
