"""Issue 4.4: what goes wrong ends in the contract's error, and a usable recorder afterwards."""

import contextlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from eventsourcing.persistence import DatabaseError, OperationalError, PersistenceError
from eventsourcing.sqlite import SQLiteApplicationRecorder
from tests.integration.sqlite.samples import make_events


@pytest.fixture
def recorder(open_datastore):
    recorder = SQLiteApplicationRecorder(open_datastore(pool_size=1, max_overflow=0))
    recorder.create_table()
    return recorder


def test_a_full_database(recorder):
    """Issue 4.4: when there is no room, nothing of the call is stored, and all before it is."""
    with recorder.datastore.get_connection(commit=True) as connection:
        connection.query("PRAGMA max_page_count=20", ())
    saved = 0
    with pytest.raises(OperationalError, match=r"^database or disk is full$"):
        while True:
            recorder.insert_events(make_events(10))
            saved += 10
    assert [n.id for n in recorder.select_notifications(1, 1000)] == list(range(1, saved + 1))
    with recorder.datastore.get_connection(commit=True) as connection:
        connection.query("PRAGMA max_page_count=1000000", ())
    assert recorder.insert_events(make_events(1)) == [saved + 1]


def run_until_full(path, kind):
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.sqlite.full_disk", str(path), kind],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_file_that_cannot_grow(path):
    """Issue 4.4: when the file system refuses to write, all that was acknowledged is there."""
    found = run_until_full(path, "application")
    assert found["saved"] > 0
    assert found["readable"] == found["saved"]
    assert found["after"] == list(range(found["saved"] + 1, found["saved"] + 11))


def test_a_file_that_is_damaged(recorder, path, open_datastore):
    """Issue 4.4: damage is reported as a DatabaseError, and the rest can be read."""
    recorder.insert_events(make_events(500))
    recorder.datastore.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    damaged = SQLiteApplicationRecorder(open_datastore())
    with pytest.raises(DatabaseError):
        damaged.select_notifications(1, 1000)
    with pytest.raises(DatabaseError):
        damaged.insert_events(make_events(1))
    assert damaged.datastore.query("SELECT name FROM sqlite_master WHERE type = 'table'")


def test_a_database_that_is_opened_for_reading(recorder, path, open_datastore):
    """Issue 4.4: a read-only database can be read, and refuses to be written."""
    recorder.insert_events(make_events(2))
    reader = SQLiteApplicationRecorder(open_datastore(f"file:{path}?mode=ro"))
    for _ in range(2):
        with pytest.raises(OperationalError, match="readonly database"):
            reader.insert_events(make_events(1))
        assert len(reader.select_notifications(1, 10)) == 2
    assert recorder.insert_events(make_events(1)) == [3]
    assert len(reader.select_notifications(1, 10)) == 3


def test_a_database_without_wal_that_is_opened_for_reading(path, open_datastore):
    """S5, X7: a database that cannot be switched to WAL can still be read."""
    recorder = SQLiteApplicationRecorder(open_datastore())
    recorder.create_table()
    recorder.insert_events(make_events(2))
    with recorder.datastore.get_connection(commit=True) as connection:
        assert connection.query("PRAGMA journal_mode=DELETE", ()) == [("delete",)]
    recorder.datastore.close()
    reader = SQLiteApplicationRecorder(open_datastore(f"file:{path}?mode=ro"))
    assert len(reader.select_notifications(1, 10)) == 2
    assert not reader.datastore.pool.is_journal_mode_wal


@pytest.fixture
def public_folder():
    """A folder that a process without privileges can reach."""
    folder = Path(tempfile.mkdtemp(prefix="sqlite-permissions-"))
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


@contextlib.contextmanager
def without_privileges():
    """Let permissions count, also when the tests are run by root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_permissions_that_forbid_to_write(public_folder, open_datastore, what):
    """Issue 4.4: without the permission to write there is an error, and none with it."""
    path = public_folder / "events.db"
    with without_privileges():
        first = SQLiteApplicationRecorder(open_datastore(str(path)))
        first.create_table()
        assert first.insert_events(make_events(2)) == [1, 2]
        first.datastore.close()
    forbidden = path if what == "file" else public_folder
    mode = stat.S_IMODE(forbidden.stat().st_mode)
    forbidden.chmod(0o555 if what == "folder" else 0o444)
    with without_privileges():
        recorder = SQLiteApplicationRecorder(open_datastore(str(path)))
        for _ in range(2):
            with pytest.raises(PersistenceError):
                recorder.insert_events(make_events(1))
    forbidden.chmod(mode)
    for file in public_folder.glob("events.db-*"):
        file.chmod(0o644)  # SQLite has made them as read-only as the database was
    with without_privileges():
        assert recorder.insert_events(make_events(1)) == [3]
        recorder.datastore.close()
