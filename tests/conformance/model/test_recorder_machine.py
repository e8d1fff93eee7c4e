"""Every engine's process recorder behaves like the model, in both flavours (issue 4.7).

`MODEL_EXAMPLES` and `MODEL_STEPS` in the environment make the search longer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from eventsourcing.persistence import Capabilities
from eventsourcing.popo.capabilities import CAPABILITIES as POPO
from eventsourcing.postgres.capabilities import CAPABILITIES as POSTGRES
from eventsourcing.sqlite.capabilities import CAPABILITIES as SQLITE
from eventsourcing.sqlite.capabilities import MEMORY_CAPABILITIES as SQLITE_MEMORY
from tests.conformance.conftest import fresh_schema
from tests.conformance.model.flavours import Flavour, Tasks, Threads
from tests.conformance.model.recorder_machine import RecorderMachine
from tests.support.databases import PostgresDatabase

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "15"))
STEPS = int(os.environ.get("MODEL_STEPS", "30"))
PROFILE = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    # Nobody else's examples, and the same in each run: a failure here is one of this change.
    database=None,
    derandomize=EXAMPLES <= 15,
    suppress_health_check=list(HealthCheck),
)
FLAVOURS = pytest.mark.parametrize("flavour", [Threads, Tasks])
FreshEnviron = Callable[[], AbstractContextManager[Mapping[str, str]]]

pytestmark = pytest.mark.timeout(60 + EXAMPLES * STEPS)


def search(flavour: type[Flavour], capabilities: Capabilities, environ: FreshEnviron) -> None:
    """Drive recorders, on a new database each time, until the budget is used or they differ."""
    run_state_machine_as_test(
        lambda: RecorderMachine(flavour(), capabilities, environ), settings=PROFILE
    )


@FLAVOURS
def test_popo(flavour: type[Flavour]) -> None:
    """B1-B5, D1-D4, Y1-Y5, U1-U3: in memory."""

    @contextmanager
    def environ() -> Iterator[Mapping[str, str]]:
        yield {"PERSISTENCE_MODULE": "eventsourcing.popo"}

    search(flavour, POPO, environ)


@FLAVOURS
def test_sqlite_file(flavour: type[Flavour], tmp_path: Path) -> None:
    """B1-B5, D1-D5, Y1-Y5, U1-U3: in a file, with restarts."""

    @contextmanager
    def environ() -> Iterator[Mapping[str, str]]:
        path = tmp_path / f"{uuid4().hex}.db"
        yield {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        for file in tmp_path.glob(f"{path.name}*"):
            file.unlink()

    search(flavour, SQLITE, environ)


@FLAVOURS
def test_sqlite_memory(flavour: type[Flavour]) -> None:
    """B1-B5, D1-D4, Y1-Y5, U1-U3: in memory that connections share."""

    @contextmanager
    def environ() -> Iterator[Mapping[str, str]]:
        name = f"file:{uuid4().hex}?mode=memory&cache=shared"
        yield {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": name}

    search(flavour, SQLITE_MEMORY, environ)


@FLAVOURS
def test_postgres(
    flavour: type[Flavour], postgres_connection: tuple[PostgresDatabase, psycopg.Connection]
) -> None:
    """B1-B5, D1-D5, Y1-Y5, U1-U3: in a database server, with restarts."""

    @contextmanager
    def environ() -> Iterator[Mapping[str, str]]:
        yield {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            **fresh_schema(*postgres_connection),
        }

    search(flavour, POSTGRES, environ)
