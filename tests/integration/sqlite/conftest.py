from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eventsourcing.sqlite import SQLiteDatastore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database file of the test is."""
    return tmp_path / "test.db"


@pytest.fixture
def open_datastore(path: Path) -> Iterator[Callable[..., SQLiteDatastore]]:
    """Open patient datastores, by default for the file, which are closed after the test."""
    opened: list[SQLiteDatastore] = []

    def open_datastore(db_name: str | None = None, **kwargs: Any) -> SQLiteDatastore:
        kwargs = {"lock_timeout": 120, "pool_timeout": 120.0, **kwargs}
        datastore = SQLiteDatastore(db_name or str(path), **kwargs)
        opened.append(datastore)
        return datastore

    yield open_datastore
    for datastore in opened:
        datastore.close()


@pytest.fixture
def datastore(open_datastore: Callable[..., SQLiteDatastore]) -> SQLiteDatastore:
    """A datastore for the file."""
    return open_datastore()
