"""The runner with one worker for each follower, which pulls when it is prompted (Y47-Y51)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, cast

from eventsourcing._concurrency.primitives_async import Event, Queue
from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.application import EnvType, RecordingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.system.follower_async import AsyncFollower
from eventsourcing.system.receiver_async import AsyncRecordingEventReceiver
from eventsourcing.system.status import SystemStatus
from eventsourcing.system.system_async import AsyncSystem
from eventsourcing.system.worker_async import AsyncWorker
from eventsourcing.system.workers_runner_async import AsyncWorkersRunner


class AsyncMultiThreadedRunnerThread(
    AsyncRecordingEventReceiver[TAggregateID], AsyncWorker[TAggregateID]
):
    """Has its follower pull from the leaders that prompt it, in the order of prompting."""

    def __init__(
        self, follower: AsyncFollower[TAggregateID], has_errored: Event | Interruption
    ) -> None:
        super().__init__(follower, has_errored)
        self._prompts: Queue[str | None] = Queue()
        self._waiting: set[str] = set()

    async def receive_recording_event(
        self, new_recording_event: RecordingEvent[TAggregateID]
    ) -> None:
        """Have the follower pull from the leader; does not wait for that."""
        self.prompt(new_recording_event.application_name)

    def prompt(self, leader_name: str) -> None:
        """Have the follower pull from the leader; does not wait for that."""
        # Who finds the name waiting has committed before the name is taken, and the pull begins
        # after that.
        if leader_name not in self._waiting:
            self._waiting.add(leader_name)
            self._prompts.put_nowait(leader_name)

    def stop(self) -> None:
        """Have the work end soon, after the event in progress; does not wait. May be repeated."""
        super().stop()
        self.follower._pulling_interruption.set()
        self._prompts.put_nowait(None)

    async def _work(self) -> None:
        while not self.is_stopping.is_set():
            leader_name = await self._prompts.get()
            if leader_name is not None and not self.is_stopping.is_set():
                self._waiting.discard(leader_name)
                await self.follower.pull_and_process(leader_name)


class AsyncMultiThreadedRunner(AsyncWorkersRunner[TAggregateID]):
    """Has each follower pull in a worker of its own, whenever its leaders have saved."""

    LISTENS: ClassVar[bool] = True

    def __init__(
        self,
        system: AsyncSystem,
        env: EnvType | None = None,
        *,
        on_progress: Callable[[SystemStatus], object] | None = None,
    ) -> None:
        self.threads: dict[str, AsyncMultiThreadedRunnerThread[Any]] = {}
        super().__init__(system, env, on_progress=on_progress)

    @property
    def _workers(self) -> list[AsyncWorker[Any]]:
        return list(self.threads.values())

    def _add_workers(
        self, follower_name: str, has_errored: Event | Interruption
    ) -> list[AsyncWorker[Any]]:
        follower = self._follower(follower_name)
        thread: AsyncMultiThreadedRunnerThread[Any]
        thread = self.threads[follower_name] = AsyncMultiThreadedRunnerThread(follower, has_errored)
        return [thread]

    def _remove_workers(self, follower_name: str) -> None:
        del self.threads[follower_name]

    async def _tell(self, message: RecordingEvent[Any]) -> None:
        await self._prompt(message.application_name)

    async def _prompt(self, leader_name: str) -> None:
        for follower_name in self.system.leads[leader_name]:
            thread = self.threads.get(follower_name)
            if thread is not None:
                thread.prompt(leader_name)

    async def _begin(self) -> None:
        for leader_name, follower_name in self.system.edges:
            leader = cast("Any", self.apps[leader_name])
            leader.lead(self.threads[follower_name])
        await super()._begin()
