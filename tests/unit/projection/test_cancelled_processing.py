"""Tasks that are cancelled while they process an event: issue 5.3."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from eventsourcing.domain import Aggregate
from eventsourcing.projection import PutAside, Retry
from eventsourcing.projection.error_handling_async import handle_errors, tell_failures
from eventsourcing.projection.processors_async import select_processor
from tests.unit.projection.gates_async import PATIENCE, AsyncSeeing, make_runner
from tests.unit.projection.mishaps_async import NAME, AsyncFragile, make_jobs, make_recorder


@pytest.mark.parametrize("policy", [Retry(wait=0), Retry(then=PutAside()), PutAside()])
async def test_cancelling_is_no_failure(policy: Retry | PutAside) -> None:
    """Issue 5.3: the event is neither tried again nor put aside."""
    projection = AsyncFragile(make_recorder())
    projection.on_error = policy
    projection.breaks(1, asyncio.CancelledError())
    processor = handle_errors(select_processor(projection), projection, projection.view)
    with pytest.raises(asyncio.CancelledError):
        await processor.process(make_jobs(Aggregate()))
    assert projection.attempts == [1]
    assert await projection.view.max_tracking_id(NAME) is None
    assert await projection.view.count_dead_letters(NAME) == 0


async def test_a_pause_can_be_cancelled() -> None:
    """Issue 5.3: at once."""
    projection = AsyncFragile(make_recorder())
    projection.on_error = Retry(wait=1000, longest_wait=1000)
    projection.breaks(1, ValueError("wrong"))
    processor = handle_errors(select_processor(projection), projection, projection.view)
    failed = asyncio.Event()
    tell_failures(processor, lambda _: failed.set())
    task = asyncio.ensure_future(processor.process(make_jobs(Aggregate())))
    await failed.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


class WaitingForOthers(AsyncSeeing):
    """Waits for a task that is cancelled."""

    async def process_event(self, domain_event: Any, tracking: Any) -> None:
        task = asyncio.ensure_future(asyncio.sleep(PATIENCE))
        task.cancel()
        await task


async def test_waiting_for_a_task_that_is_cancelled_is_a_failure() -> None:
    """J21: the runner was not told to end, so it does not do so without a word."""
    async with make_runner(WaitingForOthers) as runner:
        await runner.app.create()
        with pytest.raises(asyncio.CancelledError):
            await runner.run_forever(PATIENCE)
