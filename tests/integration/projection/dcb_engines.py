"""The engines of DCB applications, and their settings together with those of an engine of views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from eventsourcing.dcb.msgpack import MessagePackMapper
from eventsourcing.utils import get_topic
from tests.integration.application.engines import ENGINES
from tests.support.databases import PATIENT_SQLITE

Settings = dict[str, str]


def popo(_: pytest.FixtureRequest) -> Settings:
    return {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo"}


def sqlite(request: pytest.FixtureRequest) -> Settings:
    folder: Path = request.getfixturevalue("tmp_path")
    return {
        "PERSISTENCE_MODULE": "eventsourcing.dcb.sqlite",
        "SQLITE_DBNAME": str(folder / "decisions.db"),
        **PATIENT_SQLITE,
    }


def postgres(request: pytest.FixtureRequest) -> Settings:
    return {**ENGINES["postgres"](request), "PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt"}


DCB_ENGINES: dict[str, Callable[[pytest.FixtureRequest], Settings]] = {
    "popo": popo,
    "sqlite": sqlite,
    "postgres": postgres,
}
DURABLE_DCB_ENGINES: list[str] = [name for name in DCB_ENGINES if name != "popo"]


def join_settings(
    application_name: str, dcb_settings: Mapping[str, str], view_settings: Mapping[str, str]
) -> Settings:
    """Return the settings of an application and of whatever else there is."""
    settings = {"MAPPER_TOPIC": get_topic(MessagePackMapper), **dcb_settings}
    prefix = application_name.upper()
    return {
        **view_settings,
        **{f"{prefix}_{key}": value for key, value in settings.items()},
    }
