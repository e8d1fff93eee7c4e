"""Settings for each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.application.engines import ENGINES
from tests.integration.projection.dcb_engines import (
    DCB_ENGINES,
    DURABLE_DCB_ENGINES,
    join_settings,
)
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


@pytest.fixture(params=list(DCB_ENGINES))
def dcb_env(request: pytest.FixtureRequest, env: dict[str, str]) -> dict[str, str]:
    """The settings of an application and of a view."""
    return join_settings("Upstream", DCB_ENGINES[request.param](request), env)


@pytest.fixture(params=DURABLE_DCB_ENGINES)
def durable_dcb_env(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of an application and of a view, both for several processes."""
    settings = DCB_ENGINES[request.param](request)
    return join_settings("Upstream", settings, ENGINES[request.param](request))
