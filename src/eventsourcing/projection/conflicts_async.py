"""Deciding again when somebody else was faster: what partitions and retries do (issue 5.3, 5.6)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.persistence import IntegrityError, RetriedTracking, Tracking
from eventsourcing.persistence.recorders_async import AsyncTrackingRecorder
from eventsourcing.projection.error_policy import RetryInterruptedError
from eventsourcing.projection.jobs import Job
from eventsourcing.projection.processors_async import AsyncProcessor

_MOST_RETRIES = 50
_FIRST_PAUSE = 0.002
_LONGEST_PAUSE = 0.1


class AsyncRetryingConflicts:
    """Processes an event again when an aggregate that it changes was changed by somebody else.

    An `IntegrityError` for another reason looks the same, so it is raised after fifty more
    attempts, which take some two seconds; one because of the event's position is raised at once.
    """

    def __init__(
        self, processor: AsyncProcessor, recorder: AsyncTrackingRecorder, interruption: Interruption
    ) -> None:
        self._processor = processor
        self._recorder = recorder
        self._interruption = interruption

    @property
    def batch_size(self) -> int:
        """That of the other processor."""
        return self._processor.batch_size

    async def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Process the events, if need be several times."""
        tracking = jobs[0][1]
        pauses = _pauses()
        while True:
            try:
                await self._processor.process(jobs)
            except IntegrityError:
                pause = next(pauses, None)
                if pause is None or await self._is_processed(tracking):
                    raise
            else:
                return
            if await self._interruption.wait_at_most(pause):
                raise RetryInterruptedError(f"Stopped before {tracking} was processed")

    async def _is_processed(self, tracking: Tracking) -> bool:
        if isinstance(tracking, RetriedTracking):
            return not await has_dead_letter(self._recorder, tracking)
        position = await self._recorder.max_tracking_id(tracking.application_name)
        return (position or 0) >= tracking.notification_id


async def has_dead_letter(recorder: AsyncTrackingRecorder, tracking: Tracking) -> bool:
    """Say whether there is a dead letter: others may have retried or dropped it."""
    name, id_ = tracking.application_name, tracking.notification_id
    found = await recorder.select_dead_letters(name, 1, gt=id_ - 1)
    return bool(found) and found[0].notification_id == id_


def _pauses() -> Iterator[float]:
    """Yield the seconds to wait before each further attempt, at random so that one is first."""
    longest = _FIRST_PAUSE
    for _ in range(_MOST_RETRIES):
        yield random.uniform(0, longest)  # noqa: S311 (only jitter)
        longest = min(2 * longest, _LONGEST_PAUSE)
