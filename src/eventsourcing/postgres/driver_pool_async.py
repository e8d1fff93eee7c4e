# Hand-written pair: tasks can be cancelled, and the driver's workers would go on all the same.
"""The driver's pool, whose workers end when they are told to; base of the library's pool."""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
import psycopg_pool

from eventsourcing._concurrency.cancellation import raise_if_cancelled

__all__ = ["AsyncDriverPool"]

C = TypeVar("C", bound=psycopg.AsyncConnection[Any])


class AsyncDriverPool(psycopg_pool.AsyncConnectionPool[C]):
    """The driver's pool.

    The driver takes the cancellation of a worker that is just then connecting for an error of
    connecting, and goes on. An event loop that is told to end, for example by `asyncio.run()`,
    would wait for such workers for ever.
    """

    @classmethod
    async def worker(cls, q: Any) -> None:
        """Do what is to be done, until told to end or cancelled."""
        await super().worker(_CancellableJobs(q))  # type: ignore[arg-type]


class _CancellableJobs:
    """The queue from which a worker takes what it is to do."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue

    async def get(self) -> Any:
        raise_if_cancelled()
        return await self._queue.get()
