"""What a process does that leads or stands by, and saves meanwhile, until it is killed."""

from __future__ import annotations

import asyncio
import time
from itertools import count
from typing import Any
from uuid import UUID

from eventsourcing import system
from eventsourcing.system import AsyncLeadingRunner, AsyncSystem, LeadingRunner, System
from tests.integration.system.killed_system import Archive, AsyncArchive
from tests.unit.system.apps_async import AsyncShop
from tests.unit.system.apps_sync import Shop

_PAUSE = 0.01


def run(env: dict[str, str], runner_name: str, saves: bool) -> None:
    """Run the system for ever, with a runner of that name as the one that is led."""
    runner_class: Any = getattr(system, runner_name)
    if runner_name.startswith("Async"):
        asyncio.run(_run_async(env, runner_class, saves))
    with LeadingRunner[UUID](System([[Shop, Archive]]), env, runner_class=runner_class) as runner:
        for number in count():
            if saves:
                runner.get(Shop).sell(number)
            time.sleep(_PAUSE)


async def _run_async(env: dict[str, str], runner_class: Any, saves: bool) -> None:
    edges = AsyncSystem([[AsyncShop, AsyncArchive]])
    async with AsyncLeadingRunner[UUID](edges, env, runner_class=runner_class) as runner:
        for number in count():
            if saves:
                await runner.get(AsyncShop).sell(number)
            await asyncio.sleep(_PAUSE)
