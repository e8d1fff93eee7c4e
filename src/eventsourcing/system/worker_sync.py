# Generated from worker_async.py by tools/async_to_sync.py: do not edit.
"""What the workers of the multi-threaded runners have in common (contract Y47-Y57)."""

from __future__ import annotations

import logging
from abc import abstractmethod
from typing import Any, ClassVar, Generic

from eventsourcing._concurrency.primitives_sync import Event, ShutDown, wait_event
from eventsourcing._concurrency.threads_sync import Thread
from eventsourcing.application import EnvType
from eventsourcing.domain import TAggregateID
from eventsourcing.system.errors import EventProcessingError
from eventsourcing.system.follower_sync import Follower
from eventsourcing.system.listening_sync import LeaderListener
from eventsourcing.system.runner_sync import LocalRunner
from eventsourcing.system.system_sync import System

logger: logging.Logger = logging.getLogger(__name__)

_JOIN_TIMEOUT = 2.0


class Worker(Thread, Generic[TAggregateID]):
    """Works for one follower until it is stopped, or fails.

    A failure ends it: the error is kept in `error`, with the original one as its cause, and
    `has_errored`, which all workers of a runner share, is set.
    """

    ERROR_CLASS: ClassVar[type[Exception]] = EventProcessingError

    def __init__(self, follower: Follower[TAggregateID], has_errored: Event) -> None:
        super().__init__(name=f"{type(self).__name__}-{follower.name}")
        self.follower = follower
        self.has_errored = has_errored
        self.error: Exception | None = None
        self.is_stopping: Event = Event()
        self.has_started: Event = Event()

    def run(self) -> None:
        """Work until stopped; keep the error if that fails."""
        self.has_started.set()
        try:
            self._work()
        except ShutDown:
            pass  # the queues between the workers are shut down when the runner stops
        except Exception as error:
            self.error = self.ERROR_CLASS(str(error))
            self.error.__cause__ = error
            self.has_errored.set()

    @abstractmethod
    def _work(self) -> None:
        """Work until `is_stopping` is set."""

    def stop(self) -> None:
        """Have the work end soon, after the event in progress; does not wait. May be repeated."""
        self.is_stopping.set()


class WorkersRunner(LocalRunner[TAggregateID]):
    """A runner with workers: `save()` does not wait for followers, which process by themselves.

    When a worker fails, the others go on until the runner is stopped. If `LISTENS` is true, new
    events of other processes are processed soon, on engines that can be subscribed to. Otherwise
    they are, when the leader in this process saves next.
    """

    LISTENS: ClassVar[bool] = False

    def __init__(self, system: System, env: EnvType | None = None) -> None:
        self.has_errored: Event = Event()
        self._listeners: list[LeaderListener] = []
        super().__init__(system, env)

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
    def _prompt(self, leader_name: str) -> None:
        """Have the followers of the leader pull to the end of its log."""

    def _begin(self) -> None:
        for worker in self._workers:
            worker.start()
        for leader in self._leaders:
            if self.LISTENS:
                listener = LeaderListener(leader, self._prompt, self.has_errored)
                self._listeners.append(listener)
                listener.start()
            self._prompt(leader.name)

    def _end(self) -> None:
        for worker in self._workers:
            worker.stop()
        for listener in self._listeners:
            listener.stop(_JOIN_TIMEOUT)
        for worker in self._workers:
            if worker.is_alive():
                worker.join(_JOIN_TIMEOUT)
            if worker.is_alive():
                logger.warning("%s has not ended in %s seconds", worker.name, _JOIN_TIMEOUT)

    def stop(self) -> None:
        """Stop the workers, close the applications, and raise the first error of a worker.

        Waits for the events in progress, at most 2 seconds for each worker. What is queued is left
        to a later runner. May be called repeatedly, and raises the error each time.
        """
        try:
            super().stop()
        finally:
            self.reraise_thread_errors()

    def watch_for_errors(self, timeout: float | None = None) -> bool:
        """Wait until a worker fails, at most `timeout` seconds; then stop, which raises its error.

        Returns whether there was an error.
        """
        has_errored = wait_event(self.has_errored, timeout)
        if has_errored:
            self.stop()
        return has_errored

    def reraise_thread_errors(self) -> None:
        """Raise the first error of a worker, if there is one."""
        errors = [each.error for each in self._workers]
        errors += [each.error for each in self._listeners]
        for error in errors:
            if error is not None:
                raise error
