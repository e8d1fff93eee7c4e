"""Settings for each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.application.engines import ENGINES
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


@pytest.fixture(params=["sqlite", "postgres"])
def durable_env(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of an engine that several applications and processes may use."""
    return ENGINES[request.param](request)


@pytest.fixture
def postgres_env(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of an empty schema in PostgreSQL."""
    return ENGINES["postgres"](request)
