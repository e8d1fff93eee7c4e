"""What gives engines whose driver blocks an asynchronous side: operations run in worker threads.

Used by the bridges to the recorders of applications, and to those of dynamic consistency
boundaries.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Generic, TypeVar

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing._concurrency.workers import Worker, WorkerClosedError
from eventsourcing.persistence.codecs import Cipher, Compressor
from eventsourcing.persistence.errors import ConnectionPoolClosedError
from eventsourcing.persistence.factory_async import AsyncBaseInfrastructureFactory
from eventsourcing.persistence.factory_sync import BaseInfrastructureFactory
from eventsourcing.persistence.transcoding import Transcoder
from eventsourcing.utils import Environment

R = TypeVar("R")
TSyncFactory = TypeVar("TSyncFactory", bound=BaseInfrastructureFactory[Any])

_DEFAULT_THREADS = 5


class BridgeRunner:
    """Runs synchronous functions for a bridge: each in one hop to a thread, or at once.

    With `threads=0` functions run in the calling task; that is for engines that never block.
    """

    def __init__(self, threads: int) -> None:
        self._worker = Worker(threads) if threads else None
        self._is_closed = False

    async def run(self, func: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Return what the function returns; it completes even if the awaiting task is cancelled.

        Raises `ConnectionPoolClosedError` after `close()`, if there are threads.
        """
        if self._worker is None:
            return func(*args, **kwargs)
        try:
            return await self._worker.run(func, *args, **kwargs)
        except WorkerClosedError as error:
            raise ConnectionPoolClosedError("The infrastructure factory is closed") from error

    async def close(self, func: Callable[[], object]) -> None:
        """Wait for what is running, run the function last, and let the threads end.

        Does nothing when called again.
        """
        if self._worker is not None:
            with suppress(WorkerClosedError):
                await self._worker.run_last(func)
        elif not self._is_closed:
            self._is_closed = True
            func()


class BridgeRecorder:
    """Base of the bridged recorders: builds the synchronous recorder when it is first used.

    Building may create tables, so it happens in the worker too. Public methods that the recorder
    interfaces do not know (of a user's view, say) are bridged the same way, as coroutines.
    """

    def __init__(self, construct: Callable[[], Any], runner: BridgeRunner) -> None:
        self._construct: Callable[[], Any] | None = construct
        self._runner = runner
        self._lock = Lock()
        self._recorder: Any = None

    async def open(self) -> None:
        """Build the synchronous recorder now, if it is not built yet."""
        await self._runner.run(self._get_recorder)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__qualname__!r} object has no attribute {name!r}")

        async def call(*args: Any, **kwargs: Any) -> Any:
            return await self._call(name, *args, **kwargs)

        return call

    async def _call(self, method_name: str, *args: Any, **kwargs: Any) -> Any:
        return await self._runner.run(self._invoke, method_name, args, kwargs)

    def _invoke(self, method_name: str, args: Any, kwargs: Any) -> Any:
        return getattr(self._get_recorder(), method_name)(*args, **kwargs)

    def _get_recorder(self) -> Any:
        with self._lock:
            if self._construct is not None:
                self._recorder = self._construct()
                self._construct = None
            return self._recorder


class BaseBridgeFactory(AsyncBaseInfrastructureFactory[Any], Generic[TSyncFactory]):
    """Gives an engine that has only a synchronous factory its asynchronous side.

    The synchronous factory may have an attribute `bridge_threads`: how many threads work for one
    asynchronous factory (default 5); 0 means that its operations never block and run at once.
    """

    def __init__(self, env: Environment | Mapping[str, str] | None) -> None:
        super().__init__(env)
        self.sync_factory: TSyncFactory = self._construct_sync_factory()
        threads = getattr(self.sync_factory, "bridge_threads", _DEFAULT_THREADS)
        self._has_threads = bool(threads)
        self._runner = BridgeRunner(threads)
        self._recorders: list[BridgeRecorder] = []

    @abstractmethod
    def _construct_sync_factory(self) -> TSyncFactory:
        """Return the synchronous factory that the environment names."""

    def transcoder(self) -> Transcoder:
        """Return the transcoder of the synchronous factory."""
        return self.sync_factory.transcoder()

    def cipher(self) -> Cipher | None:
        """Return the cipher of the synchronous factory."""
        return self.sync_factory.cipher()

    def compressor(self) -> Compressor | None:
        """Return the compressor of the synchronous factory."""
        return self.sync_factory.compressor()

    async def open(self) -> None:
        """Build the synchronous recorders, which opens the database and may create tables."""
        await self._runner.run(self.sync_factory.open)
        for recorder in self._recorders:
            await recorder.open()

    async def close(self) -> None:
        """Close the synchronous factory when its running operations are done; end the threads."""
        self._recorders.clear()
        await self._runner.close(self.sync_factory.close)

    def _add(self, recorder: _B) -> _B:
        self._recorders.append(recorder)
        return recorder


_B = TypeVar("_B", bound=BridgeRecorder)
