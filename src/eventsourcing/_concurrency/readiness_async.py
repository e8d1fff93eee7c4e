# Hand-written pair: an event loop watches files for its tasks, a thread watches them itself.
"""`Readiness` on asyncio: waiting for a file, or to be woken, whichever comes first.

Used by what listens to a database server.
"""

import asyncio
from contextlib import suppress

from eventsourcing._concurrency.async_signals import ThreadSafeEvent

__all__ = ["Readiness"]


class Readiness:
    """Lets one task wait until a file can be read, or until somebody wakes it.

    While nothing happens, nothing runs.
    """

    def __init__(self) -> None:
        self._event = ThreadSafeEvent()

    def wake(self) -> None:
        """End the wait, or else the next one; does not block.

        May be called by any thread, and by signal handlers and finalizers.
        """
        self._event.set()

    def close(self) -> None:
        """Give up what waiting needs, when there will be none any more; waking is harmless."""

    async def wait(self, fileno: int | None = None, seconds: float | None = None) -> bool:
        """Wait until the file can be read or has failed, or this is woken; or the time is up.

        Return false if the time was up. What it was otherwise, the caller finds out; who changes
        something and then wakes is never missed.
        """
        loop = asyncio.get_running_loop()
        if fileno is not None:
            loop.add_reader(fileno, self._event.set)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._event.wait()
        finally:
            if fileno is not None:
                loop.remove_reader(fileno)
            has_happened = self._event.is_set()
            self._event.clear()
        return has_happened
