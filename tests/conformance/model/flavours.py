"""Process recorders of one engine, for threads or for asyncio, behind the same plain functions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice
from threading import Barrier, Thread
from typing import Any, NamedTuple, Protocol

from eventsourcing.persistence import (
    AsyncInfrastructureFactory,
    InfrastructureFactory,
    Notification,
)
from eventsourcing.utils import Environment

PATIENCE = 120.0


class Call(NamedTuple):
    """A method of one of the recorders, with its arguments."""

    recorder: int
    method: str
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = {}


class Flavour(Protocol):
    """What the state machine needs; an outcome is a result or an exception."""

    def open(self, environ: Mapping[str, str], recorders: int) -> None: ...

    def close(self) -> None: ...

    def call(self, call: Call) -> Any: ...

    def call_together(self, calls: Sequence[Call]) -> list[Any]: ...

    def subscribe(self, recorder: int, gt: int | None, topics: Sequence[str]) -> Any: ...

    def take(self, subscription: Any, count: int) -> list[Notification]: ...


class Threads:
    """The synchronous side; calls that are made together run in as many threads."""

    def open(self, environ: Mapping[str, str], recorders: int) -> None:
        self.factory: Any = InfrastructureFactory.construct(Environment("", environ))
        self.recorders = [self.factory.process_recorder() for _ in range(recorders)]

    def close(self) -> None:
        self.factory.close()

    def call(self, call: Call) -> Any:
        return getattr(self.recorders[call.recorder], call.method)(*call.args, **call.kwargs)

    def call_together(self, calls: Sequence[Call]) -> list[Any]:
        outcomes: list[Any] = [None] * len(calls)
        barrier = Barrier(len(calls))

        def run(index: int) -> None:
            barrier.wait()
            try:
                outcomes[index] = self.call(calls[index])
            except Exception as error:
                outcomes[index] = error

        threads = [Thread(target=run, args=(index,)) for index in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def subscribe(self, recorder: int, gt: int | None, topics: Sequence[str]) -> Any:
        return self.recorders[recorder].subscribe(gt, topics)

    def take(self, subscription: Any, count: int) -> list[Notification]:
        taken: list[Notification] = []
        thread = Thread(target=lambda: taken.extend(islice(subscription, count)), daemon=True)
        thread.start()
        thread.join(PATIENCE)
        return taken


class Tasks:
    """The asynchronous side; calls that are made together run in as many tasks."""

    def open(self, environ: Mapping[str, str], recorders: int) -> None:
        self.runner = asyncio.Runner()
        self.runner.run(self._open(environ, recorders))

    async def _open(self, environ: Mapping[str, str], recorders: int) -> None:
        self.factory: Any = AsyncInfrastructureFactory.construct(Environment("", environ))
        await self.factory.open()
        self.recorders = [self.factory.process_recorder() for _ in range(recorders)]

    def close(self) -> None:
        self.runner.run(self.factory.close())
        self.runner.close()

    async def _call(self, call: Call) -> Any:
        return await getattr(self.recorders[call.recorder], call.method)(*call.args, **call.kwargs)

    def call(self, call: Call) -> Any:
        return self.runner.run(self._call(call))

    def call_together(self, calls: Sequence[Call]) -> list[Any]:
        async def gather() -> list[Any]:
            return await asyncio.gather(*map(self._call, calls), return_exceptions=True)

        return self.runner.run(gather())

    def subscribe(self, recorder: int, gt: int | None, topics: Sequence[str]) -> Any:
        async def subscribe() -> Any:
            return self.recorders[recorder].subscribe(gt, topics)

        return self.runner.run(subscribe())

    def take(self, subscription: Any, count: int) -> list[Notification]:
        async def take() -> list[Notification]:
            async with asyncio.timeout(PATIENCE):
                return [await anext(subscription) for _ in range(count)]

        return self.runner.run(take())
