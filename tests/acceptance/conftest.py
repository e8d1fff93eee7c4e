"""The environments of the tutorial."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from eventsourcing.cipher import AESCipher
from tests.support.databases import PostgresDatabase

SQLITE_NAMES = {
    "sqlite file": "{folder}/dog-school.db",
    "sqlite private memory": ":memory:",
    "sqlite shared memory": "file:{unique}?mode=memory&cache=shared",
    "sqlite unnamed shared memory": "file::memory:?mode=memory&cache=shared",
}
HIDING: Mapping[str, str] = {
    "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
    "COMPRESSOR_TOPIC": "eventsourcing.compressor:ZlibCompressor",
}


@pytest.fixture(params=["memory", *SQLITE_NAMES, "postgres", "postgres, hidden"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of an application whose database is empty."""
    name: str = request.param
    if name in SQLITE_NAMES:
        dbname = SQLITE_NAMES[name].format(folder=tmp_path, unique=uuid4().hex)
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": dbname,
            "SQLITE_LOCK_TIMEOUT": "120",
        }
    if name == "memory":
        return {}
    database: PostgresDatabase = request.getfixturevalue("postgres_database")
    settings = {"PERSISTENCE_MODULE": "eventsourcing.postgres", **database.patient_environ()}
    if name.endswith("hidden"):
        settings |= {"CIPHER_KEY": AESCipher.create_key(num_bytes=32), **HIDING}
    return settings
