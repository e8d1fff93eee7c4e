"""Settings for each engine, and applications that are closed when a test ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.integration.application.engines import DCB_MODULES, ENGINES
from tests.support.databases import PostgresDatabase


@pytest.fixture(scope="session")
def applications_database(postgres_server: PostgresDatabase) -> Iterator[PostgresDatabase]:
    """A database in which each test has a schema of its own."""
    with postgres_server.fresh_database() as database:
        yield database


@pytest.fixture(params=list(ENGINES))
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of an engine with an empty database."""
    return ENGINES[request.param](request)


@pytest.fixture(params=list(DCB_MODULES))
def dcb_env(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of an engine with an empty database, for dynamic consistency boundaries."""
    settings = ENGINES[request.param](request)
    return {**settings, "PERSISTENCE_MODULE": DCB_MODULES[request.param]}


@pytest.fixture
def is_durable(env: dict[str, str]) -> bool:
    """Whether two applications with the same settings share what they store."""
    return env["PERSISTENCE_MODULE"] != "eventsourcing.popo"


class Apps:
    """Makes applications with the settings of the engine."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.made: list[Any] = []

    def __call__(self, application_class: Any, **settings: str) -> Any:
        app = application_class({**self.env, **settings})
        self.made.append(app)
        return app


@pytest.fixture
def make_sync(env: dict[str, str]) -> Iterator[Apps]:
    """Makes an application of a class, with more settings given as keywords."""
    apps = Apps(env)
    yield apps
    for app in apps.made:
        app.close()


@pytest.fixture
async def make_async(env: dict[str, str]) -> AsyncIterator[Apps]:
    """Makes an asynchronous application of a class, with more settings given as keywords."""
    apps = Apps(env)
    yield apps
    for app in apps.made:
        await app.close()


@pytest.fixture
def make_dcb_sync(dcb_env: dict[str, str]) -> Iterator[Apps]:
    """Makes an application with dynamic consistency boundaries."""
    apps = Apps(dcb_env)
    yield apps
    for app in apps.made:
        app.close()


@pytest.fixture
async def make_dcb_async(dcb_env: dict[str, str]) -> AsyncIterator[Apps]:
    """Makes an asynchronous application with dynamic consistency boundaries."""
    apps = Apps(dcb_env)
    yield apps
    for app in apps.made:
        await app.close()
