# Generated from workers_runner_async.py by tools/async_to_sync.py: do not edit.
"""The base of the multi-threaded runners: each follower has workers of its own (Y47-Y57)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from eventsourcing._concurrency.primitives_sync import Event
from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.application import EnvType, RecordingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.system.follower_sync import Follower
from eventsourcing.system.listening_sync import LeaderListener
from eventsourcing.system.runner_sync import LocalRunner
from eventsourcing.system.status import SystemStatus
from eventsourcing.system.system_sync import System
from eventsourcing.system.watching_sync import WatchedRunner
from eventsourcing.system.worker_sync import JOIN_TIMEOUT, Worker, join_all, stop_all


class WorkersRunner(LocalRunner[TAggregateID], WatchedRunner[TAggregateID]):
    """A runner with workers: `save()` does not wait for followers, which process by themselves.

    When a worker fails, the others go on until the runner is stopped. If `LISTENS` is true, new
    events of other processes are processed soon, on engines that can be subscribed to. Otherwise
    they are, when the leader in this process saves next.
    """

    LISTENS: ClassVar[bool] = False

    def __init__(
        self,
        system: System,
        env: EnvType | None = None,
        *,
        on_progress: Callable[[SystemStatus], object] | None = None,
    ) -> None:
        self._listeners: list[LeaderListener] = []
        super().__init__(system, env, on_progress=on_progress)
        if self.LISTENS:
            self._listeners = [
                LeaderListener(each, self._prompt, self.has_errored) for each in self._leaders
            ]
        for name in system.followers:
            self._add_workers(name, self.has_errored)

    def _construct_follower(self, name: str) -> Follower[Any]:
        try:
            return super()._construct_follower(name)
        except BaseException:
            self.has_errored.set()
            raise

    @property
    @abstractmethod
    def _workers(self) -> list[Worker[Any]]:
        """All workers, in the order in which errors are looked for."""

    @abstractmethod
    def _add_workers(
        self, follower_name: str, has_errored: Event | Interruption
    ) -> list[Worker[Any]]:
        """Make workers for a follower, to be told and prompted from now on."""

    @abstractmethod
    def _remove_workers(self, follower_name: str) -> None:
        """Neither tell nor prompt the workers of the follower any longer."""

    @abstractmethod
    def _tell(self, message: RecordingEvent[Any]) -> None:
        """Hand a message of a leader to the workers of its followers."""

    @abstractmethod
    def _prompt(self, leader_name: str) -> None:
        """Have the followers of the leader pull to the end of its log."""

    def _begin(self) -> None:
        for worker in self._workers:
            worker.start()
        for listener in self._listeners:
            listener.start()
        for leader_name in self.system.leaders:
            self._prompt(leader_name)

    def _end(self) -> None:
        workers = self._workers
        stop_all(workers)
        for listener in self._listeners:
            listener.stop(JOIN_TIMEOUT)
        join_all(workers)

    def stop(self) -> None:
        """Stop the workers, close the applications, and raise the first error of a worker.

        Waits for the events in progress, at most 2 seconds for each worker. What is queued is left
        to a later runner. May be called repeatedly, and raises the error each time.
        """
        self._interruption.set()
        try:
            super().stop()
        finally:
            self.reraise_thread_errors()

    def _errors(self) -> Iterable[Exception | None]:
        errors = [each.error for each in self._workers]
        return errors + [each.error for each in self._listeners]

    def _is_processing(self, leader_name: str, follower_name: str) -> bool:
        workers = [
            each
            for each in self._workers
            if each.follower.name == follower_name and each.serves(leader_name)
        ]
        return bool(workers) and all(each.is_alive() for each in workers)
