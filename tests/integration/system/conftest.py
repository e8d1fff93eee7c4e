"""Settings for each engine, and a look at what a test has left behind."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from tests.integration.system.engines import ENGINES
from tests.support.databases import PostgresDatabase
from tests.support.waiting import PATIENCE, eventually


@pytest.fixture(scope="session")
def applications_database(postgres_server: PostgresDatabase) -> Iterator[PostgresDatabase]:
    """A database in which each test has a schema of its own."""
    with postgres_server.fresh_database() as database:
        yield database


@pytest.fixture(params=list(ENGINES))
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of an engine with an empty database."""
    return ENGINES[request.param](request)


@pytest.fixture
def no_leaks_sync(env: dict[str, str]) -> Iterator[None]:
    """Fail if there are more threads or connections after the test than before."""
    threads = set(threading.enumerate())
    yield
    deadline = time.monotonic() + PATIENCE
    while left := set(threading.enumerate()) - threads:
        assert time.monotonic() < deadline, left
        time.sleep(0.001)
    if "POSTGRES_SCHEMA" in env:
        with connect(env) as connection:
            eventually(lambda: count_connections(connection) == 1)


@pytest.fixture
async def no_leaks_async(no_leaks_sync: None) -> AsyncIterator[None]:
    """Fail if there are more tasks, threads or connections after the test than before."""
    tasks = asyncio.all_tasks()
    yield
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while left := asyncio.all_tasks() - tasks - {asyncio.current_task()}:
        assert asyncio.get_running_loop().time() < deadline, left
        await asyncio.wait(left, timeout=1)


def connect(env: dict[str, str]) -> psycopg.Connection[tuple[int]]:
    names = ("host", "port", "dbname", "user", "password")
    settings = {name: env[f"POSTGRES_{name.upper()}"] for name in names}
    return psycopg.connect(autocommit=True, **settings)  # type: ignore[arg-type]


def count_connections(connection: psycopg.Connection[tuple[int]]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    ).fetchone()
    assert row is not None
    return row[0]
