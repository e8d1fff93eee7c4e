"""The settings of the databases on which systems are tested."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.application.engines import Settings, popo, postgres
from tests.support.databases import PATIENT_SQLITE

# On SQLite each application has a database of its own: the names of tables are the same in all.
NAMES = (
    "Shop",
    "PlainShop",
    "Printer",
    "Archive",
    "Library",
    "ChoosyArchive",
    "Requests",
    "Answers",
    "Single",
)


def sqlite_file(request: pytest.FixtureRequest) -> Settings:
    folder: Path = request.getfixturevalue("tmp_path")
    return {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        **PATIENT_SQLITE,
        **{f"{name.upper()}_SQLITE_DBNAME": str(folder / f"{name}.db") for name in NAMES},
    }


def sqlite_shared_memory(_: pytest.FixtureRequest) -> Settings:
    unique = uuid4().hex
    return {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        **PATIENT_SQLITE,
        **{
            f"{name.upper()}_SQLITE_DBNAME": f"file:{name}_{unique}?mode=memory&cache=shared"
            for name in NAMES
        },
    }


ENGINES: dict[str, Callable[[pytest.FixtureRequest], Settings]] = {
    "popo": popo,
    "sqlite_file": sqlite_file,
    "sqlite_shared_memory": sqlite_shared_memory,
    "postgres": postgres,
}
