"""Processing that is done while leases are held: what the runners which share their work run."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing._concurrency.signals_async import Interruption, is_cancellation
from eventsourcing.persistence.leases_async import AsyncLease
from eventsourcing.projection.leadership_async import AsyncLeadership
from eventsourcing.projection.processing_async import (
    AsyncProcessing,
    AsyncSource,
    warn_without_owner,
)
from eventsourcing.projection.processors_async import AsyncProcessor

logger: logging.Logger = logging.getLogger(__name__)

Work = Callable[[Interruption], Awaitable[object]]


class AsyncLedProcessing:
    """Plays the part of the processing for a runner that does it under one or several leases.

    It does not refer to the runner; `get_owner` returns that, or `None` when it was collected. The
    first error ends all.
    """

    def __init__(self, interruption: Interruption, get_owner: Callable[[], object | None]) -> None:
        self.last_error: BaseException | None = None
        self._interruption = interruption
        self._get_owner = get_owner
        self._error: BaseException | None = None
        self._has_failed = False
        self._observers: tuple[Callable[[], Awaitable[None]], ...] = ()
        self._leaderships: list[AsyncLeadership] = []
        self._running: dict[int, AsyncProcessing] = {}

    @property
    def is_running(self) -> bool:
        """Whether events are being processed here, because a lease is held."""
        return bool(self._running)

    @property
    def position(self) -> int | None:
        """The last position that was processed here, where that is furthest behind."""
        return min((each.position or 0 for each in tuple(self._running.values())), default=0)

    def rate(self) -> float:
        """Return the number of events that are processed here in a second."""
        return sum(each.rate() for each in tuple(self._running.values()))

    def leading(self) -> list[bool]:
        """Say of each lease whether it is held, in the order in which they were added."""
        return [leadership.is_leading for leadership in self._leaderships]

    def add_observer(self, observer: Callable[[], Awaitable[None]]) -> None:
        """Have the function called each time that events have been processed; it must not raise."""
        self._observers = (*self._observers, observer)

    def add_work(self, lease: AsyncLease, work: Work) -> None:
        """Have the work done while the lease is held, once `run()` is called."""
        self._leaderships.append(AsyncLeadership(lease, work, self._interruption))

    def note_failure(self, error: BaseException) -> None:
        """Show an error that was dealt with, by trying again or putting the event aside."""
        self.last_error = error

    def take_error(self) -> BaseException | None:
        """Return the first error, once."""
        error, self._error = self._error, None
        return error

    async def run(self) -> None:
        """Contend for all leases, and do what is to be done under each, until interrupted."""
        tasks = [spawn(self._lead, each, name="lead") for each in self._leaderships[1:]]
        await self._lead(self._leaderships[0])
        for task in tasks:
            await task.join()

    async def process(
        self, source: AsyncSource, processor: AsyncProcessor, term: Interruption
    ) -> None:
        """Process the events of a source until the term ends; raise the error if one fails."""
        processing = AsyncProcessing(source, processor, term)
        for observer in self._observers:
            processing.add_observer(observer)
        self._running[id(processing)] = processing
        try:
            await processing.run()
        finally:
            del self._running[id(processing)]
        error = processing.take_error()
        if error is not None:
            raise error

    async def _lead(self, leadership: AsyncLeadership) -> None:
        try:
            await leadership.run()
        except BaseException as error:
            if is_cancellation(error):
                raise
            self._keep(error)
        finally:
            self._interruption.set()

    def _keep(self, error: BaseException) -> None:
        if self._has_failed:
            logger.error("Another error came after the one that ended this", exc_info=error)
            return
        self._has_failed = True
        self._error = self.last_error = error
        warn_without_owner(self._get_owner, error)


class AsyncLimitedLease(AsyncLease):
    """A lease that is only tried for while a token can be taken from a list, which it then keeps.

    So no more leases are held at a time than there are tokens.
    """

    def __init__(self, lease: AsyncLease, tokens: list[object]) -> None:
        super().__init__(lease.name)
        self._lease = lease
        self._tokens = tokens
        self._taken: list[object] = []

    async def try_acquire(self) -> bool:
        """Take the lease if nobody holds it, and there is a token."""
        if not self._taken:
            try:
                self._taken.append(self._tokens.pop())
            except IndexError:
                return False
        is_acquired = False
        try:
            is_acquired = await self._lease.try_acquire()
        finally:
            if not is_acquired:
                self._give_back()
        return is_acquired

    async def release(self) -> None:
        """Give up the lease and the token."""
        try:
            await self._lease.release()
        finally:
            self._give_back()

    async def is_held(self) -> bool:
        """Ask whether the lease is held."""
        return await self._lease.is_held()

    def _give_back(self) -> None:
        while self._taken:
            self._tokens.append(self._taken.pop())


def lease_name(projection: Any, application_name: str, *suffix: str) -> str:
    """Return the name of the lease for following an application, or part of it."""
    parts: Sequence[str] = (projection.name, application_name, *suffix)
    return ":".join(parts)
