"""The driver's pool; base of the library's pool.

The hand-written twin of `driver_pool_async`.
"""

from __future__ import annotations

from psycopg_pool import ConnectionPool as DriverPool

__all__ = ["DriverPool"]
