# Generated from worker_async.py by tools/async_to_sync.py: do not edit.
"""What the workers of the multi-threaded runners have in common (contract Y47-Y57)."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic

from eventsourcing._concurrency.primitives_sync import Event, ShutDown
from eventsourcing._concurrency.signals_sync import Interruption, is_cancellation
from eventsourcing._concurrency.threads_sync import Thread
from eventsourcing.domain import TAggregateID
from eventsourcing.system.errors import EventProcessingError
from eventsourcing.system.follower_sync import Follower

logger: logging.Logger = logging.getLogger(__name__)

JOIN_TIMEOUT = 2.0


class Worker(Thread, Generic[TAggregateID]):
    """Works for one follower until it is stopped, or fails.

    A failure ends it: the error is kept in `error`, with the original one as its cause, and
    `has_errored`, which is shared with other workers, is set.
    """

    ERROR_CLASS: ClassVar[type[Exception]] = EventProcessingError

    def __init__(self, follower: Follower[TAggregateID], has_errored: Event | Interruption) -> None:
        super().__init__(name=f"{type(self).__name__}-{follower.name}")
        self.follower = follower
        self.has_errored = has_errored
        self.error: Exception | None = None
        self.is_stopping: Event = Event()
        self.has_started: Event = Event()

    def run(self) -> None:
        """Work until stopped; keep the error if that fails, also one that would end the program."""
        self.has_started.set()
        try:
            self._work()
        except ShutDown:
            pass  # nobody takes any more what this gives
        except BaseException as error:
            if is_cancellation(error):
                raise
            self._note_failure(error)
            self.error = self.ERROR_CLASS(str(error))
            self.error.__cause__ = error
            self.has_errored.set()
        finally:
            self.shut_down_queues()

    @abstractmethod
    def _work(self) -> None:
        """Work until `is_stopping` is set."""

    def _note_failure(self, error: BaseException) -> None:
        """Show the error in the status, unless the follower has done so."""

    def serves(self, leader_name: str) -> bool:  # noqa: ARG002
        """Say whether this has to do with the events of that leader."""
        return True

    def stop(self) -> None:
        """Have the work end soon, after the event in progress; does not wait. May be repeated."""
        self.is_stopping.set()

    def shut_down_queues(self) -> None:
        """Have no other worker wait for this one, which has ended or is to end."""


def stop_all(workers: Sequence[Worker[Any]]) -> None:
    """Have the workers end soon; does not wait."""
    for worker in workers:
        worker.stop()
    for worker in workers:
        worker.shut_down_queues()


def join_all(workers: Sequence[Worker[Any]]) -> None:
    """Wait until the workers have ended, at most 2 seconds for each."""
    for worker in workers:
        if worker.is_alive():
            worker.join(JOIN_TIMEOUT)
        if worker.is_alive():
            logger.warning("%s has not ended in %s seconds", worker.name, JOIN_TIMEOUT)
