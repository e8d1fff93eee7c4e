"""Listening to the databases of leaders, for what other processes record there (contract Y37a)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from eventsourcing._concurrency.primitives_async import BackgroundTask, Event, Lock, spawn
from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.persistence import AsyncSubscription
from eventsourcing.system.errors import NotificationPullingError
from eventsourcing.system.leader_async import AsyncLeader
from eventsourcing.system.worker_async import JOIN_TIMEOUT

_MANY = 500


class AsyncLeaderListener:
    """Prompts whenever events of a leader were recorded, by whichever process."""

    def __init__(
        self,
        leader: AsyncLeader[Any],
        prompt: Callable[[str], Awaitable[None]],
        has_errored: Event | Interruption,
    ) -> None:
        self.error: Exception | None = None
        self._leader = leader
        self._prompt = prompt
        self._has_errored = has_errored
        self._is_stopping = False
        self._subscription: AsyncSubscription[Any] | None = None
        self._background: BackgroundTask | None = None

    async def start(self) -> None:
        """Listen from now on; not to recorders that do not support subscriptions."""
        position = await self._leader.recorder.max_notification_id()
        try:
            self._subscription = self._leader.recorder.subscribe(gt=position)
        except NotImplementedError:
            return
        if self._is_stopping:  # since this began
            self._subscription.stop()
        name = f"{type(self).__name__}-{self._leader.name}"
        self._background = spawn(self._listen, self._subscription, name=name)

    async def stop(self, timeout: float) -> None:
        """Stop listening, and wait at most `timeout` seconds for the end of it."""
        self._is_stopping = True
        if self._subscription is not None:
            self._subscription.stop()
        if self._background is not None:
            await self._background.join(timeout)

    async def _listen(self, subscription: AsyncSubscription[Any]) -> None:
        try:
            async with subscription:
                while True:
                    await subscription.next_batch(_MANY)
                    await self._prompt(self._leader.name)
        except StopAsyncIteration:
            pass
        except NotImplementedError:
            pass  # what the bridge says of a recorder that does not support subscriptions
        except Exception as error:
            if not self._is_stopping:
                self.error = NotificationPullingError(str(error))
                self.error.__cause__ = error
                self._has_errored.set()


class AsyncSharedListener:
    """A listener for all who want to listen to its leader."""

    def __init__(self, leader: AsyncLeader[Any], prompt: Callable[[str], Awaitable[None]]) -> None:
        self.number: int = 0
        self.leader_name: str = leader.name
        self.has_errored: Interruption = Interruption()
        self.listener: AsyncLeaderListener = AsyncLeaderListener(leader, prompt, self.has_errored)

    @property
    def error(self) -> Exception | None:
        """The error of the listener, if it has failed."""
        return self.listener.error


class AsyncSharedListeners:
    """Listens to each leader while anybody wants that: once, for all who do."""

    def __init__(self, prompt: Callable[[str], Awaitable[None]]) -> None:
        self._prompt = prompt
        self._lock = Lock()
        self._shared: dict[str, AsyncSharedListener] = {}

    async def listen(
        self, leader: AsyncLeader[Any], has_errored: Interruption
    ) -> AsyncSharedListener:
        """Listen to the leader until `unlisten()` is called; a failure sets the event.

        One that has failed is left to those who have it.
        """
        async with self._lock:
            shared = self._shared.get(leader.name)
            if shared is None or shared.has_errored.is_set():
                shared = AsyncSharedListener(leader, self._prompt)
                await shared.listener.start()
                self._shared[leader.name] = shared
            shared.number += 1
        shared.has_errored.listen(has_errored)
        return shared

    async def unlisten(self, shared: AsyncSharedListener, has_errored: Interruption) -> None:
        """Listen no longer, if nobody else wants that."""
        async with self._lock:
            shared.has_errored.unlisten(has_errored)
            shared.number -= 1
            if not shared.number:
                if self._shared.get(shared.leader_name) is shared:
                    del self._shared[shared.leader_name]
                await shared.listener.stop(JOIN_TIMEOUT)
