# Hand-written pair: threads are objects that can be subclassed, tasks are not.
"""`Thread` on asyncio: a task with the interface of a thread, for the `*_async.py` modules."""

from abc import ABC, abstractmethod

from eventsourcing._concurrency.primitives_async import BackgroundTask, spawn

__all__ = ["Thread"]


class Thread(ABC):
    """Runs the coroutine method `run` of a subclass by itself, once it is started."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.daemon = True
        self._background: BackgroundTask | None = None

    def start(self) -> None:
        """Start running; raises RuntimeError when called again."""
        if self._background is not None:
            raise RuntimeError(f"{self.name} can only be started once")
        self._background = spawn(self.run, name=self.name)

    @abstractmethod
    async def run(self) -> None:
        """Do the work; called when this is started."""

    def is_alive(self) -> bool:
        """Return whether this was started and has not ended."""
        return self._background is not None and not self._background.done()

    async def join(self, timeout: float | None = None) -> None:
        """Wait until this has ended, at most `timeout` seconds; RuntimeError if not started."""
        if self._background is None:
            raise RuntimeError(f"{self.name} cannot be joined before it is started")
        await self._background.join(timeout)
