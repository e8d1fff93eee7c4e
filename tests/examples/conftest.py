"""Applications of the examples, on each engine."""

from tests.integration.application.conftest import (
    applications_database,
    env,
    make_async,
    make_sync,
)

__all__ = ["applications_database", "env", "make_async", "make_sync"]
