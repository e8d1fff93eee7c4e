"""The queues between the stages of a runner.

The hand-written twin of `stage_queue_async`.
"""

from __future__ import annotations

from typing import TypeVar

from eventsourcing._concurrency.primitives_sync import Queue

T = TypeVar("T")


class StageQueue(Queue[T]):
    """A queue that knows how many of its items were not taken, or are still being handled."""
