"""The engines on which the tests of applications run: a name, and what makes its settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg import sql

from tests.support.databases import PATIENT_SQLITE, PostgresDatabase

Settings = dict[str, str]


def popo(_: pytest.FixtureRequest) -> Settings:
    return {"PERSISTENCE_MODULE": "eventsourcing.popo"}


def sqlite(request: pytest.FixtureRequest) -> Settings:
    folder: Path = request.getfixturevalue("tmp_path")
    return {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(folder / "application.db"),
        **PATIENT_SQLITE,
    }


def postgres(request: pytest.FixtureRequest) -> Settings:
    # An empty schema takes a tenth of the time of an empty database.
    database: PostgresDatabase = request.getfixturevalue("applications_database")
    schema = f"test_{uuid4().hex}"
    with database.connect() as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_SCHEMA": schema,
        **database.patient_environ(),
    }


ENGINES: dict[str, Callable[[pytest.FixtureRequest], Settings]] = {
    "popo": popo,
    "sqlite": sqlite,
    "postgres": postgres,
}

# The modules for dynamic consistency boundaries, which need the same settings.
DCB_MODULES: dict[str, str] = {
    "popo": "eventsourcing.dcb.popo",
    "sqlite": "eventsourcing.dcb.sqlite",
    "postgres": "eventsourcing.dcb.postgres_tt",
}
