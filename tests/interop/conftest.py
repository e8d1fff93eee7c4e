"""The published library and ours, side by side, and the databases that they share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.interop.libraries import Library
from tests.interop.places import Place, PostgresPlace, SQLiteFile
from tests.support.databases import PostgresDatabase
from tests.support.environments import PUBLISHED, python_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of a worker may have to build environments."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(1200))


@pytest.fixture(scope="session")
def published_python() -> Path:
    """The interpreter that has the published library."""
    return python_of(PUBLISHED)


class Libraries:
    """Processes that are kept from test to test, and replaced when a test left one in disorder."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[Any, Library] = {}

    def get(self, name: str, python: Path, **environ: str) -> Library:
        key = (name, *environ.items())
        library = self._running.get(key)
        if library is None or not library.is_usable:
            library = self._running[key] = Library(name, python, **environ)
            self._stack.callback(library.close)
        return library

    def reset(self) -> None:
        for library in self._running.values():
            if library.is_usable:
                library.do("reset")


@pytest.fixture(scope="session")
def _libraries() -> Iterator[Libraries]:
    with ExitStack() as stack:
        yield Libraries(stack)


@pytest.fixture
def libraries(_libraries: Libraries) -> Iterator[Libraries]:
    """Processes with libraries; what a test makes in them is closed after it."""
    yield _libraries
    _libraries.reset()


@pytest.fixture
def ours(libraries: Libraries) -> Library:
    """This library."""
    return libraries.get("ours", Path(sys.executable))


@pytest.fixture
def published(libraries: Libraries, published_python: Path) -> Library:
    """The published library."""
    return libraries.get("published", published_python)


@pytest.fixture(params=["ours then published", "published then ours"])
def pair(
    request: pytest.FixtureRequest, ours: Library, published: Library
) -> tuple[Library, Library]:
    """Both libraries, in both orders."""
    return (ours, published) if request.param.startswith("ours") else (published, ours)


@pytest.fixture(params=["ours then published", "published then ours"])
def next_release_pair(
    request: pytest.FixtureRequest, libraries: Libraries, published_python: Path
) -> tuple[Library, Library]:
    """Both libraries with the next release of the domain model, in both orders."""
    ours = libraries.get("ours", Path(sys.executable), INTEROP_CLASS_VERSION="2")
    published = libraries.get("published", published_python, INTEROP_CLASS_VERSION="2")
    return (ours, published) if request.param.startswith("ours") else (published, ours)


class Places:
    """Makes empty databases of one kind."""

    def __init__(self, engine: str, folder: Path, server: PostgresDatabase | None) -> None:
        self.engine = engine
        self._folder = folder
        self._server = server
        self._stack = ExitStack()
        self._count = 0

    def make(self, schema: str = "") -> Place:
        if self._server is not None:
            database = self._stack.enter_context(self._server.fresh_database())
            return PostgresPlace(database, schema)
        self._count += 1
        return SQLiteFile(self._folder / f"database-{self._count}.sqlite")

    def close(self) -> None:
        self._stack.close()


@pytest.fixture(params=["sqlite", "postgres"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    """As many empty databases as a test wants, on each engine."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    places = Places(request.param, tmp_path, server)
    yield places
    places.close()


@pytest.fixture
def place(places: Places) -> Place:
    """An empty database, on each engine."""
    return places.make()
