# Generated from watching_async.py by tools/async_to_sync.py: do not edit.
"""Runners that process in the background, so that somebody has to look for errors (Y49, Y50)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

from eventsourcing._concurrency.signals_sync import Interruption, Signal
from eventsourcing.application import EnvType
from eventsourcing.domain import TAggregateID
from eventsourcing.system.errors import raise_first
from eventsourcing.system.runner_sync import Runner
from eventsourcing.system.system_sync import System


class WatchedRunner(Runner[TAggregateID]):
    """A runner that keeps errors until they are asked for; `has_errored` is set then."""

    def __init__(self, system: System, env: EnvType | None = None) -> None:
        super().__init__(system, env)
        self.has_errored: Interruption = Interruption()
        self._interruption = Interruption()  # set by `stop()`

    @abstractmethod
    def _errors(self) -> Iterable[Exception | None]:
        """Return the errors so far, in the order in which they are looked for."""

    def watch_for_errors(self, timeout: float | None = None) -> bool:
        """Wait until a worker fails, at most `timeout` seconds; then stop, which raises its error.

        Returns false when the time is up, or when another thread (or task) stops the runner.
        """
        is_told = Signal()
        for each in (self.has_errored, self._interruption):
            each.listen(is_told)
        try:
            is_told.wait_at_most(timeout)
        finally:
            for each in (self.has_errored, self._interruption):
                each.unlisten(is_told)
        if not self.has_errored.is_set():
            return False
        self.stop()
        return True

    def reraise_thread_errors(self) -> None:
        """Raise the first error of a worker, if there is one."""
        raise_first(self._errors())
