"""The projection of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.projection import AsyncBatchProjection
from examples.daily_counters.counting import count_by_day
from examples.daily_counters.view_async import AsyncDailyCounters


class AsyncDailyCounting(AsyncBatchProjection[AsyncDailyCounters]):
    """Counts what happened on each day, of a batch of events in one transaction."""

    name = "DailyCounting"
    batch_size = 1000
    time_zone: tzinfo = UTC

    async def process_events(self, batch: Sequence[tuple[Any, Tracking]]) -> None:
        """Add the numbers of the batch, and record the position of its last event."""
        _, tracking = batch[-1]
        await self.view.add(count_by_day((event for event, _ in batch), self.time_zone), tracking)
