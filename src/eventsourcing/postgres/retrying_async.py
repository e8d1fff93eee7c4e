"""Repeating operations that certainly changed nothing (contract G28, G29)."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from eventsourcing._concurrency.primitives_async import sleep
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres.errors import may_be_retried

T = TypeVar("T")

_ATTEMPTS = 10
_PAUSE_SECONDS = 0.2


async def retry(operation: Callable[[], Awaitable[T]]) -> T:
    """Return what the operation returns, which is attempted up to ten times.

    It is attempted again after `InterfaceError` and `OperationalError`, unless the pool is closed
    or exhausted, or it is not known whether a transaction was committed.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await operation()
        except (InterfaceError, OperationalError) as error:
            if not may_be_retried(error):
                raise
        await sleep(_PAUSE_SECONDS * random.uniform(0.95, 1.05))  # noqa: S311 (only jitter)
    return await operation()
