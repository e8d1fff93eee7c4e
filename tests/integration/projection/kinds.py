"""Both kinds of applications that can be followed: with aggregates, and with decisions."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.integration.application.engines import ENGINES
from tests.integration.projection.dcb_engines import (
    DCB_ENGINES,
    DURABLE_DCB_ENGINES,
    join_settings,
)
from tests.integration.projection.decisions_sync import Decisions, make_decisions_runner
from tests.integration.projection.samples_sync import Upstream, make_runner


class Kind(NamedTuple):
    """A class of applications, and what makes a runner that follows one."""

    application_class: Any
    make_runner: Any


KINDS = {
    "aggregates": Kind(Upstream, make_runner),
    "decisions": Kind(Decisions, make_decisions_runner),
}
DURABLE = [
    ("aggregates", "sqlite"),
    ("aggregates", "postgres"),
    *(("decisions", engine) for engine in DURABLE_DCB_ENGINES),
]
"""Kinds with engines that several processes may use."""


class Followed(NamedTuple):
    """A kind of application, and the settings of one and of a view."""

    kind_name: str
    env: dict[str, str]

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_name]


def make_followed(request: pytest.FixtureRequest) -> Followed:
    """Return what the parameter of the request says: one of `DURABLE`."""
    kind_name, engine = request.param
    env = ENGINES[engine](request)
    if kind_name == "decisions":
        env = join_settings("Upstream", DCB_ENGINES[engine](request), env)
    return Followed(kind_name, env)
