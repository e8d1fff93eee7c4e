"""Leadership: doing something only while a lease is held, and waiting for the lease otherwise."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable
from time import monotonic

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.persistence.leases_async import AsyncLease

logger: logging.Logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.5
_CHECK_SECONDS = 1.0
_PATIENCE_SECONDS = 30.0


class AsyncLeadership:
    """Has work done while a lease is held: by one of all the processes that run the same.

    `work` is called with an event, and returns (or raises) soon after that is set. It is set when
    this is stopped, or when the lease is lost; in that case the work begins anew when the lease has
    been acquired again. Meanwhile another process may lead already, so the work must be right even
    if the end of one term overlaps with the beginning of the next.

    The lease is tried for twice a second, and asked for every second while it is held.
    """

    def __init__(
        self,
        lease: AsyncLease,
        work: Callable[[Interruption], Awaitable[object]],
        interruption: Interruption | None = None,
    ) -> None:
        self.is_leading: bool = False
        self._lease = lease
        self._work = work
        self._interruption = Interruption() if interruption is None else interruption
        self._failing_since: float | None = None

    def stop(self) -> None:
        """End the work and return from `run()`; does not wait for that.

        May be called repeatedly, by any thread, and by signal handlers.
        """
        self._interruption.set()

    async def run(self) -> None:
        """Wait for the lease, work, and begin again if it is lost; until stopped.

        Returns when the work is done. Raises what the work raises, unless the lease is lost then:
        what lost the lease will have failed the work, too. Raises `OperationalError` if the lease
        cannot be tried for during half a minute.
        """
        try:
            while not self._interruption.is_set():
                if await self._try_acquire():
                    if await self._lead():
                        return
                    await self._lease.release()  # what is left of it, so that others may have it
                pause = _POLL_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 (only jitter)
                await self._interruption.wait_at_most(pause)
        finally:
            await self._lease.release()  # also if it was not acquired: trying needs something, too

    async def _try_acquire(self) -> bool:
        try:
            is_acquired = await self._lease.try_acquire()
        except (InterfaceError, OperationalError) as error:
            now = monotonic()
            self._failing_since = self._failing_since or now
            if now - self._failing_since > _PATIENCE_SECONDS:
                raise
            logger.warning("Lease '%s' cannot be tried for now: %s", self._lease.name, error)
            return False
        self._failing_since = None
        return is_acquired

    async def _lead(self) -> bool:
        """Work until that is done, or the lease is lost; return whether it is done."""
        term = Interruption()
        is_lost = Interruption()
        self._interruption.listen(term)
        is_lost.listen(term)
        watcher = spawn(self._watch, term, is_lost, name=f"lease-{self._lease.name}")
        self.is_leading = True
        logger.info("Lease '%s' was acquired", self._lease.name)
        try:
            await self._work(term)
        except Exception as error:
            if await self._lease.is_held():
                raise
            logger.warning("Lease '%s' was lost: %r", self._lease.name, error)
            return False
        finally:
            self.is_leading = False
            term.set()
            self._interruption.unlisten(term)
            await watcher.join()
        if is_lost.is_set():
            logger.warning("Lease '%s' was lost", self._lease.name)
        return not is_lost.is_set()

    async def _watch(self, term: Interruption, is_lost: Interruption) -> None:
        try:
            while not await term.wait_at_most(_CHECK_SECONDS):
                if not await self._lease.is_held():
                    is_lost.set()
        except BaseException:
            is_lost.set()  # nobody knows any more whether it is held
            raise
