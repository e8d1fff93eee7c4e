"""A program that runs a system, and saves until it is killed: `python -m … RUNNER_CLASS`.

Settings come from the environment. It says "ready" when it has saved for the first time.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from typing import Any
from uuid import UUID

from eventsourcing import system
from eventsourcing.application import ProcessingEvent
from eventsourcing.system import AsyncFollower, AsyncSystem, Follower, System
from tests.unit.system.apps_async import AsyncShop
from tests.unit.system.apps_sync import Shop
from tests.unit.system.events import Entry


class Archive(Follower[UUID]):
    """Adds one entry for each event, about its position; in batches, if there are that many."""

    batch_size = 7

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        assert processing_event.tracking is not None
        processing_event.collect_events(Entry(str(processing_event.tracking.notification_id)))


class AsyncArchive(AsyncFollower[UUID]):
    name = "Archive"

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        assert processing_event.tracking is not None
        processing_event.collect_events(Entry(str(processing_event.tracking.notification_id)))


def run(runner_class: Any) -> None:
    with runner_class(System([[Shop, Archive]])) as runner:
        for number in count():
            runner.get(Shop).sell(number)
            if number == 0:
                print("ready", flush=True)


async def run_async(runner_class: Any) -> None:
    async with runner_class(AsyncSystem([[AsyncShop, AsyncArchive]])) as runner:
        for number in count():
            await runner.get(AsyncShop).sell(number)
            if number == 0:
                print("ready", flush=True)
            await asyncio.sleep(0)


if __name__ == "__main__":
    name = sys.argv[1]
    if name.startswith("Async"):
        asyncio.run(run_async(getattr(system, name)))
    else:
        run(getattr(system, name))
