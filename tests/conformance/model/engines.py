"""Fresh databases for state machines, which need one for each of their runs; and how long they run.

`MODEL_EXAMPLES` and `MODEL_STEPS` in the environment make the search longer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from eventsourcing.persistence import Capabilities
from eventsourcing.popo.capabilities import CAPABILITIES as POPO
from eventsourcing.postgres.capabilities import CAPABILITIES as POSTGRES
from eventsourcing.sqlite.capabilities import CAPABILITIES as SQLITE
from eventsourcing.sqlite.capabilities import MEMORY_CAPABILITIES as SQLITE_MEMORY
from tests.conformance.conftest import fresh_schema
from tests.support.databases import PATIENT_SQLITE, PostgresDatabase

_DEFAULT_EXAMPLES = 15

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", _DEFAULT_EXAMPLES))
STEPS = int(os.environ.get("MODEL_STEPS", "30"))
PROFILE = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    # The same examples in each run, unless a longer search is asked for.
    database=None,
    derandomize=EXAMPLES == _DEFAULT_EXAMPLES,
    suppress_health_check=list(HealthCheck),
)
TIMEOUT = 60 + EXAMPLES * STEPS

FreshEnviron = Callable[[], AbstractContextManager[Mapping[str, str]]]


class Engine(NamedTuple):
    """An engine, and the function that gives it an empty database."""

    capabilities: Capabilities
    fresh_environ: FreshEnviron


def popo() -> Engine:
    @contextmanager
    def environ() -> Iterator[Mapping[str, str]]:
        yield {"PERSISTENCE_MODULE": "eventsourcing.popo"}

    return Engine(POPO, environ)


def sqlite_file(folder: Path) -> Engine:
    @contextmanager
    def environ() -> Iterator[Mapping[str, str]]:
        path = folder / f"{uuid4().hex}.db"
        yield {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(path),
            **PATIENT_SQLITE,
        }
        for file in folder.glob(f"{path.name}*"):
            file.unlink()

    return Engine(SQLITE, environ)


def sqlite_memory() -> Engine:
    @contextmanager
    def environ() -> Iterator[Mapping[str, str]]:
        name = f"file:{uuid4().hex}?mode=memory&cache=shared"
        yield {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": name,
            **PATIENT_SQLITE,
        }

    return Engine(SQLITE_MEMORY, environ)


def postgres(database: PostgresDatabase, connection: psycopg.Connection) -> Engine:
    @contextmanager
    def environ() -> Iterator[Mapping[str, str]]:
        settings = fresh_schema(database, connection)
        yield {"PERSISTENCE_MODULE": "eventsourcing.postgres", **settings}

    return Engine(POSTGRES, environ)


@pytest.fixture(params=["popo", "sqlite_file", "sqlite_memory", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Each engine in turn."""
    name: Any = request.param
    if name == "postgres":
        return postgres(*request.getfixturevalue("postgres_connection"))
    if name == "sqlite_file":
        return sqlite_file(tmp_path)
    return popo() if name == "popo" else sqlite_memory()
