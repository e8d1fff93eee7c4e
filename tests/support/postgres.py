"""PostgreSQL for a test session: one server for all workers, an empty database for each test.

The server is that of the POSTGRES_* variables if POSTGRES_HOST is set, and one of our own if not.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.databases import PostgresDatabase
from tests.support.postgres_keeper import lifeline, server_environ
from tools.postgres_server import PostgresServer

_SESSION = "postgres_session"
_KEY = pytest.StashKey[dict[str, str]]()
_SETTINGS = ("POSTGRES_", "SQLITE_", "PERSISTENCE_", "CIPHER_", "COMPRESSOR_", "IS_SNAPSHOTTING_")


@pytest.hookimpl
def pytest_configure(config: pytest.Config) -> None:
    """Open the session's folder, and take the settings of applications out of the environment."""
    settings = {name: value for name, value in os.environ.items() if name.startswith(_SETTINGS)}
    for name in settings:
        del os.environ[name]
    if hasattr(config, "workerinput"):
        config.stash[_KEY] = config.workerinput[_SESSION]
    elif settings.get("POSTGRES_HOST"):
        config.stash[_KEY] = settings
    else:
        folder = tempfile.mkdtemp(prefix="eventsourcing-session-")
        stack = ExitStack()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.enter_context(lifeline(Path(folder)))
        config.add_cleanup(stack.close)
        config.stash[_KEY] = {"folder": folder}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the session's server is, or will be."""
    node.workerinput[_SESSION] = node.config.stash[_KEY]


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> PostgresDatabase:
    """The session's server, by its maintenance database; `fresh_database()` makes others."""
    session = request.config.stash[_KEY]
    if "folder" in session:
        session = server_environ(Path(session["folder"]))
    return PostgresDatabase.from_environ(session)


@pytest.fixture
def postgres_database(postgres_server: PostgresDatabase) -> Iterator[PostgresDatabase]:
    """An empty database for one test, dropped afterwards."""
    with postgres_server.fresh_database() as database:
        yield database


@pytest.fixture
def postgres_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for a server that keeps its data; removed, wherever the server put it."""
    folder = tmp_path / "var" / "postgres"
    yield folder
    shutil.rmtree(folder.resolve(), ignore_errors=True)


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """A durable server for one test, which may kill and restart it."""
    with PostgresServer(durable=True) as server:
        yield server
