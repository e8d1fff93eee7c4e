"""Runners that process in the background, so that somebody has to look for errors (Y49, Y50)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

from eventsourcing._concurrency.primitives_async import Event, wait_event
from eventsourcing.domain import TAggregateID
from eventsourcing.system.errors import raise_first
from eventsourcing.system.runner_async import AsyncRunner


class AsyncWatchedRunner(AsyncRunner[TAggregateID]):
    """A runner that keeps errors until they are asked for; `has_errored` is set then."""

    has_errored: Event

    @abstractmethod
    def _errors(self) -> Iterable[Exception | None]:
        """Return the errors so far, in the order in which they are looked for."""

    async def watch_for_errors(self, timeout: float | None = None) -> bool:
        """Wait until a worker fails, at most `timeout` seconds; then stop, which raises its error.

        Returns whether there was an error.
        """
        has_errored = await wait_event(self.has_errored, timeout)
        if has_errored:
            await self.stop()
        return has_errored

    def reraise_thread_errors(self) -> None:
        """Raise the first error of a worker, if there is one."""
        raise_first(self._errors())
