"""Programs that do with a runner what one should not; they must end all the same.

python -m tests.integration.projection.abandoned PROGRAM SETTINGS
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from typing import Any

from tests.integration.projection import samples_async, samples_sync
from tests.integration.projection.samples_sync import PATIENCE

KEPT: list[Any] = []


def neither_stopped_nor_left(env: dict[str, str]) -> None:
    runner = samples_sync.make_runner(env)
    KEPT.append(runner)
    ids = runner.app.create(2)
    runner.wait(ids[-1], PATIENCE)


def iterated_without_end(env: dict[str, str]) -> None:
    from eventsourcing.projection import ApplicationSubscription

    app = samples_sync.Upstream(env)
    app.create(2)
    subscription = ApplicationSubscription(app)
    KEPT.extend([app, subscription])
    next(subscription)


def task_neither_stopped_nor_left(env: dict[str, str]) -> None:
    async def run() -> None:
        runner = samples_async.make_runner(env)
        await runner.start()
        KEPT.append(runner)
        ids = await runner.app.create(2)
        await runner.wait(ids[-1], PATIENCE)

    asyncio.run(run())


def stopped_by_a_signal(env: dict[str, str]) -> None:
    with samples_sync.make_runner(env) as runner:
        signal.signal(signal.SIGTERM, lambda *_: runner.stop())
        ids = runner.app.create(2)
        runner.wait(ids[-1], PATIENCE)
        print("ready", flush=True)
        runner.run_forever()
    print("stopped")


def task_stopped_by_a_signal(env: dict[str, str]) -> None:
    async def run() -> None:
        async with samples_async.make_runner(env) as runner:
            signal.signal(signal.SIGTERM, lambda *_: runner.stop())
            ids = await runner.app.create(2)
            await runner.wait(ids[-1], PATIENCE)
            print("ready", flush=True)
            await runner.run_forever()

    asyncio.run(run())
    print("stopped")


if __name__ == "__main__":
    globals()[sys.argv[1]](json.loads(sys.argv[2]))
