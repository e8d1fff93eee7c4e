# Hand-written pair: only the queue for threads counts what is unfinished by itself.
"""The queues between the stages of a runner."""

from __future__ import annotations

from typing import TypeVar

from eventsourcing._concurrency.primitives_async import Queue

T = TypeVar("T")


class StageQueue(Queue[T]):
    """A queue that knows how many of its items were not taken, or are still being handled."""

    def __init__(self, maxsize: int = 0) -> None:
        super().__init__(maxsize)
        self.unfinished_tasks: int = 0

    def put_nowait(self, item: T) -> None:
        """Add an item without waiting; raises Full or ShutDown."""
        super().put_nowait(item)
        self.unfinished_tasks += 1

    def task_done(self) -> None:
        """Say that an item that was taken needs no more attention."""
        self.unfinished_tasks -= 1

    def shutdown(self, immediate: bool = False) -> None:
        """Accept no more items, let `get` drain the queue or drop the items, wake all waiters."""
        if immediate:
            self.unfinished_tasks -= self.qsize()
        super().shutdown(immediate)
