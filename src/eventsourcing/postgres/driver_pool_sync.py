"""The driver's pool, which lets the interpreter end; base of the library's pool.

The hand-written twin of `driver_pool_async`.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

import psycopg
import psycopg_pool

__all__ = ["DriverPool"]

C = TypeVar("C", bound=psycopg.Connection[Any])


class DriverPool(psycopg_pool.ConnectionPool[C]):
    """The driver's pool.

    The driver waits five seconds for each of its threads. When the interpreter ends, they do not
    run any more; then the operating system closes the connections.
    """

    def close(self, timeout: float = 5.0) -> None:
        """Close all connections, and wait for the threads."""
        if not sys.is_finalizing():
            super().close(timeout)

    def __del__(self) -> None:
        if not sys.is_finalizing():
            super().__del__()
