"""Which file is locked for a lease, and what becomes of it: issue 5.6."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from eventsourcing.persistence import OperationalError
from eventsourcing.sqlite import SQLiteFileLease
from eventsourcing.sqlite.leases import lease_path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("counters", "db.counters.lease"),
        ("full-text_search-2", "db.full-text_search-2.lease"),
        ("Counters", "db.counters-LAST.lease"),
        ("Counters:App:0/4", "db.counters-app-0-4-LAST.lease"),
        ("../up", "db.-up-LAST.lease"),
        ("x" * 300, f"db.{'x' * 60}-LAST.lease"),
        ("日本", "db.--LAST.lease"),
    ],
)
def test_the_file_is_named_after_the_database_and_the_lease(name: str, expected: str) -> None:
    """Issue 5.6: names that no file, or not every file system, can have get a digest."""
    path = lease_path("db", name)
    if "LAST" in expected:
        digest = path.removesuffix(".lease").rpartition("-")[2]
        assert len(digest) == 16
        path = path.replace(digest, "LAST")
    assert path == expected
    assert lease_path("db", f"{name}a") != lease_path("db", name)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "events.db")


def test_the_file_stays(path: str) -> None:
    """Issue 5.6: removing it would let two others lock one file each."""
    lease = SQLiteFileLease(path, "projection")
    lease.try_acquire()
    lease.release()
    assert os.path.exists(lease.path)


@pytest.mark.parametrize("replace", [False, True])
def test_a_lease_is_lost_with_its_file(path: str, replace: bool) -> None:
    """Issue 5.6: somebody tidied up; the holder learns so, and may acquire it again."""
    lease, other = (SQLiteFileLease(path, "projection") for _ in range(2))
    lease.try_acquire()
    os.unlink(lease.path)
    if replace:
        assert other.try_acquire()
    assert not lease.is_held()
    assert lease.try_acquire() == (not replace)
    assert lease.is_held() == (not replace)


def test_a_collected_lease_is_free(path: str) -> None:
    """Issue 5.6: and its file is closed."""
    lease, other = (SQLiteFileLease(path, "projection") for _ in range(2))
    lease.try_acquire()
    del lease
    gc.collect()
    assert other.try_acquire()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """Issue 5.6: the error names the file."""
    lease = SQLiteFileLease(str(tmp_path / "missing" / "events.db"), "projection")
    with pytest.raises(OperationalError, match=r"unable to lock .*projection\.lease"):
        lease.try_acquire()
    assert not lease.is_held()
    lease.release()


def test_files_are_not_leaked(path: str) -> None:
    """Issue 5.8: neither by the winner nor by those who try in vain."""
    leases = [SQLiteFileLease(path, "projection") for _ in range(2)]
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    for _ in range(20):
        for lease in leases:
            lease.try_acquire()
        leases[0].release()
        leases[1].release()
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    assert after == before
