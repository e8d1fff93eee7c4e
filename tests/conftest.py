"""Rules and fixtures for all tests; they are written in `tests.support`."""

from hypothesis import settings

from tests.support.no_skips import pytest_make_collect_report, pytest_runtest_makereport
from tests.support.postgres import (
    own_postgres_server,
    postgres_database,
    postgres_folder,
    postgres_server,
    pytest_configure,
    pytest_configure_node,
)

__all__ = [
    "own_postgres_server",
    "postgres_database",
    "postgres_folder",
    "postgres_server",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
]

# How long an example takes says more about the machine than about the code.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")
