"""Leases on SQLite databases among processes: issue 5.6."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from eventsourcing.sqlite import SQLiteFactory
from tests.support.waiting import eventually


def test_a_killed_holder_frees_it_though_a_process_that_it_forked_lives(path) -> None:
    """Issue 5.6: the forked process does not hold the lease, nor keep it from others."""
    factory = SQLiteFactory({"SQLITE_DBNAME": str(path)})
    lease = factory.lease("projection")
    holder = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.sqlite.lease_holder", str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    *answers, child = holder.stdout.readline().split()
    try:
        assert answers == ["True", "False", "False", "True"]
        assert not lease.try_acquire()
        holder.kill()
        holder.wait()
        eventually(lease.try_acquire)
        assert lease.is_held()
    finally:
        os.kill(int(child), signal.SIGKILL)
        holder.stdout.close()
        factory.close()
    assert not lease.is_held()


def test_all_names_of_a_database_mean_the_same_lease(path, tmp_path) -> None:
    """Issue 5.6: relative paths, links and URIs."""
    link = tmp_path / "link.db"
    link.symlink_to(path)
    names = [str(path), os.path.relpath(path), f"file:{path}", str(link)]
    factories = [SQLiteFactory({"SQLITE_DBNAME": name}) for name in names]
    holder, *others = [factory.lease("projection") for factory in factories]
    assert holder.try_acquire()
    assert not any(other.try_acquire() for other in others)
    for factory in factories:
        factory.close()


def test_private_databases_in_memory_do_not_contend() -> None:
    """Issue 5.6: nobody else can use them."""
    factories = [SQLiteFactory({"SQLITE_DBNAME": ":memory:"}) for _ in range(2)]
    one, other = [factory.lease("projection") for factory in factories]
    same = factories[0].lease("projection")
    assert one.try_acquire()
    assert other.try_acquire()
    assert not same.try_acquire()
    for factory in factories:
        factory.close()
