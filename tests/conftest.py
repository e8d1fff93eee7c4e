"""Rules and fixtures for all tests; they are written in `tests.support`."""

import signal

from hypothesis import HealthCheck, settings

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

# How long an example takes says more about the machine than about the code. The same examples in
# each run, so that none depends on luck; `--hypothesis-profile=default` tries others.
settings.register_profile(
    "tests",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    database=None,
)
settings.load_profile("tests")

# Shells start what runs in the background with this signal ignored, and processes inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
