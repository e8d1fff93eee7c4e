import os

import pytest

from eventsourcing.sqlite import SQLiteConnectionPool
from eventsourcing.sqlite.database_names import (
    identify,
    is_private_memory,
    make_absolute,
    split_uri,
)


@pytest.mark.parametrize(
    ("db_name", "expected"),
    [
        (":memory:", True),
        ("file::memory:", True),
        ("file::memory:?cache=shared", True),
        ("file::memory:?mode=memory&cache=shared", True),
        ("file:application1?mode=memory&cache=shared", True),
        ("my.db", False),
        ("file:my.db?mode=ro", False),
        ("", False),
        (None, False),
    ],
)
def test_memory_mode_is_detected_by_name(db_name, expected):
    """S4: names containing `:memory:` or `mode=memory` are in-memory databases."""
    assert SQLiteConnectionPool.detect_memory_mode(db_name) is expected


@pytest.mark.parametrize(
    ("db_name", "expected"),
    [
        (":memory:", True),
        ("file::memory:", True),
        ("file:x?mode=memory", True),
        ("file:x?mode=memory&cache=private", True),
        ("file::memory:?cache=shared", False),
        ("file:x?cache=shared&mode=memory", False),
        ("my.db", False),
        (None, False),
    ],
)
def test_private_memory_is_told_from_shared(db_name, expected):
    """S4: only with a shared cache do connections see the same in-memory database."""
    assert is_private_memory(db_name) is expected


@pytest.mark.parametrize(
    ("uri", "path", "options"),
    [
        ("plain.db", "plain.db", {}),
        ("odd?name.db", "odd?name.db", {}),
        ("file:rel.db", "rel.db", {}),
        ("file:/abs/x.db?mode=ro&cache=shared", "/abs/x.db", {"mode": "ro", "cache": "shared"}),
        ("file:///abs/x.db", "/abs/x.db", {}),
        ("file://localhost/abs/x.db#part", "/abs/x.db", {}),
        ("file:with%20blank.db", "with blank.db", {}),
    ],
)
def test_uris_are_split_into_path_and_options(uri, path, options):
    """S3: URI file names are enabled."""
    assert split_uri(uri) == (path, options)


def test_names_of_one_file_are_identified(tmp_path, monkeypatch):
    """U7: whoever writes a file in this process is known to who listens to it."""
    monkeypatch.chdir(tmp_path)
    os.symlink("my.db", "link.db")
    names = ["my.db", f"{tmp_path}/my.db", f"file:{tmp_path}/my.db?mode=ro", "./my.db", "link.db"]
    assert len({identify(name) for name in names}) == 1
    assert identify("other.db") != identify("my.db")


def test_names_of_one_shared_memory_are_identified():
    """S4: shared in-memory databases are known by their names."""
    assert identify("file:a?mode=memory&cache=shared") == identify(
        "file:a?cache=shared&mode=memory"
    )
    assert identify("file:a?mode=memory&cache=shared") != identify(
        "file:b?mode=memory&cache=shared"
    )
    assert identify("file::memory:?cache=shared") == identify("file::memory:?cache=shared&x=y")


@pytest.mark.parametrize("db_name", [":memory:", "", None, "nul\0.db"])
def test_private_databases_have_no_identity(db_name):
    """S4: nobody else can reach a private in-memory database, or a file with an impossible name."""
    assert identify(db_name) is None


@pytest.mark.parametrize(
    ("db_name", "expected"),
    [
        ("my.db", "{folder}/my.db"),
        ("/abs/my.db", "/abs/my.db"),
        ("file:my.db?mode=ro#x", "file:{folder}/my.db?mode=ro#x"),
        ("file:a%20b.db", "file:{folder}/a%20b.db"),
        ("file:/abs/my.db?mode=ro", "file:/abs/my.db?mode=ro"),
        ("file:x?vfs=memdb", "file:x?vfs=memdb"),
        ("file:x?mode=memory&cache=shared", "file:x?mode=memory&cache=shared"),
        (":memory:", ":memory:"),
        ("", ""),
        (None, None),
    ],
)
def test_names_are_made_absolute(db_name, expected, tmp_path, monkeypatch):
    """S3: a relative name means the folder in which the process was when it was given."""
    monkeypatch.chdir(tmp_path)
    assert make_absolute(db_name) == (expected and expected.format(folder=tmp_path))
