"""The engines on which the tests of applications run: a name, and what makes its settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Settings = dict[str, str]


def popo(_: pytest.FixtureRequest) -> Settings:
    return {"PERSISTENCE_MODULE": "eventsourcing.popo"}


def sqlite(request: pytest.FixtureRequest) -> Settings:
    folder: Path = request.getfixturevalue("tmp_path")
    return {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(folder / "application.db"),
        "SQLITE_LOCK_TIMEOUT": "20",
    }


def postgres(request: pytest.FixtureRequest) -> Settings:
    database = request.getfixturevalue("postgres_database")
    return {"PERSISTENCE_MODULE": "eventsourcing.postgres", **database.environ()}


ENGINES: dict[str, Callable[[pytest.FixtureRequest], Settings]] = {
    "popo": popo,
    "sqlite": sqlite,
}
