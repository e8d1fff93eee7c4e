# Hand-written pair: a function that fetches a password may block, which an event loop cannot bear.
"""Calling the function that returns the password for a new connection."""

from __future__ import annotations

from collections.abc import Callable

from eventsourcing._concurrency.workers import Worker


async def fetch_password(get_password: Callable[[], str]) -> str:
    """Return what the function returns; it is called in a thread."""
    worker = Worker()
    try:
        return await worker.run(get_password)
    finally:
        worker.close()
