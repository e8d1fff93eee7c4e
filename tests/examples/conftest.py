"""Applications of the examples, on each engine."""

from tests.integration.application.conftest import (
    applications_database,
    dcb_env,
    env,
    make_async,
    make_dcb_async,
    make_dcb_sync,
    make_sync,
)
from tests.integration.projection.conftest import durable_env

__all__ = [
    "applications_database",
    "dcb_env",
    "durable_env",
    "env",
    "make_async",
    "make_dcb_async",
    "make_dcb_sync",
    "make_sync",
]
