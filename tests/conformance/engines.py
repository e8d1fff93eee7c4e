"""The engines under test: what they can do, and an environment for each test."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

import pytest

from eventsourcing.persistence import Capabilities
from eventsourcing.popo.capabilities import CAPABILITIES as POPO
from eventsourcing.postgres.capabilities import CAPABILITIES as POSTGRES
from eventsourcing.sqlite.capabilities import CAPABILITIES as SQLITE
from eventsourcing.sqlite.capabilities import MEMORY_CAPABILITIES as SQLITE_MEMORY
from tests.support.databases import PATIENT_SQLITE


class Popo:
    capabilities: ClassVar[Capabilities] = POPO

    @pytest.fixture
    def environ(self) -> dict[str, str]:
        return {"PERSISTENCE_MODULE": "eventsourcing.popo"}


class DCBPopo:
    capabilities: ClassVar[Capabilities] = POPO

    @pytest.fixture
    def environ(self) -> dict[str, str]:
        return {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo"}


class SQLiteFile:
    capabilities: ClassVar[Capabilities] = SQLITE
    settings: ClassVar[dict[str, str]] = {}

    @pytest.fixture
    def environ(self, tmp_path: Path) -> dict[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(tmp_path / "events.db"),
            **PATIENT_SQLITE,
            **self.settings,
        }


class SQLiteMemory:
    capabilities: ClassVar[Capabilities] = SQLITE_MEMORY
    settings: ClassVar[dict[str, str]] = {}

    @pytest.fixture
    def environ(self) -> dict[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": f"file:{uuid4().hex}?mode=memory&cache=shared",
            **PATIENT_SQLITE,
            **self.settings,
        }


class DCBSQLiteFile(SQLiteFile):
    settings: ClassVar[dict[str, str]] = {"PERSISTENCE_MODULE": "eventsourcing.dcb.sqlite"}


class DCBSQLiteMemory(SQLiteMemory):
    settings: ClassVar[dict[str, str]] = {"PERSISTENCE_MODULE": "eventsourcing.dcb.sqlite"}


class Postgres:
    capabilities: ClassVar[Capabilities] = POSTGRES
    settings: ClassVar[dict[str, str]] = {}

    @pytest.fixture
    def environ(self, postgres_environ: dict[str, str]) -> dict[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            **postgres_environ,
            **self.settings,
        }


class DCBPostgres(Postgres):
    settings: ClassVar[dict[str, str]] = {"PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt"}


class WithTextIds:
    id_type: ClassVar[type[UUID | str]] = str
    settings: ClassVar[dict[str, str]] = {"ORIGINATOR_ID_TYPE": "text"}


class MultiRow:
    settings: ClassVar[dict[str, str]] = {"SINGLE_ROW_TRACKING": "no"}
