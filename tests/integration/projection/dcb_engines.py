"""The engines of DCB applications, and their settings together with those of an engine of views."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from eventsourcing.dcb.msgpack import MessagePackMapper
from eventsourcing.utils import get_topic

Settings = dict[str, str]


def popo(_: pytest.FixtureRequest) -> Settings:
    return {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo"}


DCB_ENGINES: dict[str, Callable[[pytest.FixtureRequest], Settings]] = {
    "popo": popo,
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
