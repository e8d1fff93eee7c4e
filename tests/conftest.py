"""Rules and fixtures for all tests; they are written in `tests.support`."""

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
