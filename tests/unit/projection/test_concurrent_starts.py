"""Runners and rebuilds that several tasks start at once: a constructor starts those of threads."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import AsyncRebuild, AsyncViewVersions
from eventsourcing.projection.led_processing_async import AsyncLedProcessing
from eventsourcing.projection.processing_async import AsyncProcessing
from tests.unit.projection.gates_async import PATIENCE, AsyncSeeing, AsyncUpstream, make_runner


class CountedRuns:
    """Counts how often what runs in the background is run."""

    def __init__(self, cls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        run = cls.run

        async def count(processing: Any) -> None:
            self.number += 1
            await run(processing)

        monkeypatch.setattr(cls, "run", count)


async def test_a_runner_processes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """J19: who comes second waits until it is started."""
    runs = CountedRuns(AsyncProcessing, monkeypatch)
    runner = make_runner()
    await asyncio.gather(runner.start(), runner.start())
    async with runner:
        (last,) = await runner.app.create()
        await runner.wait(last, PATIENCE)
    assert runs.number == 1


async def test_a_rebuild_builds_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 5.5: likewise."""
    runs = CountedRuns(AsyncLedProcessing, monkeypatch)
    env = {"PERSISTENCE_MODULE": "eventsourcing.popo"}
    async with (
        AsyncUpstream(env) as app,
        AsyncViewVersions("AsyncSeeing", POPOTrackingRecorder, env) as versions,
    ):
        rebuild = AsyncRebuild[Any](versions, 2, app=app, projection_class=AsyncSeeing)
        await asyncio.gather(rebuild.start(), rebuild.start())
        async with rebuild:
            await rebuild.wait_until_live(PATIENCE)
    assert runs.number == 1
