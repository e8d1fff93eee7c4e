"""An application with accounts, for threads or for asyncio, behind the same plain functions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from threading import Barrier, Thread
from typing import Any, Protocol

from eventsourcing.application import Application, AsyncApplication
from eventsourcing.domain import Aggregate, event

SNAPSHOT_INTERVAL = 3


class Account(Aggregate):
    def __init__(self) -> None:
        self.entries: list[int] = []

    @event("Entered")
    def enter(self, amount: int) -> None:
        self.entries = [*self.entries, amount]


class Accounts(Application):
    name = "Accounts"
    is_snapshotting_enabled = True
    snapshotting_intervals = {Account: SNAPSHOT_INTERVAL}


class AsyncAccounts(AsyncApplication):
    name = "Accounts"
    is_snapshotting_enabled = True
    snapshotting_intervals = {Account: SNAPSHOT_INTERVAL}


class ApplicationFlavour(Protocol):
    """What the state machine needs; an outcome is a result or an exception."""

    def open(self, environ: Mapping[str, str]) -> None: ...

    def close(self) -> None: ...

    def call(self, path: str, *args: Any, **kwargs: Any) -> Any: ...

    def save_together(self, accounts: Sequence[Account]) -> list[Any]: ...


def find(obj: Any, path: str) -> Any:
    for name in path.split("."):
        obj = getattr(obj, name)
    return obj


class ApplicationInThreads:
    """The synchronous side."""

    def open(self, environ: Mapping[str, str]) -> None:
        self.application = Accounts(environ)

    def close(self) -> None:
        self.application.close()

    def call(self, path: str, *args: Any, **kwargs: Any) -> Any:
        return find(self.application, path)(*args, **kwargs)

    def save_together(self, accounts: Sequence[Account]) -> list[Any]:
        outcomes: list[Any] = [None] * len(accounts)
        barrier = Barrier(len(accounts))

        def save(index: int) -> None:
            barrier.wait()
            try:
                outcomes[index] = self.application.save(accounts[index])
            except Exception as error:
                outcomes[index] = error

        threads = [Thread(target=save, args=(index,)) for index in range(len(accounts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes


class ApplicationInTasks:
    """The asynchronous side."""

    def open(self, environ: Mapping[str, str]) -> None:
        self.runner = asyncio.Runner()
        self.application = AsyncAccounts(environ)
        self.runner.run(self.application.open())

    def close(self) -> None:
        self.runner.run(self.application.close())
        self.runner.close()

    def call(self, path: str, *args: Any, **kwargs: Any) -> Any:
        async def call() -> Any:
            return await find(self.application, path)(*args, **kwargs)

        return self.runner.run(call())

    def save_together(self, accounts: Sequence[Account]) -> list[Any]:
        async def gather() -> list[Any]:
            saving = map(self.application.save, accounts)
            return await asyncio.gather(*saving, return_exceptions=True)

        return self.runner.run(gather())
